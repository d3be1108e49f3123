/**
 * What was acknowledged and cannot be stored: kept with the reason, never tried for ever and never thrown away. A file
 * with the bytes and one beside it that says what they are.
 */
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reach } from './faultPoints.ts';
import { syncDirectory } from './syncDirectory.ts';

/** What is known of quarantined bytes. */
export interface QuarantineNote {
  reason: string;
  /** Unix milliseconds. */
  atMs: number;
  /** Null when the bytes are too damaged to tell. */
  workspaceId: string | null;
  source: string | null;
  signal: string | null;
  items: number | null;
}

export interface QuarantineEntry extends QuarantineNote {
  /** Name of the files, without their ending. */
  name: string;
  bytes: number;
}

export interface Quarantine {
  /** Resolves when both files are on disk. The same name again replaces them: a replay comes to the same. */
  keep(name: string, bytes: Uint8Array, note: QuarantineNote): Promise<void>;
  /** Newest first. */
  list(): Promise<QuarantineEntry[]>;
  /** Removes what is known to be of these workspaces; answers how many entries. */
  forget(workspaceIds: readonly string[]): Promise<number>;
}

const BYTES_SUFFIX = '.frame';
const NOTE_SUFFIX = '.json';

export async function openQuarantine(directory: string): Promise<Quarantine> {
  await mkdir(directory, { recursive: true });
  const list = async (): Promise<QuarantineEntry[]> => {
    const names = (await readdir(directory)).filter((name) => name.endsWith(NOTE_SUFFIX));
    const entries = await Promise.all(names.map((name) => readNote(directory, name)));
    return entries.filter((entry) => entry !== undefined).sort((a, b) => b.atMs - a.atMs);
  };
  return {
    keep: async (name, bytes, note) => {
      await writeSynced(join(directory, name + BYTES_SUFFIX), bytes);
      reach('quarantine.half');
      await writeSynced(join(directory, name + NOTE_SUFFIX), Buffer.from(`${JSON.stringify({ ...note, bytes: bytes.length })}\n`));
      await syncDirectory(directory);
    },
    list,
    forget: async (workspaceIds) => {
      const theirs = (await list()).filter(({ workspaceId }) => workspaceId !== null && workspaceIds.includes(workspaceId));
      for (const { name } of theirs) {
        // The note last: while it is there, what is left is known to be theirs.
        await rm(join(directory, name + BYTES_SUFFIX), { force: true });
        await rm(join(directory, name + NOTE_SUFFIX), { force: true });
      }
      if (theirs.length > 0) await syncDirectory(directory);
      return theirs.length;
    },
  };
}

async function readNote(directory: string, fileName: string): Promise<QuarantineEntry | undefined> {
  try {
    const note = JSON.parse(await readFile(join(directory, fileName), 'utf8')) as QuarantineNote & { bytes: number };
    return { ...note, name: fileName.slice(0, -NOTE_SUFFIX.length) };
  } catch {
    // Half written when the power went: its replay writes it again.
    return undefined;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
