import { readFile } from 'node:fs/promises';
import { type Frame, readFrames } from './frame.ts';
import { sealedSegments, soundBytes } from './journal.ts';

/**
 * The frames that an earlier process has acknowledged and not stored, without their tables. To be read before
 * the writer starts; one segment at a time is in memory.
 */
export async function* leftFrames(directory: string): AsyncGenerator<Pick<Frame, 'workspaceId' | 'notes'>> {
  for (const path of await sealedSegments(directory)) {
    const { frames } = readFrames((await readFile(path)).subarray(0, soundBytes(path)));
    yield* frames.map(({ workspaceId, notes }) => ({ workspaceId, ...(notes === undefined ? {} : { notes }) }));
  }
}
