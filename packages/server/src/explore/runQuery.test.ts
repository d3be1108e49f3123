import { QuerySpecSchema, type QuerySpecInput } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { MEASURES } from './measures/catalogue.ts';
import { createTelemetryReader, type TelemetryReader } from './reader.ts';
import { runQuery } from './runQuery.ts';

const MS = 1_000_000;
const NOW = nsOf('2026-11-20T12:00:00Z');
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');

/** Two runs and a request in workspace `mine`; what is counted of them stands in the tests. */
const SPANS: SpanFields[] = [
  span(1, 1, '2026-11-20T10:00:00Z', {
    kind: 'agent',
    name: 'planner',
    agent_id: 'planner',
    is_run: 1,
    duration_ns: 10_000 * MS,
    user_id: 'ada',
    session_id: 's1',
  }),
  span(
    1,
    2,
    '2026-11-20T10:00:01Z',
    llm({
      agent_id: 'planner',
      response_model: 'gpt-4o-2024-08-06',
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 40,
      cost_usd: '0.001',
      duration_ns: 1_000 * MS,
      ttft_ms: 200,
      user_id: 'ada',
      tags: ['beta', 'eu'],
    }),
  ),
  span(
    1,
    3,
    '2026-11-20T10:00:00.5Z',
    llm({ agent_id: 'planner', superseded: 1, input_tokens: 100, output_tokens: 20, cost_usd: '0.001', duration_ns: 1_100 * MS, user_id: 'ada' }),
  ),
  span(1, 4, '2026-11-20T10:00:03Z', {
    kind: 'tool',
    name: 'search',
    tool_name: 'search',
    agent_id: 'planner',
    status: 'error',
    error_origin: 1,
    duration_ns: 500 * MS,
    attributes_number: { 'retry.count': 3 },
    attributes_string: { tenant: "O'Brien \\ Söhne" },
  }),
  span(2, 5, '2026-11-20T10:30:00Z', {
    kind: 'http',
    otel_kind: 2,
    name: 'POST /ask',
    endpoint: '/ask',
    method: 'POST',
    status_code: 503,
    duration_ns: 4_000 * MS,
  }),
  span(2, 6, '2026-11-20T10:30:00Z', { kind: 'http', otel_kind: 3, name: 'GET', duration_ns: 50 * MS }),
  span(
    2,
    7,
    '2026-11-20T10:30:01Z',
    llm({
      request_model: 'house-model',
      status: 'timeout',
      input_tokens: 5,
      output_tokens: 7,
      duration_ns: 3_000 * MS,
      is_run: 1,
      agent_id: 'answerer',
      attributes_bool: { stream: true },
    }),
  ),
  span(2, 8, '2026-11-20T11:00:00Z', {
    kind: 'embedding',
    request_model: 'embed',
    total_tokens: 12,
    cost_usd: '0.000000000001',
    cost_source: 'price_book',
    duration_ns: 100 * MS,
    agent_id: 'answerer',
  }),
  span(
    3,
    9,
    '2026-11-20T11:59:59.999999999Z',
    llm({
      response_model: 'gpt-4o-2024-08-06',
      input_tokens: 300,
      output_tokens: 30,
      cost_usd: '0.1',
      duration_ns: 2_000 * MS,
      agent_id: 'planner',
      user_id: 'bob',
      is_run: 1,
    }),
  ),
];

function span(trace: number, id: number, startTime: string, fields: Record<string, unknown>): SpanFields {
  return { workspace_id: mine, trace_id: traceIdOf(trace), span_id: spanIdOf(id), start_time: exactNs(startTime), status: 'success', ...fields };
}

function llm(fields: Record<string, unknown>): Record<string, unknown> {
  return { kind: 'llm', name: 'chat', provider: 'openai', cost_source: fields.cost_usd === undefined ? '' : 'price_book', ...fields };
}

function exactNs(text: string): bigint {
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? '';
  return (nsOf(text) / 1_000_000_000n) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

let store: TemporaryTelemetry;
let reader: TelemetryReader;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  // Half of it comes a second time in another insert, and one span is settled later; another workspace has the same ids.
  await insertSpans(store.telemetry, SPANS.slice(0, 5));
  await insertSpans(store.telemetry, SPANS.slice(5));
  await insertSpans(store.telemetry, SPANS.slice(2, 8));
  await insertSpans(
    store.telemetry,
    SPANS.map((row) => ({ ...row, workspace_id: foreign, agent_id: 'spy', user_id: 'eve' })),
  );
  await insertSpans(
    store.telemetry,
    SPANS.slice(0, 1).map((row) => ({ ...row, department: 'research', version: 5 })),
  );
  reader = createTelemetryReader(store.telemetry, mine);
});
afterAll(() => store.remove());

async function ask(spec: QuerySpecInput) {
  const answer = await runQuery(reader, QuerySpecSchema.parse({ from: 'now-3h', to: 'now', ...spec }), NOW);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}
const rowsOf = async (spec: QuerySpecInput) => (await ask(spec)).rows;

describe('measures over the whole range', () => {
  it.each<[string, string | number | null]>([
    ['spans', 9],
    ['traces', 3],
    ['calls', 5],
    ['llm_calls', 3],
    ['embedding_calls', 1],
    ['tool_calls', 1],
    ['retriever_calls', 0],
    ['errors', 2],
    ['error_rate', 2 / 5],
    ['llm_errors', 1],
    ['llm_error_rate', 1 / 3],
    ['tool_errors', 1],
    ['tool_error_rate', 1],
    ['runs', 3],
    ['run_errors', 1],
    ['run_error_rate', 1 / 3],
    ['requests', 1],
    ['request_errors', 1],
    ['request_error_rate', 1],
    ['trace_errors', 1],
    ['cost_usd', '0.101000000001'],
    ['unpriced_calls', 1],
    ['input_tokens', 405],
    ['output_tokens', 57],
    ['total_tokens', 120 + 12 + 12 + 330],
    ['cache_read_tokens', 40],
    ['cache_write_tokens', 0],
    ['cache_hit_rate', 40 / 405],
    ['active_agents', 2],
    ['active_users', 2],
    ['active_sessions', 1],
    // Calls took 1000, 500, 3000, 100 and 2000 ms.
    ['latency_ms_avg', 6_600 / 5],
    ['latency_ms_p50', 1_000],
    ['latency_ms_p95', 2_800],
    ['latency_ms_p99', 2_960],
    ['latency_ms_max', 3_000],
    ['llm_latency_ms_p50', 2_000],
    ['tool_latency_ms_p99', 500],
    ['run_duration_ms_p50', 3_000],
    ['request_latency_ms_max', 4_000],
    ['ttft_ms_p50', 200],
    ['tokens_per_second', 57 / 6],
  ])('%s is %s', async (measure, expected) => {
    const [row] = await rowsOf({ measures: [measure] });
    if (typeof expected === 'number') expect(row?.[measure]).toBeCloseTo(expected, 9);
    else expect(row?.[measure]).toBe(expected);
  });

  it('of nothing are 0, or null where there is nothing to tell, and the row is there', async () => {
    for (const { name, empty, source } of MEASURES.values()) {
      if (source !== 'spans') continue;
      const rows = await rowsOf({ measures: [name], from: 'now-30d', to: 'now-29d' });
      expect(rows, name).toEqual([{ [name]: empty }]);
      expect(await rowsOf({ measures: [name], from: 'now-30d', to: 'now-29d', interval: '1d' }), name).toEqual([
        { time: '2026-10-21T00:00:00Z', [name]: empty },
        { time: '2026-10-22T00:00:00Z', [name]: empty },
      ]);
      expect(await rowsOf({ measures: [name], group_by: ['agent_id'], from: 'now-30d', to: 'now-29d' }), name).toEqual([]);
    }
  });

  it('take the range to the nanosecond: from belongs to it, to does not', async () => {
    const calls = async (from: string, to: string) => (await rowsOf({ measures: ['calls'], from, to }))[0]?.calls;
    expect(await calls('2026-11-20T11:59:59.999999999Z', '2026-11-20T12:00:00Z')).toBe(1);
    expect(await calls('2026-11-20T11:30:00Z', '2026-11-20T11:59:59.999999999Z')).toBe(0);
  });

  it('say their type and unit', async () => {
    expect(
      (await ask({ measures: ['cost_usd', 'calls', 'error_rate', 'latency_ms_p95'], group_by: ['model', 'status_code'], interval: '1h' })).columns,
    ).toEqual([
      { name: 'time', type: 'time', unit: 'none' },
      { name: 'model', type: 'string', unit: 'none' },
      { name: 'status_code', type: 'integer', unit: 'none' },
      { name: 'cost_usd', type: 'decimal', unit: 'usd' },
      { name: 'calls', type: 'integer', unit: 'count' },
      { name: 'error_rate', type: 'number', unit: 'ratio' },
      { name: 'latency_ms_p95', type: 'number', unit: 'ms' },
    ]);
  });
});

describe('groups', () => {
  it('come largest first, ties by name, what was not sent as null', async () => {
    expect(await rowsOf({ measures: ['cost_usd', 'calls'], group_by: ['model'] })).toEqual([
      { model: 'gpt-4o-2024-08-06', cost_usd: '0.101', calls: 2 },
      { model: 'embed', cost_usd: '0.000000000001', calls: 1 },
      { model: 'house-model', cost_usd: '0', calls: 1 },
      { model: null, cost_usd: '0', calls: 1 },
    ]);
  });

  it('follow order_by and limit', async () => {
    expect(await rowsOf({ measures: ['calls'], group_by: ['kind'], order_by: { field: 'kind', direction: 'asc' }, limit: 2 })).toEqual([
      { kind: 'agent', calls: 0 },
      { kind: 'embedding', calls: 1 },
    ]);
    expect(
      await rowsOf({ measures: ['calls', 'cost_usd'], group_by: ['agent_id'], order_by: { field: 'cost_usd', direction: 'asc' }, limit: 2 }),
    ).toEqual([
      { agent_id: null, calls: 0, cost_usd: '0' },
      { agent_id: 'answerer', calls: 2, cost_usd: '0.000000000001' },
    ]);
  });

  it('by tag count a span under each of its tags', async () => {
    expect(await rowsOf({ measures: ['llm_calls'], group_by: ['tag'] })).toEqual([
      { tag: null, llm_calls: 2 },
      { tag: 'beta', llm_calls: 1 },
      { tag: 'eu', llm_calls: 1 },
    ]);
  });

  it('by trace are ids in hex, by status code numbers, by attribute texts', async () => {
    expect(await rowsOf({ measures: ['spans'], group_by: ['trace_id'] })).toEqual(
      [
        { trace_id: traceIdOf(2), spans: 4 },
        { trace_id: traceIdOf(1), spans: 4 },
        { trace_id: traceIdOf(3), spans: 1 },
      ].sort((a, b) => b.spans - a.spans || (a.trace_id < b.trace_id ? -1 : 1)),
    );
    expect(await rowsOf({ measures: ['requests'], group_by: ['status_code'] })).toEqual([
      { status_code: 503, requests: 1 },
      { status_code: null, requests: 0 },
    ]);
    expect(await rowsOf({ measures: ['spans'], group_by: ['attributes.retry.count', 'attributes.stream'] })).toEqual([
      { 'attributes.retry.count': null, 'attributes.stream': null, spans: 7 },
      { 'attributes.retry.count': '3', 'attributes.stream': null, spans: 1 },
      { 'attributes.retry.count': null, 'attributes.stream': 'true', spans: 1 },
    ]);
  });

  it('see a settled span as its newest version says', async () => {
    expect(await rowsOf({ measures: ['runs'], group_by: ['department'], filters: [{ field: 'kind', op: '=', value: 'agent' }] })).toEqual([
      { department: 'research', runs: 1 },
    ]);
  });
});

describe('over time', () => {
  it('every bucket is there, empty ones too', async () => {
    expect(
      await rowsOf({ measures: ['calls', 'error_rate', 'cost_usd'], interval: '30m', from: '2026-11-20T10:10:00Z', to: '2026-11-20T12:00:00Z' }),
    ).toEqual([
      { time: '2026-11-20T10:00:00Z', calls: 0, error_rate: null, cost_usd: '0' },
      { time: '2026-11-20T10:30:00Z', calls: 1, error_rate: 1, cost_usd: '0' },
      { time: '2026-11-20T11:00:00Z', calls: 1, error_rate: 0, cost_usd: '0.000000000001' },
      { time: '2026-11-20T11:30:00Z', calls: 1, error_rate: 0, cost_usd: '0.1' },
    ]);
  });

  it('every group has every bucket, and limit keeps the foremost groups of the whole range', async () => {
    expect(await rowsOf({ measures: ['calls'], group_by: ['agent_id'], interval: '1h', from: '2026-11-20T10:00:00Z', limit: 2 })).toEqual([
      { time: '2026-11-20T10:00:00Z', agent_id: 'planner', calls: 2 },
      { time: '2026-11-20T10:00:00Z', agent_id: 'answerer', calls: 1 },
      { time: '2026-11-20T11:00:00Z', agent_id: 'planner', calls: 1 },
      { time: '2026-11-20T11:00:00Z', agent_id: 'answerer', calls: 1 },
    ]);
    expect(await rowsOf({ measures: ['spans'], group_by: ['user_id', 'tag'], interval: '1d', limit: 1 })).toEqual([
      { time: '2026-11-20T00:00:00Z', user_id: null, tag: null, spans: 5 },
    ]);
  });

  it('groups stand in the order asked for', async () => {
    const rows = await rowsOf({
      measures: ['calls', 'cost_usd'],
      group_by: ['agent_id'],
      interval: '1d',
      order_by: { field: 'cost_usd', direction: 'asc' },
    });
    expect(rows.map(({ agent_id }) => agent_id)).toEqual([null, 'answerer', 'planner']);
  });

  it('days are those of the time zone', async () => {
    const days = await rowsOf({ measures: ['calls'], interval: '1d', time_zone: 'Pacific/Kiritimati', from: '2026-11-20T09:00:00Z' });
    // In Kiritimati (UTC+14) the 21st begins at 10:00 UTC of the 20th.
    expect(days).toEqual([
      { time: '2026-11-19T10:00:00Z', calls: 0 },
      { time: '2026-11-20T10:00:00Z', calls: 5 },
    ]);
  });

  it('can be newest first', async () => {
    const rows = await rowsOf({ measures: ['calls'], interval: '1h', order_by: { field: 'time', direction: 'desc' } });
    expect(rows.map(({ time }) => time)).toEqual(['2026-11-20T11:00:00Z', '2026-11-20T10:00:00Z', '2026-11-20T09:00:00Z']);
  });
});

describe('filters', () => {
  const spansWith = async (...filters: NonNullable<QuerySpecInput['filters']>) => (await rowsOf({ measures: ['spans'], filters }))[0]?.spans;

  it.each<[string, NonNullable<QuerySpecInput['filters']>[number], number]>([
    ['text =', { field: 'agent_id', op: '=', value: 'planner' }, 5],
    ['text != keeps what was not sent', { field: 'agent_id', op: '!=', value: 'planner' }, 4],
    ['text in', { field: 'kind', op: 'in', value: ['llm', 'tool'] }, 5],
    ['text in nothing', { field: 'kind', op: 'in', value: [] }, 0],
    ['text not_in', { field: 'kind', op: 'not_in', value: ['llm', 'tool'] }, 4],
    ['text not_in nothing', { field: 'kind', op: 'not_in', value: [] }, 9],
    ['text contains, any case', { field: 'name', op: 'contains', value: 'POST /A' }, 1],
    ['text contains a pattern literally', { field: 'name', op: 'contains', value: '%' }, 0],
    ['text exists', { field: 'user_id', op: 'exists' }, 4],
    ['text exists false', { field: 'user_id', op: 'exists', value: false }, 5],
    ['model is the one that answered, else the one asked for', { field: 'model', op: 'in', value: ['house-model', 'gpt-4o-2024-08-06'] }, 3],
    ['number >', { field: 'duration_ms', op: '>', value: 2000 }, 3],
    ['number as text', { field: 'duration_ms', op: '<=', value: '100' }, 2],
    ['number = where it was sent', { field: 'status_code', op: '=', value: 503 }, 1],
    ['number != keeps what was not sent', { field: 'status_code', op: '!=', value: 503 }, 8],
    ['number in', { field: 'input_tokens', op: 'in', value: [5, '300'] }, 2],
    ['number not_in', { field: 'input_tokens', op: 'not_in', value: [5, 300] }, 7],
    ['number exists', { field: 'input_tokens', op: 'exists' }, 4],
    ['exact money', { field: 'cost_usd', op: '=', value: '0.000000000001' }, 1],
    ['money below', { field: 'cost_usd', op: '<', value: 0.1 }, 3],
    ['tag =', { field: 'tag', op: '=', value: 'eu' }, 1],
    ['tag !=', { field: 'tag', op: '!=', value: 'eu' }, 8],
    ['tag in', { field: 'tag', op: 'in', value: ['eu', 'us'] }, 1],
    ['tag contains', { field: 'tag', op: 'contains', value: 'ET' }, 1],
    ['tag exists', { field: 'tag', op: 'exists' }, 1],
    ['trace id', { field: 'trace_id', op: '=', value: traceIdOf(3) }, 1],
    ['trace ids, upper case', { field: 'trace_id', op: 'in', value: [traceIdOf(1).toUpperCase(), traceIdOf(3)] }, 5],
    ['trace id !=', { field: 'trace_id', op: '!=', value: traceIdOf(3) }, 8],
    ['attribute text', { field: 'attributes.tenant', op: '=', value: "O'Brien \\ Söhne" }, 1],
    ['attribute contains, any case', { field: 'attributes.tenant', op: 'contains', value: '\\ SÖHNE' }, 1],
    ['attribute number', { field: 'attributes.retry.count', op: '=', value: 3 }, 1],
    ['attribute number as text', { field: 'attributes.retry.count', op: '=', value: '3' }, 1],
    ['attribute >', { field: 'attributes.retry.count', op: '>=', value: 3 }, 1],
    ['attribute > of a text is never', { field: 'attributes.tenant', op: '>=', value: 0 }, 0],
    ['attribute boolean', { field: 'attributes.stream', op: '=', value: true }, 1],
    ['attribute !=', { field: 'attributes.stream', op: '!=', value: true }, 8],
    ['attribute in', { field: 'attributes.retry.count', op: 'in', value: [1, 3] }, 1],
    ['attribute not_in', { field: 'attributes.retry.count', op: 'not_in', value: [1, 3] }, 8],
    ['attribute exists', { field: 'attributes.stream', op: 'exists' }, 1],
    ['attribute exists false', { field: 'attributes.stream', op: 'exists', value: false }, 8],
    ['attribute that nobody sent', { field: 'attributes.__proto__', op: 'exists' }, 0],
  ])('%s', async (_, filter, expected) => {
    expect(await spansWith(filter)).toBe(expected);
  });

  it('all have to hold', async () => {
    expect(
      await spansWith(
        { field: 'kind', op: '=', value: 'llm' },
        { field: 'user_id', op: '=', value: 'ada' },
        { field: 'tag', op: '=', value: 'beta' },
      ),
    ).toBe(1);
  });
});

it('a question over its limits is answered, not crashed on', async () => {
  const tiny = createTelemetryReader(store.telemetry, mine, { limits: { seconds: 20, memoryBytes: 1_000, threads: 1 } });
  const answer = await runQuery(tiny, QuerySpecSchema.parse({ measures: ['traces'], group_by: ['name'], from: 'now-3h' }), NOW);
  expect(answer).toMatchObject({ ok: false, error: { code: 'query-too-expensive' } });
});

it('a call that has not ended is a call, and has no length', async () => {
  const workspace = testWorkspace('running');
  await insertSpans(
    store.telemetry,
    [
      span(4, 10, '2026-11-20T10:00:00Z', llm({ status: 'running', duration_ns: 0 })),
      span(4, 11, '2026-11-20T10:00:01Z', llm({ duration_ns: 100 * MS })),
    ].map((row) => ({ ...row, workspace_id: workspace })),
  );
  const spec = QuerySpecSchema.parse({
    source: 'spans',
    measures: ['llm_calls', 'latency_ms_p50', 'llm_latency_ms_avg'],
    from: '2026-11-20T00:00:00Z',
    to: '2026-11-21T00:00:00Z',
  });
  const answer = await runQuery(createTelemetryReader(store.telemetry, workspace), spec, 0n);
  expect(answer.ok && answer.value.rows).toEqual([{ llm_calls: 2, latency_ms_p50: 100, llm_latency_ms_avg: 100 }]);
});
