/** The program's side of the receive worker: hands requests over and waits for "on disk". */
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../startWorker.ts';
import type { FromWorker, ReceiveOutcome, ReceiveWorkerOptions, ToWorker } from './receiveMessages.ts';
import type { TelemetryRequest } from './pipeline.ts';

/** Bytes that may wait in the worker; beyond it a request is refused at once, so that memory stays bounded. */
const WAITING_BYTES_MAX = 192 * 1024 * 1024;

export interface Receiver {
  /** Resolves when the request is on disk, or refused. Never rejects. */
  receive(request: TelemetryRequest): Promise<ReceiveOutcome>;
  /** Finishes what was taken, seals the journal and ends the worker. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ReceiveWorkerOptions {
  onSealed(segment: { path: string; bytes: number }): void;
  onFault(message: string): void;
}

export async function startReceiver({ journalDirectory, onSealed, onFault }: ReceiverOptions): Promise<Receiver> {
  const worker = startWorker(new URL('./receiveWorker.ts', import.meta.url), { workerData: { journalDirectory } satisfies ReceiveWorkerOptions });
  const waiting = new Map<number, { resolve: (outcome: ReceiveOutcome) => void; bytes: number }>();
  let nextId = 1;
  let waitingBytes = 0;
  let closed: (() => void) | undefined;
  let alive = true;

  const settle = (id: number, outcome: ReceiveOutcome) => {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    waitingBytes -= entry.bytes;
    entry.resolve(outcome);
  };

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'outcome') settle(message.id, message.outcome);
      else if (message.type === 'sealed') onSealed({ path: message.path, bytes: message.bytes });
      else if (message.type === 'fault') onFault(message.message);
      else if (message.type === 'ready') resolve();
      else closed?.();
    });
    worker.on('error', (error) => {
      onFault(`the receive worker died: ${error.stack ?? error.message}`);
      reject(error);
    });
    worker.on('exit', () => {
      alive = false;
      for (const id of waiting.keys()) settle(id, { ok: false, reason: 'unavailable', message: 'the receive worker has ended' });
      closed?.();
    });
  });

  return {
    receive: (request) => {
      if (!alive || waitingBytes + request.body.byteLength > WAITING_BYTES_MAX) {
        return Promise.resolve({
          ok: false,
          reason: 'unavailable',
          message: alive ? 'too many requests are waiting' : 'the receive worker has ended',
        });
      }
      return new Promise((resolve) => {
        const id = nextId++;
        waiting.set(id, { resolve, bytes: request.body.byteLength });
        waitingBytes += request.body.byteLength;
        post(worker, { type: 'request', id, request });
      });
    },
    close: async () => {
      if (alive) {
        await new Promise<void>((resolve) => {
          closed = resolve;
          worker.postMessage({ type: 'close' } satisfies ToWorker);
        });
      }
      await worker.terminate();
    },
  };
}

/** Transfers the body when it owns its memory; a view into a pool is copied. */
function post(worker: Worker, message: Extract<ToWorker, { type: 'request' }>): void {
  const { body } = message.request;
  const owned = body.byteOffset === 0 && body.byteLength === body.buffer.byteLength && body.buffer instanceof ArrayBuffer;
  worker.postMessage(message, owned ? [body.buffer as ArrayBuffer] : []);
}
