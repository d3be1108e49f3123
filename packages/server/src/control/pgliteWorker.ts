/**
 * The thread that runs PGlite: a query takes as long as it takes without stalling HTTP. It knows no
 * transactions; the other side sends BEGIN and COMMIT and keeps everyone else out in between.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type ParserOptions } from '@electric-sql/pglite';
import type { PgliteAnswer, PgliteRequest, PgliteWorkerData, PostgresErrorFields } from './pgliteProtocol.ts';
import { DURABLE_START_PARAMS, SyncingNodeFS, syncPath, syncTree } from './syncingFileSystem.ts';

const port = parentPort;
if (port === null) throw new Error('pgliteWorker.ts runs as a worker thread only');
const answer = (message: PgliteAnswer): void => port.postMessage(message);

async function open(directory: string): Promise<PGlite> {
  const pg = new PGlite({ fs: new SyncingNodeFS(directory), startParams: DURABLE_START_PARAMS });
  await pg.waitReady;
  return pg;
}

/**
 * Makes the data directory under another name, syncs it and moves it into place, so that a process killed
 * during its very first start leaves nothing that looks like a database but is none.
 */
async function createDirectory(directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(directory), { recursive: true });
  const pg = await open(unfinished);
  await pg.close();
  await syncTree(unfinished);
  renameSync(unfinished, directory);
  await syncPath(dirname(directory));
}

const errorFields = (error: unknown): PostgresErrorFields => {
  const { message, code, detail, constraint, table, column } = error as PostgresErrorFields;
  return {
    message: String(message ?? error),
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table }),
    ...(column === undefined ? {} : { column }),
  };
};

const asText = (value: string): string => value;

async function serve(pg: PGlite, request: PgliteRequest): Promise<PgliteAnswer> {
  const { id } = request;
  try {
    if (request.kind === 'close') {
      await pg.close();
      return { kind: 'closed', id };
    }
    const parsers: ParserOptions = {};
    for (const oid of request.rawOids) parsers[oid] = asText;
    const { rows, fields, affectedRows } = await pg.query(request.text, request.params, { rowMode: request.rowMode, parsers });
    return { kind: 'result', id, result: { rows, fields, affectedRows: affectedRows ?? 0 } };
  } catch (error) {
    return { kind: 'error', id, error: errorFields(error) };
  }
}

const { directory } = workerData as PgliteWorkerData;
try {
  if (!existsSync(directory)) await createDirectory(directory);
  const pg = await open(directory);
  port.on('message', (request: PgliteRequest) => void serve(pg, request).then(answer));
  answer({ kind: 'ready' });
} catch (error) {
  answer({ kind: 'failed', message: errorFields(error).message });
  port.close();
}
