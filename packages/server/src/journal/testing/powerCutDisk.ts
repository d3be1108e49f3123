/**
 * A disk whose power can be cut. It keeps what was written beside what a cut would leave: bytes are safe after `datasync` of their file,
 * names after `syncDirectory`. What was not synced may be there, in part, or not at all, sector by sector, as on a real disk with a cache
 * (after the model of ALICE: Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { JournalDisk, JournalFile } from '../journalDisk.ts';

const SECTOR_BYTES = 512;

/** A file by what it is, not by what it is called. */
interface Inode {
  now: Buffer;
  /** What is on the platter for certain. */
  safe: Buffer;
}

type Names = Map<string, Inode>;

/** `next(n)`: a whole number from 0 to n − 1. */
export type Draw = (n: number) => number;

export interface PowerCutDisk extends JournalDisk {
  /** From now on nothing succeeds. */
  cut(): void;
  /** How many calls have been made. */
  calls(): number;
  /** Told after each call; may cut. */
  onCall: (() => void) | undefined;
  /** Writes what is left into an empty directory. */
  leave(directory: string, draw: Draw): Promise<void>;
}

export function createPowerCutDisk(): PowerCutDisk {
  let names: Names = new Map();
  /** Directory as it is on the platter, and what was done to it since, in order. */
  let safeNames: Names = new Map();
  let sinceSync: ((on: Names) => void)[] = [];
  let isOff = false;
  let calls = 0;

  async function power(): Promise<void> {
    // Every call takes a turn of the loop, so that others come between.
    await new Promise((resolve) => setImmediate(resolve));
    if (isOff) throw Object.assign(new Error('the power is off'), { code: 'EIO' });
    calls++;
    disk.onCall?.();
    if (isOff) throw Object.assign(new Error('the power is off'), { code: 'EIO' });
  }
  const change = (work: (on: Names) => void) => {
    work(names);
    sinceSync.push(work);
  };

  const fileOf = (inode: Inode): JournalFile => ({
    writev: async (buffers, position) => {
      const bytes = Buffer.concat(buffers.map((buffer) => Buffer.from(buffer)));
      // Some of it may be on its way when the power goes.
      inode.now = written(inode.now, bytes, position);
      await power();
      return { bytesWritten: bytes.length };
    },
    datasync: async () => {
      const { now } = inode;
      await power();
      inode.safe = now;
    },
    truncate: async (length) => {
      await power();
      inode.now = inode.now.subarray(0, length);
    },
    close: async () => power(),
  });

  const disk: PowerCutDisk = {
    onCall: undefined,
    calls: () => calls,
    cut: () => {
      isOff = true;
    },
    create: async (path) => {
      await power();
      const inode: Inode = { now: Buffer.alloc(0), safe: Buffer.alloc(0) };
      change((on) => on.set(basename(path), inode));
      return fileOf(inode);
    },
    rename: async (from, to) => {
      await power();
      change((on) => {
        const inode = on.get(basename(from));
        if (inode === undefined) return;
        on.delete(basename(from));
        on.set(basename(to), inode);
      });
    },
    remove: async (path) => {
      await power();
      change((on) => void on.delete(basename(path)));
    },
    syncDirectory: async () => {
      const [synced, upTo] = [new Map(names), sinceSync.length];
      await power();
      safeNames = synced;
      sinceSync = sinceSync.slice(upTo);
    },
    leave: async (directory, draw) => {
      await mkdir(directory, { recursive: true });
      // Changes of a directory reach the platter in their order, and stop somewhere.
      const left: Names = new Map(safeNames);
      for (const work of sinceSync.slice(0, draw(sinceSync.length + 1))) work(left);
      for (const [name, inode] of left) await writeFile(join(directory, name), torn(inode, draw));
      names = new Map();
    },
  };
  return disk;
}

function written(before: Buffer, bytes: Buffer, position: number): Buffer {
  const after = Buffer.alloc(Math.max(before.length, position + bytes.length));
  before.copy(after);
  bytes.copy(after, position);
  return after;
}

/** Sectors that differ are the new ones or the old ones, each by itself; the length is anything between, a hole reads as zeros. */
function torn({ now, safe }: Inode, draw: Draw): Buffer {
  const [shorter, longer] = now.length < safe.length ? [now.length, safe.length] : [safe.length, now.length];
  const length = shorter + draw(longer - shorter + 1);
  const left = Buffer.alloc(length);
  for (let at = 0; at < length; at += SECTOR_BYTES) {
    const end = Math.min(length, at + SECTOR_BYTES);
    const from = now.subarray(at, end).equals(safe.subarray(at, end)) || draw(2) === 0 ? safe : now;
    if (at < from.length) from.copy(left, at, at, Math.min(end, from.length));
  }
  return left;
}
