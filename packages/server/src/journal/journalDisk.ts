import { open, rename, rm } from 'node:fs/promises';
import { syncDirectory } from './syncDirectory.ts';

export interface JournalFile {
  /** May write less than it is given. */
  writev(buffers: readonly Uint8Array[], position: number): Promise<{ bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** The calls on which the journal's promise rests; each rejects with what the system says. */
export interface JournalDisk {
  /** A new file. */
  create(path: string): Promise<JournalFile>;
  rename(from: string, to: string): Promise<void>;
  /** Also of a file that has gone. */
  remove(path: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
}

export const journalDisk: JournalDisk = {
  create: (path) => open(path, 'wx'),
  rename,
  remove: (path) => rm(path, { force: true }),
  syncDirectory,
};
