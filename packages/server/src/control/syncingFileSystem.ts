/**
 * PGlite's file layer for Node, made power-safe.
 *
 * PGlite starts PostgreSQL with `-F` (fsync off), and its file layer has no fsync, so even with fsync on
 * nothing would reach the disk. Here `-F` is taken away and the file layer gets the missing call.
 * `fdatasync` is a stub inside the WebAssembly build, hence `wal_sync_method=fsync`.
 */
import { fsyncSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** Emscripten's number of EIO. */
const EIO = 29;

/** The parts of the emscripten module that are used here; its own types leave them out. */
interface EmscriptenFileSystem {
  ErrnoError: new (errno: number) => Error;
  filesystems: { NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } } };
}

/** Control data is small: PostgreSQL's usual 128 MB of buffers would only make the idle program larger. */
const BUFFERS = ['-c', 'shared_buffers=16MB', '-c', 'wal_buffers=1MB'];
/** Without PGlite's `-F`, which turns fsync off. */
export const DURABLE_START_PARAMS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  ...BUFFERS,
];

export class SyncingNodeFS extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const started = await super.init(pg, options);
    const addFsync = (module: { FS: unknown }) => {
      const fs = module.FS as EmscriptenFileSystem;
      fs.filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => {
        try {
          fsyncSync(nfd);
          return 0;
        } catch {
          // PostgreSQL answers a failed fsync of its log by stopping; the next start recovers from the log.
          throw new fs.ErrnoError(EIO);
        }
      };
    };
    return { emscriptenOpts: { ...started.emscriptenOpts, preRun: [...(started.emscriptenOpts.preRun ?? []), addFsync] } };
  }
}

/** Syncs every file and directory below and including `directory`. For a freshly made data directory: initdb does not sync. */
export async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() || entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  // Side by side: the file system then writes many of them in one go, a quarter of the time.
  await Promise.all(paths.map(syncPath));
  await syncPath(directory);
}

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
