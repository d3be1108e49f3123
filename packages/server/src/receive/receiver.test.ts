import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFrames } from '../journal/frame.ts';
import { startWorker } from '../startWorker.ts';
import type { TelemetryRequest } from './pipeline.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { traceRequest } from './testing/traceRequests.ts';

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
  receivedAtMs: 1_763_600_000_000,
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
  const answer = receiver.receive(request('1'.repeat(16)));
  await workers[0]?.terminate();
  expect(await answer).toMatchObject({ ok: false, reason: 'unavailable' });
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
