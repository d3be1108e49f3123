import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFrames } from '../journal/frame.ts';
import { startWorker } from '../startWorker.ts';
import type { TelemetryRequest } from './pipeline.ts';
import { type Receiver, startReceiver, WAITING_BYTES_MAX } from './receiver.ts';
import { START_MS, traceRequest } from './testing/traceRequests.ts';

let journalDirectory: string;
let sealed: Map<string, number>;
let workers: Worker[];
let receiver: Receiver;

beforeEach(async () => {
  journalDirectory = mkdtempSync(join(tmpdir(), 'sightglass-receiver-'));
  sealed = new Map();
  workers = [];
  receiver = await startReceiver({
    journalDirectory,
    onSealed: ({ path, bytes }) => sealed.set(path, bytes),
    onFault: () => undefined,
    createWorker: (options) => {
      const worker = startWorker(new URL('./receiveWorker.ts', import.meta.url), { workerData: options });
      workers.push(worker);
      return worker;
    },
  });
});
afterEach(async () => {
  await receiver.close();
  rmSync(journalDirectory, { recursive: true, force: true });
});

const request = (spanId: string): TelemetryRequest => ({
  signal: 'traces',
  workspaceId: 'wsp_a',
  receivedAtMs: START_MS,
  source: 'otlp/http',
  body: new TextEncoder().encode(JSON.stringify(traceRequest([{ traceId: 'a'.repeat(32), spanId }]))),
  contentType: 'json',
  encoding: 'identity',
});
const sealedRows = async () => {
  const files = await Promise.all([...sealed.keys()].map((path) => readFile(path)));
  return files.flatMap((bytes) => readFrames(bytes).frames).reduce((rows, frame) => rows + frame.rows, 0);
};

it('a worker that dies is replaced, and what it had acknowledged is stored', async () => {
  expect(await receiver.receive(request('1'.repeat(16)))).toMatchObject({ ok: true, accepted: 1 });
  await workers[0]?.terminate();
  expect(await receiver.receive(request('2'.repeat(16)))).toMatchObject({ ok: false, reason: 'unavailable' });
  await expect.poll(async () => (await receiver.receive(request('3'.repeat(16)))).ok, { timeout: 10_000 }).toBe(true);
  expect(workers).toHaveLength(2);
  await receiver.close();
  expect(await sealedRows()).toBe(2);
}, 20_000);

it('requests in hand are answered when the worker dies: to be sent again', async () => {
  // The first may be done by then, the last is not.
  const answers = Array.from({ length: 500 }, (_, i) => receiver.receive(request((i + 1).toString(16).padStart(16, '0'))));
  await workers[0]?.terminate();
  expect(await answers.at(-1)).toMatchObject({ ok: false, reason: 'unavailable' });
  await Promise.all(answers);
}, 20_000);

it('nothing is taken once it is closed', async () => {
  await receiver.close();
  expect(await receiver.receive(request('1'.repeat(16)))).toMatchObject({ ok: false, reason: 'unavailable' });
}, 20_000);

it('what a workspace wants holds for a worker that had to be started again', async () => {
  const locked = { ok: false, reason: 'unavailable', message: expect.stringContaining('does not open') as string };
  receiver.setPolicies([['wsp_a', { redaction: null, encryption: 'locked' }]]);
  expect(await receiver.receive(request('1'.repeat(16)))).toMatchObject(locked);
  await workers[0]?.terminate();
  await expect.poll(() => receiver.receive(request('1'.repeat(16))), { timeout: 10_000 }).toMatchObject(locked);
  receiver.setPolicies([['wsp_a', { redaction: null, encryption: null }]]);
  expect(await receiver.receive(request('1'.repeat(16)))).toMatchObject({ ok: true, accepted: 1 });
}, 20_000);

it('tells that nothing is taken while the worker is started again', async () => {
  expect(receiver.isRunning()).toBe(true);
  await workers[0]?.terminate();
  expect(receiver.isRunning()).toBe(false);
  await expect.poll(() => receiver.isRunning(), { timeout: 10_000 }).toBe(true);
}, 20_000);

describe('many workspaces', () => {
  let made = 0;
  /** A body of `bytes` that takes the worker a while: one span and a long name. */
  const requestOf = (workspaceId: string, bytes: number): TelemetryRequest => {
    const spanId = (++made).toString(16).padStart(16, '0');
    const span = { traceId: 'a'.repeat(32), spanId, attributes: { filler: 'x'.repeat(bytes) } };
    return { ...request(spanId), workspaceId, body: new TextEncoder().encode(JSON.stringify(traceRequest([span]))) };
  };

  it('one that floods does not keep another waiting for all of its requests', async () => {
    const order: string[] = [];
    const send = async (workspaceId: string, bytes: number) => {
      const outcome = await receiver.receive(requestOf(workspaceId, bytes));
      order.push(workspaceId);
      return outcome;
    };
    const noisy = Array.from({ length: 100 }, () => send('wsp_noisy', 200_000));
    const quiet = Array.from({ length: 5 }, () => send('wsp_quiet', 1_000));
    for (const outcome of await Promise.all([...noisy, ...quiet])) expect(outcome).toMatchObject({ ok: true, accepted: 1 });
    // Before the first of the quiet one there is only what was given to the worker already.
    expect(order.lastIndexOf('wsp_quiet')).toBeLessThan(20);
  }, 60_000);

  it('one that fills its share is refused, another is taken at the same time, and all that was taken is answered', async () => {
    const large = 16 * 1024 * 1024;
    const flood = Array.from({ length: WAITING_BYTES_MAX / large }, () =>
      receiver.receive({ ...requestOf('wsp_noisy', 0), body: new Uint8Array(large) }),
    );
    const other = receiver.receive(requestOf('wsp_quiet', 1_000));
    expect(await other).toMatchObject({ ok: true, accepted: 1 });
    const outcomes = await Promise.all(flood);
    const refused = outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'unavailable');
    expect(refused).toHaveLength(outcomes.length / 2);
    expect(refused[0]).toMatchObject({ message: 'too many requests of this workspace are waiting' });
    // Zeros are no JSON: those that were taken were read.
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'undecodable')).toHaveLength(outcomes.length / 2);
    expect(await receiver.receive(requestOf('wsp_noisy', 1_000))).toMatchObject({ ok: true });
  }, 60_000);

  it('what waits when the program stops is on disk before it ends', async () => {
    const answers = Array.from({ length: 30 }, (_, i) => receiver.receive(requestOf(`wsp_${i % 3}`, 200_000)));
    await receiver.close();
    for (const answer of answers) expect(await answer).toMatchObject({ ok: true, accepted: 1 });
    expect(await sealedRows()).toBe(30);
  }, 60_000);

  it('what waits is answered when the worker dies: to be sent again', async () => {
    const answers = Array.from({ length: 30 }, () => receiver.receive(requestOf('wsp_a', 200_000)));
    await workers[0]?.terminate();
    const outcomes = await Promise.all(answers);
    expect(outcomes.filter(({ ok }) => !ok).length).toBeGreaterThan(0);
    await expect.poll(async () => (await receiver.receive(requestOf('wsp_a', 10))).ok, { timeout: 10_000 }).toBe(true);
  }, 20_000);
});
