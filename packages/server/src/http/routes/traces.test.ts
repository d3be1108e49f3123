import { gunzipSync } from 'node:zlib';
import type { CostBreakdown, SpanDetail } from '@sightglass/contract/trace';
import { SpanDetailSchema, SpanSchema, TraceSummarySchema } from '@sightglass/contract/trace';
import type { Scope } from '@sightglass/contract/permissions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { insertPayloads, insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import type { PricedCall } from '../../traces/getSpan.ts';
import type { App } from '../appTypes.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { traceRoutes } from './traces.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
const TRACE = traceIdOf(1);
const FOREIGN_TRACE = traceIdOf(2);
const LONG_TRACE = traceIdOf(3);
const LONG_SPANS = 12_000;
const [ROOT, CALL, RETRIEVAL] = [spanIdOf(1), spanIdOf(2), spanIdOf(3)];

let store: TemporaryTelemetry;
const explained: PricedCall[] = [];

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const { telemetry } = store;
  const user = JSON.stringify({ role: 'user', content: 'Where is my order?' });
  const [system = '', asked = '', said = '', tool = '', document = ''] = await insertPayloads(telemetry, mine, '2026-11-20', [
    JSON.stringify({ role: 'system', content: 'Be brief.' }),
    user,
    'On its way.',
    JSON.stringify({ type: 'function', function: { name: 'lookup', description: 'Finds an order', parameters: { type: 'object' } } }),
    JSON.stringify({ id: 'doc-1', score: 0.75, content: 'Orders take two days.', metadata: '{"page":3}' }),
  ]);
  const agent = {
    workspace_id: mine,
    trace_id: TRACE,
    span_id: ROOT,
    start_time: NOW - 4_000_000_000n,
    duration_ns: 3_000_000_000,
    name: 'agent',
    kind: 'agent',
    status: 'success',
    is_run: 1,
    agent_id: 'planner',
  };
  const rows: SpanFields[] = [
    {
      workspace_id: mine,
      trace_id: TRACE,
      span_id: CALL,
      parent_span_id: ROOT,
      start_time: NOW - 3_000_000_000n,
      duration_ns: 1_500_000_001,
      name: 'chat',
      kind: 'llm',
      status: 'success',
      provider: 'openai',
      request_model: 'gpt-4o',
      response_model: 'gpt-4o-2024-08-06',
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 40,
      cost_usd: '0.000450',
      cost_source: 'price_book',
      price_id: 'prc_1',
      ttft_ms: 250.5,
      finish_reason: 'stop',
      agent_id: 'planner',
      token_rule: 'genai:includes',
      usage_reported: { input: 100, output: 20 },
      dialect: 'genai',
      input_format: 'messages',
      input_parts: [system, asked],
      output_format: 'text',
      output_parts: [said],
      tool_definition_parts: [tool],
      attributes_string: { 'gen_ai.system': 'openai', __proto__x: 'safe' },
      attributes_number: { temperature: 0.5 },
      attributes_bool: { stream: true },
      attributes_json: { stop: '["\\n"]', broken: '{' },
      resource: { 'service.name': 'shop' },
      events: JSON.stringify([{ name: 'exception', time: '2026-11-20T11:59:58.5Z', attributes: { 'exception.type': 'E' } }]),
      links: JSON.stringify([{ trace_id: FOREIGN_TRACE, span_id: ROOT, attributes: {} }]),
    },
    {
      workspace_id: mine,
      trace_id: TRACE,
      span_id: RETRIEVAL,
      parent_span_id: ROOT,
      start_time: NOW - 3_500_000_000n,
      duration_ns: 5,
      name: 'search',
      kind: 'retriever',
      status: 'error',
      status_message: 'timed out',
      error_type: 'Timeout',
      error_origin: 1,
      document_parts: [document],
      events: 'not json',
    },
    agent,
  ];
  for (const row of rows) await insertSpans(telemetry, [row]);
  await insertSpans(telemetry, rows);
  const other = { ...agent, span_id: spanIdOf(9), trace_id: FOREIGN_TRACE, start_time: NOW - 1n };
  await insertSpans(
    telemetry,
    [...rows, other].map((row) => ({ ...row, name: 'foreign', workspace_id: foreign })),
  );
  await insertSpans(
    telemetry,
    Array.from({ length: LONG_SPANS }, (_, i) => ({
      workspace_id: mine,
      trace_id: LONG_TRACE,
      span_id: spanIdOf(100_000 + i),
      parent_span_id: i === 0 ? undefined : spanIdOf(100_000 + ((i - 1) >> 2)),
      start_time: NOW - 3_600_000_000_000n + BigInt(i) * 1_000_000n,
      duration_ns: 1_000_000,
      name: `step ${i % 20}`,
      kind: 'chain',
      status: 'success',
      attributes_string: { step: String(i) },
    })),
  );
});
afterAll(() => store.remove());

function appOf(workspaceId = mine, scopes: readonly Scope[] = ['read']): App {
  const app = appOfCaller(workspaceId, scopes);
  const explainCost = (call: PricedCall): CostBreakdown => {
    explained.push(call);
    return { lines: [], total_usd: '0.00045', price_id: call.priceId ?? '', price_model: 'gpt-4o', price_from: null, tier: null };
  };
  traceRoutes(app, { readerOf: ({ workspaceId: workspace }) => createTelemetryReader(store.telemetry, workspace), explainCost, now: () => NOW });
  return app;
}

async function get(path: string, workspaceId = mine) {
  const answer = await appOf(workspaceId).request(`/api/obs/traces${path}`);
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() };
}

describe('200', () => {
  it('the list takes its filters from the query', async () => {
    const { status, body } = await get('?agent_id=planner&limit=5');
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: [{ trace_id: TRACE, root_name: 'agent', span_count: 3 }], next_cursor: null });
    expect((await get('?agent_id=nobody')).body).toEqual({ items: [], next_cursor: null });
  });

  it('a trace is its summary and its spans by start, each once, with all they carried', async () => {
    const { status, type, body } = await get(`/${TRACE}`);
    expect(status).toBe(200);
    expect(type).toBe('application/json');
    TraceSummarySchema.parse(body.trace);
    for (const span of body.spans) SpanSchema.strict().parse(span);
    expect(body.trace).toMatchObject({
      status: 'error',
      span_count: 3,
      error_count: 1,
      cost_usd: '0.00045',
      start_time: '2026-11-20T11:59:56Z',
      duration_ns: '3000000000',
    });
    expect(body.spans.map((span: SpanDetail) => span.span_id)).toEqual([ROOT, RETRIEVAL, CALL]);
    expect(body.spans[0]).toMatchObject({
      parent_span_id: null,
      name: 'agent',
      input: null,
      output: null,
      attributes: {},
      cost_usd: null,
      input_tokens: null,
    });
    expect(body.spans[1]).toMatchObject({
      parent_span_id: ROOT,
      status: 'error',
      status_message: 'timed out',
      error_type: 'Timeout',
      error_origin: true,
      events: [],
    });
    expect(body.spans[2]).toEqual({
      span_id: CALL,
      parent_span_id: ROOT,
      name: 'chat',
      kind: 'llm',
      status: 'success',
      status_message: null,
      start_time: '2026-11-20T11:59:57Z',
      duration_ns: '1500000001',
      service_name: null,
      agent_id: 'planner',
      run_id: null,
      session_id: null,
      user_id: null,
      department: null,
      environment: null,
      scope_name: null,
      provider: 'openai',
      request_model: 'gpt-4o',
      response_model: 'gpt-4o-2024-08-06',
      finish_reason: 'stop',
      tool_name: null,
      dialect: 'genai',
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 40,
      cache_write_tokens: null,
      reasoning_tokens: null,
      ttft_ms: 250.5,
      cost_usd: '0.00045',
      cost_source: 'price_book',
      error_origin: false,
      error_type: null,
      token_rule: 'genai:includes',
      usage_estimated: false,
      superseded: false,
      input: '[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is my order?"}]',
      output: 'On its way.',
      attributes: { 'gen_ai.system': 'openai', __proto__x: 'safe', temperature: 0.5, stream: true, stop: ['\n'], broken: '{' },
      events: [{ name: 'exception', time: '2026-11-20T11:59:58.5Z', attributes: { 'exception.type': 'E' } }],
      links: [{ trace_id: FOREIGN_TRACE, span_id: ROOT, attributes: {} }],
    });
  });

  it('detail=summary leaves out what can be long', async () => {
    const { body } = await get(`/${TRACE}?detail=summary`);
    expect(body.spans).toHaveLength(3);
    for (const span of body.spans) {
      SpanSchema.strict().parse(span);
      expect(span).toMatchObject({ input: null, output: null, attributes: {}, events: [], links: [] });
    }
    expect(body.spans[2]).toMatchObject({ cost_usd: '0.00045', input_tokens: 100 });
  });

  it('a trace of thousands of spans is whole and in order, in both details', async () => {
    for (const detail of ['summary', 'full']) {
      const { body } = await get(`/${LONG_TRACE}?detail=${detail}`);
      expect(body.trace.span_count).toBe(LONG_SPANS);
      expect(body.spans.map((span: SpanDetail) => span.span_id)).toEqual(Array.from({ length: LONG_SPANS }, (_, i) => spanIdOf(100_000 + i)));
      if (detail === 'full') expect(body.spans.every((span: SpanDetail, i: number) => span.attributes.step === String(i))).toBe(true);
    }
  });

  it('an id may be written in upper case', async () => {
    expect((await get(`/${TRACE.toUpperCase()}`)).status).toBe(200);
  });

  it('a span has its messages, documents, tools and the sum behind its cost', async () => {
    const { status, body } = await get(`/${TRACE}/spans/${CALL}`);
    expect(status).toBe(200);
    SpanDetailSchema.strict().parse(body);
    expect(body).toMatchObject({
      input_messages: [
        { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', parts: [{ type: 'text', text: 'Where is my order?' }] },
      ],
      output_messages: [{ role: 'assistant', parts: [{ type: 'text', text: 'On its way.' }] }],
      tool_definitions: [{ name: 'lookup', description: 'Finds an order', parameters: { type: 'object' } }],
      resource: { 'service.name': 'shop' },
      usage_reported: { input: 100, output: 20 },
      cost_breakdown: { total_usd: '0.00045', price_id: 'prc_1' },
    });
    expect(explained.at(-1)).toMatchObject({
      workspaceId: mine,
      priceId: 'prc_1',
      usage: { inputTokens: 100, cacheReadTokens: 40, reasoningTokens: null },
    });
  });

  it('a span without a cost has none explained', async () => {
    const before = explained.length;
    const { body } = await get(`/${TRACE}/spans/${RETRIEVAL}`);
    SpanDetailSchema.strict().parse(body);
    expect(body).toMatchObject({
      cost_breakdown: null,
      input_messages: [],
      documents: [{ id: 'doc-1', score: 0.75, content: 'Orders take two days.', metadata: { page: 3 } }],
    });
    expect(explained).toHaveLength(before);
  });
});

describe('400', () => {
  it.each([
    ['?limit=501', '?limit'],
    ['?limit=0', '?limit'],
    ['?limit=many', '?limit'],
    ['?from=yesterday', '?from'],
    ['?from=now&to=now-1h', '?from'],
    ['?from=2026-02-31T00:00:00Z', '?from'],
    ['?status=bad', '?status'],
    ['?sort=name', '?sort'],
    ['?trace_type=x', '?trace_type'],
    ['?min_duration_ms=-1', '?min_duration_ms'],
    ['?min_cost_usd=1e-9', '?min_cost_usd'],
    ['?q=', '?q'],
    ['?cursor=x', '?cursor'],
    [`/${TRACE}?detail=all`, '?detail'],
  ])('%s', async (path, pointer) => {
    const { status, type, body } = await get(path);
    expect(status).toBe(400);
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({
      code: 'invalid-request',
      status: 400,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      errors: [{ pointer, message: expect.any(String) }],
    });
  });
});

describe('404', () => {
  it.each([
    ['a trace that is not there', `/${traceIdOf(77)}`],
    ['another workspace’s trace', `/${FOREIGN_TRACE}`],
    ['an id that is none', '/nope'],
    ['an id that is much too long', `/${'a'.repeat(1_000)}`],
    ['an injection', `/${encodeURIComponent("' OR 1=1 --")}`],
    ['zeros', `/${'0'.repeat(32)}`],
    ['a span that is not there', `/${TRACE}/spans/${spanIdOf(77)}`],
    ['a span of another trace', `/${LONG_TRACE}/spans/${CALL}`],
    ['a span of another workspace’s trace', `/${FOREIGN_TRACE}/spans/${spanIdOf(9)}`],
    ['a span id that is none', `/${TRACE}/spans/1`],
    ['a span id that is much too long', `/${TRACE}/spans/${'a'.repeat(65)}`],
  ])('%s', async (_, path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'not-found' });
  });
});

it('a foreign workspace sees its own copy of equal ids', async () => {
  const { body } = await get(`/${TRACE}`, foreign);
  expect(body.spans.map(({ name }: SpanDetail) => name)).toEqual(['foreign', 'foreign', 'foreign']);
  expect(body.spans.every(({ input }: SpanDetail) => input === null)).toBe(true);
});

it('403 without the scope to read', async () => {
  for (const path of ['', `/${TRACE}`, `/${TRACE}/spans/${CALL}`]) {
    const answer = await appOf(mine, ['ingest']).request(`/api/obs/traces${path}`);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'missing-scope' });
  }
});

it('is sent compressed where the client takes it', async () => {
  const answer = await appOf().request(`/api/obs/traces/${LONG_TRACE}?detail=summary`, { headers: { 'accept-encoding': 'gzip' } });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  const bytes = new Uint8Array(await answer.arrayBuffer());
  // T6: a 10 000-span trace sends less than 1.5 MB at first; this one has 12 000.
  expect(bytes.byteLength).toBeLessThan(1_500_000);
  expect(JSON.parse(gunzipSync(bytes).toString()).spans).toHaveLength(LONG_SPANS);
});
