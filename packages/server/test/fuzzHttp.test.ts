/**
 * The worst of the fuzzed requests through the real application, and what was taken of them into the real store: no door
 * answers 5xx, whatever the body, its type and its encoding say, and the store refuses nothing of what was acknowledged.
 */
import { randomUUID } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../src/telemetry/testing/temporaryTelemetry.ts';
import type { Choices } from './fuzz/choices.ts';
import { openDoors } from './fuzz/doors.ts';
import { event } from './fuzz/events.ts';
import { FUZZED_AT_MS, type Json } from './fuzz/hostileValues.ts';
import { breakBytes, changeItem, spoil } from './fuzz/mutations.ts';
import { FUZZ_CASES, FUZZ_TIMEOUT_MS, checkCasesAsync } from './fuzz/runs.ts';
import { encodeProtobuf, langfuseBatches, requestOf, seedsOf } from './fuzz/seeds.ts';

const OTLP_DOORS = [
  ['/v1/traces', 'traces'],
  ['/api/public/otel/v1/traces', 'traces'],
  ['/otel/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
] as const;
/** Each goes through the whole application. */
const HTTP_CASES = Math.max(4_600, FUZZ_CASES / 20);
/** One in so many requests is stored, each with an insert of its own. */
const STORED_EVERY = 20;

const seeds = { traces: seedsOf('traces'), logs: seedsOf('logs'), metrics: seedsOf('metrics') };
const batches = langfuseBatches();
let store: TemporaryTelemetry;
let doors: ReturnType<typeof openDoors>;
let sent = 0;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  doors = openDoors(store.telemetry, () => FUZZED_AT_MS);
});
afterAll(() => store.remove());

function otlpBody(choices: Choices): { path: string; body: Uint8Array; type: string } {
  const [path, signal] = choices.of(OTLP_DOORS);
  const seed = structuredClone(choices.of(seeds[signal]));
  const isJson = choices.upTo(2) === 0;
  const how = choices.upTo(4);
  const request = requestOf(signal, seed);
  if (isJson && how === 2) spoil(request, choices);
  else if (how !== 3) changeItem(signal, seed.item, choices);
  const body = isJson ? Buffer.from(JSON.stringify(request)) : encodeProtobuf(signal, request);
  return { path, body: how === 3 ? breakBytes(body, choices) : body, type: isJson ? 'application/json' : 'application/x-protobuf' };
}

function eventsBody(choices: Choices): { path: string; body: Uint8Array; type: string } {
  const request: Json = { events: Array.from({ length: 1 + choices.upTo(4) }, () => event(choices)) };
  if (choices.upTo(3) === 2) spoil(request, choices);
  const body = Buffer.from(JSON.stringify(request));
  return { path: '/api/obs/ingest/events', body: choices.upTo(4) === 3 ? breakBytes(body, choices) : body, type: 'application/json' };
}

function batchBody(choices: Choices): { path: string; body: Uint8Array; type: string } {
  const request = structuredClone(choices.of(batches));
  for (let times = choices.upTo(5); times > 0; times--) spoil(request, choices);
  const body = Buffer.from(JSON.stringify(request));
  return { path: '/api/public/ingestion', body: choices.upTo(4) === 3 ? breakBytes(body, choices) : body, type: 'application/json' };
}

type Disguise = (body: Uint8Array) => { body: Uint8Array; encoding?: string };

/** Compressed or not, by the truth or not. Decided first: what is changed takes all decisions that are left. */
function disguise(choices: Choices): Disguise {
  const claimed = choices.of(['gzip', 'deflate', 'br', 'identity', '', 'GZIP, gzip']);
  const at = choices.upTo(64);
  switch (choices.upTo(12)) {
    case 8:
      return (body) => ({ body: gzipSync(body).subarray(0, at), encoding: 'gzip' });
    case 9:
      return (body) => ({ body, encoding: claimed });
    case 10:
      return (body) => ({ body: deflateSync(body), encoding: 'deflate' });
    case 11:
      return (body) => ({ body: gzipSync(body), encoding: 'gzip' });
    default:
      return (body) => ({ body });
  }
}

async function send(choices: Choices, bodyOf: typeof otlpBody): Promise<void> {
  const dress = disguise(choices);
  const claimedType =
    choices.upTo(16) === 15 ? choices.of(['text/plain', '', 'application/protobuf', 'application/json; charset=utf-16']) : undefined;
  const { path, body: plain, type } = bodyOf(choices);
  const { body, encoding } = dress(plain);
  const answer = await doors.post(path, body, {
    'content-type': claimedType ?? type,
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  });
  expect([200, 207, 400, 413, 415], `${path}: ${await answer.text()}`).toContain(answer.status);
  const frames = doors.frames.splice(0);
  sent += 1;
  if (sent % STORED_EVERY !== 0) return;
  for (const { tables } of frames) for (const { name, native } of tables) await store.telemetry.insertNative(name, native, randomUUID());
}

it.each([
  ['OTLP', otlpBody, 0.65],
  ['the Events API', eventsBody, 0.18],
  ['batches of older Langfuse clients', batchBody, 0.17],
] as const)('%s answers what the contract says, and what it takes can be stored', { timeout: FUZZ_TIMEOUT_MS }, async (_door, bodyOf, share) => {
  await checkCasesAsync(HTTP_CASES * share, (choices) => send(choices, bodyOf));
  expect(sent).toBeGreaterThan(0);
});

it('something of every kind was stored', async () => {
  for (const table of ['spans', 'logs', 'metric_points', 'events', 'observation_parts', 'payloads']) {
    const rows = await store.telemetry.rows<{ n: string }>(`SELECT toString(count()) AS n FROM ${table}`, {});
    expect([table, Number(rows[0]?.n) > 0]).toEqual([table, true]);
  }
});
