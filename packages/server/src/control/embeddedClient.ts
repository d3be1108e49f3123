import { AsyncLocalStorage } from 'node:async_hooks';
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../startWorker.ts';
import type { PgliteAnswer, PgliteRequest, PgliteWorkerData } from './pgliteProtocol.ts';
import { rawTypeOids, type SqlClient, type SqlQueryOptions, type SqlResult, type SqlSession } from './sqlClient.ts';

/** The engine's thread ended while it was needed: the statement may or may not have been committed. */
class EngineStoppedError extends Error {
  override readonly name = 'EngineStoppedError';
}

interface Thread {
  ask(request: DistributiveOmit<PgliteRequest, 'id'>): Promise<SqlResult | undefined>;
  readonly ended: boolean;
  worker: Worker;
}
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const startPgliteThread = (workerData: PgliteWorkerData): Worker => startWorker(new URL('./pgliteWorker.ts', import.meta.url), { workerData });

/** Resolves when PostgreSQL in the thread takes statements; rejects with what it said when it does not start. */
function openThread(worker: Worker): Promise<Thread> {
  const waiting = new Map<number, { resolve(result: SqlResult | undefined): void; reject(error: Error): void }>();
  let nextId = 1;
  let ended = false;
  return new Promise((opened, failed) => {
    const thread: Thread = {
      worker,
      get ended() {
        return ended;
      },
      ask: (request) =>
        new Promise((resolve, reject) => {
          if (ended) return reject(new EngineStoppedError('The embedded control engine has stopped'));
          const id = nextId++;
          waiting.set(id, { resolve, reject });
          worker.postMessage({ ...request, id });
        }),
    };
    const settle = (id: number) => {
      const waiter = waiting.get(id);
      waiting.delete(id);
      return waiter;
    };
    worker.on('message', (message: PgliteAnswer) => {
      switch (message.kind) {
        case 'ready':
          return opened(thread);
        case 'failed':
          return failed(new Error(`The embedded control engine did not start: ${message.message}`));
        case 'result':
          return settle(message.id)?.resolve(message.result);
        case 'closed':
          return settle(message.id)?.resolve(undefined);
        case 'error':
          settle(message.id)?.reject(Object.assign(new Error(message.error.message), message.error));
          return message.last ? end(message.error.message) : undefined;
      }
    });
    const end = (reason: string) => {
      ended = true;
      const error = new EngineStoppedError(`The embedded control engine has stopped: ${reason}`);
      failed(error);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => end(`its thread ended with code ${code}`));
  });
}

/**
 * PGlite in a worker thread. Statements run one after another; a transaction keeps all others waiting until
 * it ends. When the thread dies (PostgreSQL stops itself when it cannot write its log) the statement in
 * flight fails and the next one opens the directory again, which recovers from the log.
 */
export async function openEmbeddedClient(directory: string, startThread = startPgliteThread): Promise<SqlClient> {
  let thread = await openThread(startThread({ directory }));
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();
  const within = new AsyncLocalStorage<{ open: boolean }>();

  const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new EngineStoppedError('The embedded control engine is closed'));
    if (within.getStore()?.open === true) {
      return Promise.reject(new Error('Inside a transaction only its own handle may be used; the connection itself would wait for ever'));
    }
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };

  const query = async (text: string, params: unknown[] = [], options?: SqlQueryOptions): Promise<SqlResult> => {
    const result = await thread.ask({ kind: 'query', text, params, rowMode: options?.rowMode ?? 'object', rawOids: rawTypeOids(options) });
    if (result === undefined) throw new EngineStoppedError('The embedded control engine is closed');
    return result;
  };
  const reopen = async () => {
    if (!thread.ended) return;
    // Never two engines on one directory: the old thread has to be gone, not only to have said so.
    await thread.worker.terminate();
    thread = await openThread(startThread({ directory }));
  };

  return {
    query: (text, params, options) =>
      enqueue(async () => {
        await reopen();
        return query(text, params, options);
      }),
    transaction: (work) =>
      enqueue(async () => {
        await reopen();
        const state = { open: true };
        const tx: SqlSession = {
          query: (text, params, options) =>
            state.open ? query(text, params, options) : Promise.reject(new Error('The transaction has ended; its handle cannot be used any more')),
        };
        await query('BEGIN');
        try {
          const value = await within.run(state, () => work(tx));
          state.open = false;
          await query('COMMIT');
          return value;
        } catch (error) {
          state.open = false;
          if (!thread.ended) await query('ROLLBACK');
          throw error;
        }
      }),
    close: async () => {
      const last = enqueue(async () => {
        if (!thread.ended) await thread.ask({ kind: 'close' });
      });
      closed = true;
      await last;
      await thread.worker.terminate();
    },
  };
}
