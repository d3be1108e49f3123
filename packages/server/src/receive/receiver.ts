/** The program's side of the receive worker: hands requests over and waits for "on disk". */
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../startWorker.ts';
import type { FromWorker, ReceiveOutcome, ReceiveWorkerOptions, ToWorker } from './receiveMessages.ts';
import type { TelemetryRequest } from './pipeline.ts';
import type { ReceivePolicies } from './requestPolicies.ts';

/** Bytes that may wait in the worker; beyond it a request is refused at once, so that memory stays bounded. */
const WAITING_BYTES_MAX = 192 * 1024 * 1024;

/**
 * Memory of the worker for what lives shortly. A request of 512 spans makes some 10 MB of objects that die with it;
 * in the 16 MiB that is usual most are moved twice before that, which took a fifth of the program's CPU time.
 */
const YOUNG_GENERATION_MIB = 128;

/** A worker that died is started again after this long, so that one that dies at once does not keep a core busy. */
const RESTART_AFTER_MS = 250;

export interface Receiver {
  /** Resolves when the request is on disk, or refused. Never rejects. */
  receive(request: TelemetryRequest): Promise<ReceiveOutcome>;
  /** What workspaces want done to all that is received from now on; kept for a worker that has to be started again. */
  setPolicies(policies: readonly (readonly [workspaceId: string, ReceivePolicies])[]): void;
  /** Finishes what was taken, seals the journal and ends the worker. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ReceiveWorkerOptions {
  /** Told of every segment that is sealed, and, when the worker had to be started again, of all that lie there. */
  onSealed(segment: { path: string; bytes: number }): void;
  onFault(message: string): void;
  /** Replaced in tests alone. */
  createWorker?(options: ReceiveWorkerOptions): Worker;
}

const createReceiveWorker = (options: ReceiveWorkerOptions): Worker =>
  startWorker(new URL('./receiveWorker.ts', import.meta.url), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  });

/** Rejects when the worker cannot start. One that dies later, of a request that needs more memory than there is, is started again. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { journalDirectory, onSealed, onFault, createWorker = createReceiveWorker } = options;
  const policies = new Map<string, ReceivePolicies>();
  const waiting = new Map<number, { resolve: (outcome: ReceiveOutcome) => void; bytes: number }>();
  let nextId = 1;
  let waitingBytes = 0;
  /** Undefined while there is none that takes requests. */
  let worker: Worker | undefined;
  let restart: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();
  let closing = false;
  let closed: (() => void) | undefined;

  const settle = (id: number, outcome: ReceiveOutcome) => {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    waitingBytes -= entry.bytes;
    entry.resolve(outcome);
  };

  /** Resolves with what lay sealed in the journal when the worker takes requests; rejects when it ended before that. */
  function start(): Promise<{ path: string; bytes: number }[]> {
    const started = createWorker({ journalDirectory });
    return new Promise((resolve, reject) => {
      started.on('message', (message: FromWorker) => {
        if (message.type === 'outcome') settle(message.id, message.outcome);
        else if (message.type === 'sealed') onSealed({ path: message.path, bytes: message.bytes });
        else if (message.type === 'fault') onFault(message.message);
        else if (message.type === 'closed') closed?.();
        else {
          // Messages keep their order: no request goes before them.
          if (policies.size > 0) started.postMessage({ type: 'policies', policies: [...policies] } satisfies ToWorker);
          worker = started;
          resolve(message.segments);
        }
      });
      started.on('error', (error) => {
        onFault(`the receive worker died: ${error.stack ?? error.message}`);
        reject(error);
      });
      started.on('exit', () => {
        reject(new Error('the receive worker ended before it was ready'));
        closed?.();
        if (worker !== started) return;
        worker = undefined;
        for (const id of waiting.keys()) settle(id, { ok: false, reason: 'unavailable', message: 'the receive worker has ended' });
        if (!closing) startAgain();
      });
    });
  }

  function startAgain(): void {
    restart = setTimeout(() => {
      starting = replaceWorker();
    }, RESTART_AFTER_MS);
  }

  async function replaceWorker(): Promise<void> {
    try {
      const segments = await start();
      onFault('the receive worker was started again');
      for (const segment of segments) onSealed(segment);
    } catch {
      // Its error has been told.
      if (!closing) startAgain();
    }
  }

  // What lies there at the first start is not reported: the writer looks for itself.
  await start();

  return {
    receive: (request) => {
      if (closing || worker === undefined || waitingBytes + request.body.byteLength > WAITING_BYTES_MAX) {
        const message = closing
          ? 'the program is stopping'
          : worker === undefined
            ? 'the receive worker is starting again'
            : 'too many requests are waiting';
        return Promise.resolve({ ok: false, reason: 'unavailable', message });
      }
      const takenBy = worker;
      return new Promise((resolve) => {
        const id = nextId++;
        waiting.set(id, { resolve, bytes: request.body.byteLength });
        waitingBytes += request.body.byteLength;
        post(takenBy, { type: 'request', id, request });
      });
    },
    setPolicies: (changed) => {
      for (const [workspaceId, ofWorkspace] of changed) policies.set(workspaceId, ofWorkspace);
      worker?.postMessage({ type: 'policies', policies: changed } satisfies ToWorker);
    },
    close: async () => {
      closing = true;
      clearTimeout(restart);
      await starting;
      const last = worker;
      if (last === undefined) return;
      await new Promise<void>((resolve) => {
        closed = resolve;
        last.postMessage({ type: 'close' } satisfies ToWorker);
      });
      await last.terminate();
    },
  };
}

/** Transfers the body when it owns its memory; a view into a pool is copied. */
function post(worker: Worker, message: Extract<ToWorker, { type: 'request' }>): void {
  const { body } = message.request;
  const owned = body.byteOffset === 0 && body.byteLength === body.buffer.byteLength && body.buffer instanceof ArrayBuffer;
  worker.postMessage(message, owned ? [body.buffer as ArrayBuffer] : []);
}
