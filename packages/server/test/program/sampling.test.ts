/** Sampling as a workspace sets it, on the built program: what is counted, what is kept whole, and what a late failure saves. */
import { randomBytes } from 'node:crypto';
import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import { beforeAll, expect, test, vi } from 'vitest';
import type { MadeSpan } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient, RANGE } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const WAIT = { timeout: 20_000, interval: 100 };
const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};

let program: Program;
let client: Client;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);

const newTraceId = () => randomBytes(16).toString('hex');
const spanId = (digit: string) => digit.repeat(16);
const root = (traceId: string, fields: Partial<MadeSpan> = {}): MadeSpan => ({
  traceId,
  spanId: spanId('1'),
  name: 'job',
  durationMs: 10,
  ...fields,
});
const call = (traceId: string, fields: Partial<MadeSpan> = {}): MadeSpan => ({
  traceId,
  spanId: spanId('2'),
  parentSpanId: spanId('1'),
  name: 'chat',
  durationMs: 5,
  attributes: { ...CHAT, 'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `secret of ${traceId}` }] }]) },
  ...fields,
});
const setSampling = (sampling: unknown) =>
  client.send('/api/obs/settings/sampling', { method: 'PUT', body: JSON.stringify(sampling), headers: { 'content-type': 'application/json' } });
const ask = async (measures: string[]) =>
  (await client.post<{ rows: Record<string, unknown>[] }>('/api/obs/query', { source: 'spans', measures, group_by: [], filters: [], ...RANGE }))
    .rows[0];
const exists = async (traceId: string) => (await client.send(`/api/obs/traces/${traceId}`)).status === 200;

test('rules are checked, kept and shown with the presets', async () => {
  expect(await client.get('/api/obs/settings/sampling')).toMatchObject({ enabled: false, updated_at: null, presets: { light: { enabled: true } } });
  expect((await setSampling({ enabled: true, traces: { keep_one_in: 0 } })).status).toBe(400);
  expect((await setSampling({ enabled: true, traces: { rules: [{ endpoint: '/a*b', keep_one_in: 2 }] } })).status).toBe(400);
  expect((await setSampling({ enabled: true, traces: { keep_one_in: 4, slow_ms: 1000 }, logs: { keep_one_in: 4 } })).status).toBe(200);
  expect(await client.get('/api/obs/settings/sampling')).toMatchObject({ enabled: true, traces: { keep_one_in: 4, slow_ms: 1000, rules: [] } });
});

test('what is kept counts for what is not; failed and slow traces are whole, also when the failure comes last', { timeout: 60_000 }, async () => {
  const ids = Array.from({ length: 400 }, newTraceId);
  const failed = newTraceId();
  const slow = newTraceId();
  await client.sendSpans(ids.flatMap((id) => [root(id), call(id)]));
  await client.sendSpans([root(failed, { failed: true }), call(failed), root(slow, { durationMs: 1500 }), call(slow)]);
  await vi.waitFor(async () => expect(await exists(slow)).toBe(true), WAIT);
  await vi.waitFor(async () => expect(await exists(failed)).toBe(true), WAIT);

  const shown = await Promise.all(ids.map(exists));
  const count = shown.filter(Boolean).length;
  expect(count).toBeGreaterThan(50);
  expect(count).toBeLessThan(160);
  const counted = 4 * count + 2;
  expect(await ask(['llm_calls', 'spans', 'input_tokens', 'errors', 'cost_usd', 'traces'])).toEqual({
    llm_calls: counted,
    spans: counted * 2,
    input_tokens: counted * 1000,
    errors: 0,
    // 1000 × $2.50/M + 100 × $10/M.
    cost_usd: ((counted * 35) / 10_000).toString(),
    traces: count + 2,
  });
  const { items } = await client.get<{ items: IngestHealth[] }>('/api/obs/ingest/health');
  expect(items).toMatchObject([{ source: 'otlp/http', received: 804, stored: count * 2 + 4, sampled: (400 - count) * 2, rejected: 0, duplicate: 0 }]);

  const left = ids[shown.indexOf(false)] as string;
  await client.sendSpans([{ traceId: left, spanId: spanId('3'), parentSpanId: spanId('1'), name: 'late', failed: true }]);
  await vi.waitFor(async () => expect((await client.trace(left)).spans).toHaveLength(3), WAIT);
  expect(JSON.stringify(await client.trace(left))).toContain(`secret of ${left}`);
  expect(await ask(['llm_calls', 'trace_errors'])).toEqual({ llm_calls: counted + 1, trace_errors: 2 });
});

test('logs are counted by what they stand for, and switching sampling off keeps that', { timeout: 60_000 }, async () => {
  const record = (i: number, severityNumber: number) => ({
    timeUnixNano: `${1_763_600_000_000_000_000n + BigInt(i)}`,
    severityNumber,
    body: { stringValue: `line ${i}` },
  });
  const logRecords = Array.from({ length: 400 }, (_, i) => record(i, i < 10 ? 17 : 9));
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
  expect((await client.postJson('/v1/logs', request)).status).toBe(200);
  const logs = async () => {
    const spec = {
      source: 'logs',
      measures: ['logs', 'log_errors'],
      group_by: [],
      filters: [],
      from: '2025-11-01T00:00:00Z',
      to: '2025-12-01T00:00:00Z',
    };
    return (await client.post<{ rows: { logs: number; log_errors: number }[] }>('/api/obs/query', spec)).rows[0];
  };
  await vi.waitFor(async () => expect((await logs())?.log_errors).toBe(10), WAIT);
  const before = await logs();
  expect(before?.logs).toBeGreaterThan(250);
  expect(before?.logs).toBeLessThan(550);
  expect(((before?.logs ?? 0) - 10) % 4).toBe(0);
  expect((await setSampling({ enabled: false })).status).toBe(200);
  expect(await logs()).toEqual(before);
});
