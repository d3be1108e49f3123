/**
 * The thread that runs PGlite: a query takes as long as it takes without stalling HTTP. It knows no
 * transactions; the other side sends BEGIN and COMMIT and keeps everyone else out in between.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type ParserOptions } from '@electric-sql/pglite';
import type { PgliteAnswer, PgliteRequest, PgliteWorkerData, PostgresErrorFields } from './pgliteProtocol.ts';
import { DURABLE_START_PARAMS, SyncingNodeFS, syncPath, syncTree } from './syncingFileSystem.ts';

const port = parentPort;
if (port === null) throw new Error('pgliteWorker.ts runs as a worker thread only');
const answer = (message: PgliteAnswer): void => port.postMessage(message);

/** PostgreSQL says here why it does not start; what PGlite throws is only that it aborted. */
const LOG_LINES_KEPT = 5;

async function open(directory: string): Promise<PGlite> {
  const log: string[] = [];
  const onStderr = (line: string): boolean => {
    log.push(line);
    if (log.length > LOG_LINES_KEPT) log.shift();
    return true;
  };
  const pg = new PGlite({ fs: new SyncingNodeFS(directory), startParams: DURABLE_START_PARAMS, onStderr });
  try {
    await pg.waitReady;
    return pg;
  } catch (error) {
    throw new Error([errorFields(error).message, ...log].join('\n'), { cause: error });
  }
}

/** An empty database that the build has made: copying it takes a fraction of making one. From sources there is none. */
const EMPTY_DATABASE = fileURLToPath(new URL('./emptyDatabase', import.meta.url));

/**
 * Makes the data directory under another name, syncs it and moves it into place, so that a process killed
 * during its very first start leaves nothing that looks like a database but is none.
 */
async function createDirectory(directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(directory), { recursive: true });
  if (existsSync(EMPTY_DATABASE)) cpSync(EMPTY_DATABASE, unfinished, { recursive: true });
  else await (await open(unfinished)).close();
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

/**
 * Whether PostgreSQL stopped itself: it could not write its log, or the WebAssembly program broke. PGlite
 * answers nothing more after that, so the thread ends, and the other side opens the directory again.
 */
const isLastWords = (error: unknown): boolean =>
  (error as Error).name === 'RuntimeError' || ['PANIC', 'FATAL'].includes((error as { severity?: string }).severity ?? '');

async function serve(pg: PGlite, request: PgliteRequest): Promise<void> {
  const { id } = request;
  try {
    if (request.kind === 'close') {
      await pg.close();
      return answer({ kind: 'closed', id });
    }
    const parsers: ParserOptions = {};
    for (const oid of request.rawOids) parsers[oid] = asText;
    const { rows, fields, affectedRows } = await pg.query(request.text, request.params, { rowMode: request.rowMode, parsers });
    answer({ kind: 'result', id, result: { rows, fields, affectedRows: affectedRows ?? 0 } });
  } catch (error) {
    const last = isLastWords(error);
    answer({ kind: 'error', id, error: errorFields(error), last });
    if (last) process.exit(1);
  }
}

const { directory } = workerData as PgliteWorkerData;
try {
  if (!existsSync(directory)) await createDirectory(directory);
  const pg = await open(directory);
  port.on('message', (request: PgliteRequest) => void serve(pg, request));
  answer({ kind: 'ready' });
} catch (error) {
  answer({ kind: 'failed', message: errorFields(error).message });
  port.close();
}
