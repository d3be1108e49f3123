/** The program's side of the receive worker: hands requests over and waits for "on disk". */
import type { Worker } from 'node:worker_threads';
import type { Price } from '../cost/price.ts';
import type { LiveNews } from '../live/liveSpans.ts';
import { startWorker } from '../startWorker.ts';
import { createFairQueue } from './fairQueue.ts';
import type { FromWorker, ReceiveOutcome, ReceiveWorkerOptions, ToWorker } from './receiveMessages.ts';
import type { TelemetryRequest } from './pipeline.ts';
import type { ReceivePolicies } from '../settings/receivePolicies.ts';
import { createSharedRoom } from './sharedRoom.ts';

/**
 * Bytes of requests that wait or are in the worker, of all workspaces; each may hold as much as is left free, and what is
 * beyond is refused at once, so that memory stays bounded and one workspace leaves room to the others.
 */
export const WAITING_BYTES_MAX = 192 * 1024 * 1024;

/** What a request costs beside its body, in memory and work: many tiny ones count as what they are. */
const REQUEST_OVERHEAD_BYTES = 2 * 1024;

/**
 * What the worker is given ahead: enough that it never waits and that many small requests share one sync of the journal,
 * and no more, for what it was given comes before whatever turns up. Two at least: one is synced while one is decoded.
 */
const IN_HAND_MIN = 2;
const IN_HAND_MAX = 64;
const IN_HAND_BYTES_MAX = 1024 * 1024;

/**
 * Memory of the worker for what lives shortly. A request of 512 spans makes some 10 MB of objects that die with it;
 * in the 16 MiB that is usual most are moved twice before that, which took a fifth of the program's CPU time. A third of this is
 * one half-space; double that costs 64 MiB and saves the worker 2 %.
 */
const YOUNG_GENERATION_MIB = 96;

/** A worker that died is started again after this long, so that one that dies at once does not keep a core busy. */
const RESTART_AFTER_MS = 250;

export interface Receiver {
  /** Resolves when the request is on disk, or refused. Never rejects. */
  receive(request: TelemetryRequest): Promise<ReceiveOutcome>;
  /** What workspaces want done to all that is received from now on; kept for a worker that has to be started again. */
  setPolicies(policies: readonly (readonly [workspaceId: string, ReceivePolicies])[]): void;
  /** The prices that workspaces have set, all of each; kept like the policies. */
  setPrices(prices: readonly (readonly [workspaceId: string, Price[]])[]): void;
  /** Forgets the policies and prices of deleted workspaces, and what the worker remembers of what they sent. */
  forget(workspaceIds: readonly string[]): void;
  /** Resolves when every segment with something that was acknowledged so far has been told to `onSealed`. */
  flush(): Promise<void>;
  /** False while the worker is started again: nothing is taken. */
  isRunning(): boolean;
  /** Finishes what was taken, seals the journal and ends the worker. */
  close(): Promise<void>;
}

export interface ReceiverOptions extends ReceiveWorkerOptions {
  /** Told of every segment that is sealed, and, when the worker had to be started again, of all that lie there. */
  onSealed(segment: { path: string; bytes: number }): void;
  onFault(message: string): void;
  /** Told of spans that have begun and not ended yet. */
  onLive?(news: LiveNews): void;
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
  const { journalDirectory, onSealed, onFault, onLive, createWorker = createReceiveWorker } = options;
  const policies = new Map<string, ReceivePolicies>();
  const prices = new Map<string, Price[]>();
  const room = createSharedRoom(WAITING_BYTES_MAX);
  /** All that is not answered: first in the queue, then also in the worker. */
  const waiting = new Map<number, Waiting>();
  let queue = createFairQueue<Waiting>();
  const inHand = { requests: 0, bytes: 0 };
  let nextId = 1;
  const flushes = new Map<number, () => void>();
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
    room.give(entry.request.workspaceId, entry.cost);
    if (entry.handedOver) {
      inHand.requests -= 1;
      inHand.bytes -= entry.cost;
    }
    entry.resolve(outcome);
  };

  const mayHaveMore = () => closing || inHand.requests < IN_HAND_MIN || (inHand.requests < IN_HAND_MAX && inHand.bytes < IN_HAND_BYTES_MAX);

  const endFlush = (id: number) => {
    flushes.get(id)?.();
    flushes.delete(id);
  };

  /** Gives the worker what it may have, in fair order; all that waits when it has to end. */
  function handOver(): void {
    if (worker === undefined) return;
    while (mayHaveMore()) {
      const entry = queue.next();
      if (entry === undefined) return;
      entry.handedOver = true;
      inHand.requests += 1;
      inHand.bytes += entry.cost;
      post(worker, { type: 'request', id: entry.id, request: entry.request });
    }
  }

  /** Resolves with what lay sealed in the journal when the worker takes requests; rejects when it ended before that. */
  function start(): Promise<{ path: string; bytes: number }[]> {
    const started = createWorker({ journalDirectory });
    return new Promise((resolve, reject) => {
      started.on('message', (message: FromWorker) => {
        if (message.type === 'outcome') {
          settle(message.id, message.outcome);
          handOver();
        } else if (message.type === 'live') onLive?.(message.news);
        else if (message.type === 'sealed') onSealed({ path: message.path, bytes: message.bytes });
        else if (message.type === 'fault') onFault(message.message);
        else if (message.type === 'flushed') endFlush(message.id);
        else if (message.type === 'closed') closed?.();
        else {
          // Messages keep their order: no request goes before them.
          if (policies.size > 0) started.postMessage({ type: 'policies', policies: [...policies] } satisfies ToWorker);
          if (prices.size > 0) started.postMessage({ type: 'prices', prices: [...prices] } satisfies ToWorker);
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
        // A worker that starts again tells of all that its forerunner left.
        for (const id of flushes.keys()) endFlush(id);
        queue = createFairQueue();
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
      const cost = request.body.byteLength + REQUEST_OVERHEAD_BYTES;
      if (closing) return refused('the program is stopping');
      if (worker === undefined) return refused('the receive worker is starting again');
      if (!room.take(request.workspaceId, cost)) return refused('too many requests of this workspace are waiting');
      return new Promise((resolve) => {
        const entry = { id: nextId++, request, cost, handedOver: false, resolve };
        waiting.set(entry.id, entry);
        queue.push(request.workspaceId, cost, entry);
        handOver();
      });
    },
    flush: () =>
      new Promise((resolve) => {
        if (worker === undefined) return resolve();
        const id = nextId++;
        flushes.set(id, resolve);
        worker.postMessage({ type: 'flush', id } satisfies ToWorker);
      }),
    isRunning: () => worker !== undefined,
    setPolicies: (changed) => {
      for (const [workspaceId, ofWorkspace] of changed) policies.set(workspaceId, ofWorkspace);
      worker?.postMessage({ type: 'policies', policies: changed } satisfies ToWorker);
    },
    setPrices: (changed) => {
      for (const [workspaceId, ofWorkspace] of changed) prices.set(workspaceId, ofWorkspace);
      worker?.postMessage({ type: 'prices', prices: changed } satisfies ToWorker);
    },
    forget: (workspaceIds) => {
      for (const workspaceId of workspaceIds) {
        policies.delete(workspaceId);
        prices.delete(workspaceId);
      }
      worker?.postMessage({ type: 'forget', workspaceIds } satisfies ToWorker);
    },
    close: async () => {
      closing = true;
      clearTimeout(restart);
      await starting;
      const last = worker;
      if (last === undefined) return;
      handOver();
      await new Promise<void>((resolve) => {
        closed = resolve;
        last.postMessage({ type: 'close' } satisfies ToWorker);
      });
      await last.terminate();
    },
  };
}

interface Waiting {
  id: number;
  request: TelemetryRequest;
  /** Bytes that it holds. */
  cost: number;
  /** Whether the worker has it. */
  handedOver: boolean;
  resolve(outcome: ReceiveOutcome): void;
}

const refused = (message: string): Promise<ReceiveOutcome> => Promise.resolve({ ok: false, reason: 'unavailable', message });

/** Transfers the body when it owns its memory; of a view a copy, or all that it is a view of would be copied. */
function post(worker: Worker, { type, id, request }: Extract<ToWorker, { type: 'request' }>): void {
  const { body: given } = request;
  const owned = given.byteOffset === 0 && given.byteLength === given.buffer.byteLength && given.buffer instanceof ArrayBuffer;
  const body = owned ? given : new Uint8Array(given);
  worker.postMessage({ type, id, request: { ...request, body } } satisfies ToWorker, [body.buffer as ArrayBuffer]);
}
