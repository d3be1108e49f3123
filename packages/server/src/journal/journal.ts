/**
 * The promise behind every 200: what was appended is on disk. Frames go to the open segment and are
 * fsynced in groups (many requests share one fsync); after a short while, or when it is large, the segment
 * is sealed and handed to the writer, which stores it exactly once and deletes it.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reach } from './faultPoints.ts';
import { type JournalDisk, type JournalFile, journalDisk } from './journalDisk.ts';

export const OPEN_SUFFIX = '.open';
export const SEALED_SUFFIX = '.sealed';
/** In the name of a sealed segment, before its ending: where what was acknowledged ends. Without it everything was. */
const SOUND_UP_TO = /\.upto-(\d+)\.sealed$/;

export interface JournalOptions {
  directory: string;
  /** A segment is sealed when it holds this much … */
  segmentBytesMax?: number;
  /** … or this long after its first frame. Bounds how late a span becomes readable. */
  sealAfterMs?: number;
  /** One that has so much by then fills fast: fewer and larger inserts cost the store less, so it stays open … */
  fastSegmentBytes?: number;
  /** … until this long after its first frame. */
  fastSealAfterMs?: number;
  /** A segment that could not be sealed is tried again this much later. */
  sealAgainAfterMs?: number;
  onSealed(segment: { path: string; bytes: number }): void;
  /** Told why a segment cannot be sealed now. What it holds is on disk all the same. */
  onFault(error: unknown): void;
  /** Replaced in tests, where it fails. */
  disk?: JournalDisk;
}

export interface Journal {
  /** Resolves when the frame is on disk; rejects when it is not, and then it will not be stored. */
  append(frame: Buffer): Promise<void>;
  /** Seals what is open, without waiting for its time. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

interface Segment {
  file: JournalFile;
  path: string;
  /** Written and synced. */
  bytes: number;
  /** Whether bytes may lie behind these that nobody was told yes for, and that could not be cut off. */
  hasRefusedTail: boolean;
}

interface Waiting {
  frame: Buffer;
  resolve(): void;
  reject(error: unknown): void;
}

/** Opens the journal; segments that a crash left open are sealed first. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const {
    directory,
    segmentBytesMax = 32 * 1024 * 1024,
    sealAfterMs = 250,
    fastSegmentBytes = 1024 * 1024,
    fastSealAfterMs = 750,
    sealAgainAfterMs = 1_000,
    onSealed,
    onFault,
    disk = journalDisk,
  } = options;
  await mkdir(directory, { recursive: true });
  await sealLeftovers(directory);

  let segment: Segment | undefined;
  /** Taken out of use and not renamed yet. */
  let sealing: Segment[] = [];
  let waiting: Waiting[] = [];
  let committing: Promise<void> | undefined;
  let sealTimer: NodeJS.Timeout | undefined;
  let closed = false;

  async function openSegment(): Promise<Segment> {
    const name = `${Date.now().toString().padStart(15, '0')}-${randomBytes(6).toString('hex')}`;
    const path = join(directory, name + OPEN_SUFFIX);
    const file = await disk.create(path);
    try {
      await disk.syncDirectory(directory);
    } catch (error) {
      await file.close().catch(onFault);
      await disk.remove(path).catch(onFault);
      throw error;
    }
    // Where another waits to be tried again, it is sealed with that one.
    if (sealing.length === 0) sealAfter(sealAfterMs, sealUnlessFast);
    return { file, path, bytes: 0, hasRefusedTail: false };
  }

  function sealAfter(ms: number, work: () => void = () => void seal()): void {
    clearTimeout(sealTimer);
    if (!closed) sealTimer = setTimeout(work, ms);
  }

  function sealUnlessFast(): void {
    if (segment !== undefined && segment.bytes >= fastSegmentBytes) sealAfter(fastSealAfterMs - sealAfterMs);
    else void seal();
  }

  /** Writes and syncs everything that waits; runs until nothing does. */
  async function commitAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        segment ??= await openSegment();
        await writeGroup(segment, group);
        for (const { resolve } of group) resolve();
        if (segment.bytes >= segmentBytesMax) await sealSegment();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
  }

  async function writeGroup(target: Segment, group: readonly Waiting[]): Promise<void> {
    const bytes = group.reduce((sum, { frame }) => sum + frame.length, 0);
    try {
      const { bytesWritten } = await target.file.writev(
        group.map(({ frame }) => frame),
        target.bytes,
      );
      if (bytesWritten !== bytes) throw new Error(`the journal took ${bytesWritten} of ${bytes} bytes`);
    } catch (error) {
      await cutOff(target);
      if (target.hasRefusedTail) await sealSegment();
      throw error;
    }
    reach('journal.written');
    try {
      await target.file.datasync();
    } catch (error) {
      // The kernel forgets pages that it could not write, and says so once: a later sync of this file proves nothing.
      await cutOff(target);
      await sealSegment();
      throw error;
    }
    target.bytes += bytes;
    reach('journal.synced');
  }

  /** Nobody was told yes: what was written of a group must not be stored by a later replay. */
  async function cutOff(target: Segment): Promise<void> {
    try {
      await target.file.truncate(target.bytes);
    } catch (error) {
      onFault(error);
      target.hasRefusedTail = true;
    }
  }

  /** Never rejects: requests have been answered with what lies in the segment, so it is tried until it succeeds. */
  async function sealSegment(): Promise<void> {
    clearTimeout(sealTimer);
    if (segment !== undefined) sealing.push(segment);
    segment = undefined;
    const left: Segment[] = [];
    for (const each of sealing) {
      try {
        await sealOne(each);
      } catch (error) {
        onFault(error);
        left.push(each);
      }
    }
    sealing = left;
    if (left.length > 0) sealAfter(sealAgainAfterMs);
  }

  async function sealOne({ file, path, bytes, hasRefusedTail }: Segment): Promise<void> {
    // All that it holds is synced, so closing cannot lose anything.
    await file.close().catch(onFault);
    if (bytes === 0) return disk.remove(path);
    const sealedPath = path.slice(0, -OPEN_SUFFIX.length) + (hasRefusedTail ? `.upto-${bytes}` : '') + SEALED_SUFFIX;
    reach('journal.sealing');
    await disk.rename(path, sealedPath);
    reach('journal.sealed');
    onSealed({ path: sealedPath, bytes });
  }

  /** One thing at a time on the segment: commits and seals follow one another. */
  function exclusively(work: () => Promise<void>): Promise<void> {
    const run = (committing ?? Promise.resolve()).then(work);
    const settled = run.catch(() => undefined);
    committing = settled;
    return run;
  }

  const seal = () => exclusively(sealSegment);

  return {
    append: (frame) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the journal is closed'));
        waiting.push({ frame, resolve, reject });
        if (waiting.length === 1) void exclusively(commitAll);
      }),
    seal,
    close: async () => {
      closed = true;
      await exclusively(commitAll);
      await seal();
    },
  };
}

/** How many bytes of a sealed segment were acknowledged; infinite where all were. */
export function soundBytes(sealedPath: string): number {
  const upTo = SOUND_UP_TO.exec(sealedPath)?.[1];
  return upTo === undefined ? Number.POSITIVE_INFINITY : Number(upTo);
}

/** The sealed segments of a directory, oldest first. */
export async function sealedSegments(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(SEALED_SUFFIX))
    .sort()
    .map((name) => join(directory, name));
}

/** The same with their sizes; one that is deleted in the meantime is left out. */
export async function sealedSegmentSizes(directory: string): Promise<{ path: string; bytes: number }[]> {
  const segments: { path: string; bytes: number }[] = [];
  for (const path of await sealedSegments(directory)) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined) segments.push({ path, bytes: found.size });
  }
  return segments;
}

async function sealLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.endsWith(OPEN_SUFFIX)) await rename(join(directory, name), join(directory, name.slice(0, -OPEN_SUFFIX.length) + SEALED_SUFFIX));
  }
}
