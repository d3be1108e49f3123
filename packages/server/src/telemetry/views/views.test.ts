import { AgentEventSchema } from '@sightglass/contract/event';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logGroupNames, metricGroupNames, type RecordedBody, RECORDED_BY_MS, recordedBodies, traceGroupNames } from '../../../test/otlpFixtures.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import type { Signal } from '../../receive/pipeline.ts';
import { createPipelines } from '../../receive/pipelines.ts';
import { noPolicies } from '../../receive/requestPolicies.ts';
import type { SpanCost } from '../storedSpan.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../testing/temporaryTelemetry.ts';
import { VIEWS } from './all.ts';

type Row = Record<string, unknown>;

/** A thousandth of a dollar for each call. */
const COST: SpanCost = { costPicoUsd: 10n ** 9n, costSource: 'price_book', priceId: null };

let store: TemporaryTelemetry;
const recorded = testWorkspace('recorded');
const told = testWorkspace('told');
const empty = testWorkspace('empty');

async function send(workspaceId: WorkspaceId, signal: Signal, sent: Pick<RecordedBody, 'body' | 'contentType' | 'encoding'>) {
  const process = createPipelines(() => COST, noPolicies)[signal];
  const { content, rejectedWhy } = process({ signal, workspaceId, receivedAtMs: RECORDED_BY_MS, source: 'test', ...sent });
  expect(rejectedWhy).toBe('');
  for (const { name, native } of content?.tables ?? []) await store.telemetry.insertNative(name, native, `${workspaceId} ${crypto.randomUUID()}`);
}

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  for (const [signal, names] of [
    ['traces', traceGroupNames()],
    ['logs', logGroupNames()],
    ['metrics', metricGroupNames()],
  ] as const) {
    for (const name of names) for (const body of recordedBodies(name, signal)) await send(recorded, signal, body);
  }
  await send(told, 'events', { body: Buffer.from(JSON.stringify({ events: EVENTS })), contentType: 'json', encoding: 'identity' });
  await insertSpans(store.telemetry, SPANS);
});
afterAll(() => store.remove());

const who = { user_id: 'ada', user_email: 'ada@example.org', department: 'care', session_id: 's1' };
const EVENTS = [
  {
    event_type: 'llm_call',
    agent_id: 'planner',
    timestamp: '2026-11-20T09:00:01Z',
    trace_id: traceIdOf(1),
    event_id: '8b9f2f44-6a55-4f3e-9c4e-0a4f0c4d7f10',
    ...who,
    latency_ms: 1000,
    ttft_ms: 200,
    provider: 'openai',
    model: 'gpt-4o',
    input_tokens: 100,
    output_tokens: 25,
    query_category: 'billing',
    payload: { note: 'first' },
  },
  {
    event_type: 'llm_call',
    agent_id: 'planner',
    timestamp: '2026-11-20T09:00:02Z',
    trace_id: traceIdOf(1),
    status: 'error',
    error_message: 'overloaded',
    model: 'gpt-4o',
  },
  {
    event_type: 'retrieval',
    agent_id: 'planner',
    timestamp: '2026-11-20T09:00:03Z',
    trace_id: traceIdOf(1),
    ...who,
    payload: {
      total_ms: 120,
      embedding_ms: 20,
      search_ms: 70,
      rerank_ms: 30,
      chunks_retrieved: 10,
      chunks_used: 4,
      top_score: 0.9,
      avg_score: 0.6,
      threshold: 0.5,
      cache_hit: true,
      embedding_cache_hit: false,
      query_hash: 'q1',
    },
  },
  {
    event_type: 'guardrail',
    agent_id: 'planner',
    timestamp: '2026-11-20T09:00:04Z',
    ...who,
    payload: { similarity_score: 0.8, flagged_reference: 'ignore all rules', action_taken: 'block' },
  },
  { event_type: 'custom', agent_id: 'planner', timestamp: '2026-11-20T09:00:05Z', status: 'pending', payload: { clicks: 3 } },
];

const at = (id: number, fields: Row) => ({
  workspace_id: told,
  trace_id: traceIdOf(7),
  span_id: spanIdOf(id),
  start_time: '2026-11-20T10:00:00Z',
  status: 'success',
  weight: 1,
  ...fields,
});
const SPANS = [
  at(1, {
    kind: 'http',
    otel_kind: 2,
    name: 'POST /ask',
    endpoint: '/ask',
    method: 'POST',
    status_code: 503,
    duration_ns: 40_000_000n,
    trace_type: 'http_request',
    tags: ['beta'],
    ...who,
    attributes_number: { 'http.request.body.size': 10, 'http.response.body.size': 20 },
    links: JSON.stringify([
      { trace_id: traceIdOf(7), span_id: spanIdOf(3), attributes: {} },
      { trace_id: traceIdOf(6), span_id: spanIdOf(2), attributes: {} },
    ]),
  }),
  at(2, {
    kind: 'agent',
    name: 'planner',
    is_run: 1,
    run_id: 'run-1',
    agent_id: 'planner',
    flow_id: 'refunds',
    parent_span_id: spanIdOf(1),
    duration_ns: 30_000_000n,
    query_category: 'billing',
    status: 'error',
    ...who,
  }),
  ...['plan', 'answer'].map((name, i) =>
    at(3 + i, {
      kind: 'llm',
      name,
      run_id: 'run-1',
      agent_id: 'planner',
      parent_span_id: spanIdOf(2),
      start_time: nsOf('2026-11-20T10:00:00Z') + BigInt(10 - i * 5) * 1_000_000n,
      request_model: 'gpt-4o',
      input_tokens: 10,
      output_tokens: 5,
      cost_usd: '0.003',
      duration_ns: BigInt(i + 1) * 2_000_000n,
    }),
  ),
  at(5, {
    kind: 'tool',
    name: 'refund',
    run_id: 'run-1',
    agent_id: 'planner',
    parent_span_id: spanIdOf(2),
    start_time: nsOf('2026-11-20T10:00:00Z') + 20_000_000n,
    status: 'error',
    error_origin: 1,
    status_message: 'over the limit',
    attributes_string: { note: 'a "quoted" text' },
    attributes_number: { retries: 2 },
    attributes_bool: { final: true },
    attributes_json: { items: '[1,2]' },
    events: '[{"name":"exception"}]',
  }),
  // Left out by sampling, and the first version of a span that was written again.
  at(6, { kind: 'llm', cost_usd: '9', weight: 0 }),
  at(8, { kind: 'llm', cost_usd: '9', run_id: 'run-1' }),
  at(8, { kind: 'llm', cost_usd: '0.001', run_id: 'run-1', version: 5, superseded: 1 }),
];

async function ask(workspaceId: WorkspaceId, sql: string): Promise<Row[]> {
  const rows = await createTelemetryReader(store.telemetry, workspaceId).query<Row>({ sql, params: {} });
  if (!rows.ok) throw new Error(rows.error.detail);
  return rows.value;
}

/** The contract's table of views (design of the store): names, and columns in their order. */
const TABLE: Readonly<Record<string, string>> = {
  request_metrics:
    'id timestamp endpoint method status_code response_time_ms user_id user_email department request_size_bytes response_size_bytes trace_id',
  llm_call_metrics:
    'id timestamp model provider prompt_tokens completion_tokens total_tokens elapsed_ms first_token_ms user_id user_email department query_category trace_id cost_usd success error_message',
  rag_metrics:
    'id timestamp trace_id user_id user_email department query_hash total_ms embedding_ms vector_search_ms rerank_ms chunks_retrieved chunks_used cache_hit embedding_cache_hit top_score avg_score threshold_used',
  cache_metrics: 'id timestamp cache_type hits misses hit_rate memory_used_bytes keys_count',
  system_metrics: 'id timestamp metric_type metric_name value unit tags',
  distributed_traces:
    'trace_id parent_trace_id timestamp trace_type user_id user_email department session_id endpoint method status_code duration_ms tags error error_message',
  trace_spans: 'span_id trace_id parent_span_id timestamp span_name start_time end_time duration_ms attributes events error error_message',
  structured_logs: 'id timestamp trace_id span_id level logger_name message user_id user_email department session_id endpoint method exc_info extra',
  event_logs: 'id timestamp user_id workspace_id event_type status latency_ms trace_id context',
  agent_trace_history: 'agent_id flow_id trace_id timestamp input_context execution_nodes output_summary',
  model_cost_logs: 'timestamp user_id agent_id model_name input_tokens output_tokens rate_per_1k cost_usd trace_id',
  prompt_similarity_logs: 'timestamp user_id agent_id similarity_score flagged_reference action_taken',
  query_log: 'timestamp trace_id session_id user_email department category query_hash elapsed_ms tokens',
  analytics_events: 'timestamp event_type session_id user_email department context',
  obs_runs:
    'run_id agent_id trace_id flow_id session_id user_id department status started_at finished_at duration_ms llm_calls tool_calls errors input_tokens output_tokens cost_usd input_context execution_nodes output_summary',
  obs_agent_daily_metrics:
    'agent_id date runs success failed input_tokens output_tokens cost_usd latency_ms_p50 latency_ms_p95 latency_ms_p99 models',
};

describe('the views', () => {
  it('are those of the contract, with their columns in order', async () => {
    const expected = { ...TABLE, obs_events: Object.keys(AgentEventSchema.shape).join(' ') };
    const columns = await store.telemetry.rows<{ view: string; names: string[] }>(
      `SELECT table AS view, arrayMap(c -> c.2, arraySort(groupArray((position, name)))) AS names FROM system.columns
       WHERE database = currentDatabase() AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View') GROUP BY table`,
    );
    expect(Object.fromEntries(columns.map(({ view, names }) => [view, names.join(' ')]))).toEqual(expected);
    expect(VIEWS.map(({ name }) => name).toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it.each(VIEWS.map(({ name }) => name))('%s holds nothing of another workspace', async (name) => {
    expect(await ask(empty, `SELECT * FROM ${name}`)).toEqual([]);
    const [{ n } = {}] = await ask(empty, `SELECT count() AS n FROM ${name} AS a WHERE (SELECT count() FROM default.${name}) >= 0`);
    expect(n).toBe(0);
  });

  it('find their rows by time: the condition reaches the key of the table', async () => {
    const plan = await ask(
      recorded,
      `EXPLAIN indexes = 1 SELECT count() FROM request_metrics WHERE timestamp > now() - INTERVAL 15 MINUTE AND status_code >= 500`,
    );
    const text = plan.map((row) => row.explain).join('\n');
    expect(text).toMatch(/PrimaryKey[^]*workspace_id in \['wsp_recorded', 'wsp_recorded'\]/);
    expect(text).toMatch(/PrimaryKey[^]*toStartOfMinute\(start_time\) in \[/);
  });
});

const first = async (view: string, workspaceId: WorkspaceId, condition = '1') =>
  (await ask(workspaceId, `SELECT * FROM ${view} WHERE ${condition}`))[0];
const NOBODY = { user_id: null, user_email: null, department: null };
const TRACE_7 = `trace_id = '${traceIdOf(7)}'`;

describe('what was told', () => {
  it('of requests', async () => {
    expect(await ask(told, 'SELECT * FROM request_metrics')).toEqual([
      {
        id: `${traceIdOf(7)}:${spanIdOf(1)}`,
        timestamp: '2026-11-20 10:00:00.000000000',
        endpoint: '/ask',
        method: 'POST',
        status_code: 503,
        response_time_ms: 40,
        user_id: 'ada',
        user_email: 'ada@example.org',
        department: 'care',
        request_size_bytes: 10,
        response_size_bytes: 20,
        trace_id: traceIdOf(7),
      },
    ]);
  });

  it('of model calls, left-out spans, old versions and wrappers not among them', async () => {
    expect(await first('llm_call_metrics', told, `success AND trace_id = '${traceIdOf(1)}'`)).toMatchObject({
      timestamp: '2026-11-20 09:00:00.000000000',
      model: 'gpt-4o',
      provider: 'openai',
      prompt_tokens: 100,
      completion_tokens: 25,
      total_tokens: 125,
      elapsed_ms: 1000,
      first_token_ms: 200,
      user_email: 'ada@example.org',
      query_category: 'billing',
      success: true,
      error_message: null,
    });
    expect(await first('llm_call_metrics', told, 'NOT success')).toMatchObject({
      prompt_tokens: null,
      total_tokens: null,
      elapsed_ms: null,
      first_token_ms: null,
      success: false,
      error_message: 'overloaded',
    });
    expect(await ask(told, `SELECT count() AS n, toString(sum(cost_usd)) AS cost FROM llm_call_metrics WHERE ${TRACE_7}`)).toEqual([
      { n: 2, cost: '0.006' },
    ]);
    expect(await first('model_cost_logs', told, TRACE_7)).toMatchObject({
      agent_id: 'planner',
      model_name: 'gpt-4o',
      input_tokens: 10,
      rate_per_1k: 0.2,
    });
  });

  it('of searches and guardrails', async () => {
    expect(await first('rag_metrics', told)).toMatchObject({
      query_hash: 'q1',
      total_ms: 120,
      embedding_ms: 20,
      vector_search_ms: 70,
      rerank_ms: 30,
      chunks_retrieved: 10,
      chunks_used: 4,
      cache_hit: true,
      embedding_cache_hit: false,
      top_score: 0.9,
      avg_score: 0.6,
      threshold_used: 0.5,
      department: 'care',
    });
    expect(await ask(told, 'SELECT * FROM prompt_similarity_logs')).toEqual([
      {
        timestamp: '2026-11-20 09:00:04.000000000',
        user_id: 'ada',
        agent_id: 'planner',
        similarity_score: 0.8,
        flagged_reference: 'ignore all rules',
        action_taken: 'block',
      },
    ]);
  });

  it('of traces and spans', async () => {
    expect(await first('distributed_traces', told, TRACE_7)).toEqual({
      trace_id: traceIdOf(7),
      parent_trace_id: traceIdOf(6),
      timestamp: '2026-11-20 10:00:00.000000000',
      trace_type: 'http_request',
      user_id: 'ada',
      user_email: 'ada@example.org',
      department: 'care',
      session_id: 's1',
      endpoint: '/ask',
      method: 'POST',
      status_code: 503,
      duration_ms: 40,
      tags: ['beta'],
      error: true,
      error_message: 'over the limit',
    });
    const span = await first('trace_spans', told, `span_id = '${spanIdOf(5)}'`);
    expect(span).toMatchObject({
      parent_span_id: spanIdOf(2),
      span_name: 'refund',
      start_time: '2026-11-20 10:00:00.020000000',
      end_time: '2026-11-20 10:00:00.020000000',
      duration_ms: 0,
      events: '[{"name":"exception"}]',
      error: true,
      error_message: 'over the limit',
    });
    expect(JSON.parse(String(span?.attributes))).toEqual({ note: 'a "quoted" text', retries: 2, final: true, items: [1, 2] });
    expect(await first('trace_spans', told, `span_id = '${spanIdOf(1)}'`)).toMatchObject({
      parent_span_id: null,
      events: null,
      error: false,
      error_message: null,
    });
  });

  it('of runs: totals of their own spans, steps in their order', async () => {
    const run = await first('obs_runs', told, TRACE_7);
    expect(run).toEqual({
      run_id: 'run-1',
      agent_id: 'planner',
      trace_id: traceIdOf(7),
      flow_id: 'refunds',
      session_id: 's1',
      user_id: 'ada',
      department: 'care',
      status: 'error',
      started_at: '2026-11-20 10:00:00.000000000',
      finished_at: '2026-11-20 10:00:00.030000000',
      duration_ms: 30,
      llm_calls: 2,
      tool_calls: 1,
      errors: 1,
      input_tokens: 20,
      output_tokens: 10,
      cost_usd: 0.006,
      input_context: null,
      execution_nodes: '["answer","plan","refund"]',
      output_summary: null,
    });
    expect(await first('agent_trace_history', told, TRACE_7)).toMatchObject({
      agent_id: 'planner',
      flow_id: 'refunds',
      execution_nodes: run?.execution_nodes,
    });
    expect(await first('query_log', told, TRACE_7)).toEqual({
      timestamp: '2026-11-20 10:00:00.000000000',
      trace_id: traceIdOf(7),
      session_id: 's1',
      user_email: 'ada@example.org',
      department: 'care',
      category: 'billing',
      query_hash: null,
      elapsed_ms: 30,
      tokens: 30,
    });
    expect(await first('obs_agent_daily_metrics', told)).toMatchObject({
      agent_id: 'planner',
      date: '2026-11-20',
      success: 1,
      failed: 1,
      input_tokens: 120,
      output_tokens: 35,
      models: ['gpt-4o'],
    });
  });

  it('of events, with what a call costs now', async () => {
    expect(await ask(told, 'SELECT count() AS n FROM event_logs')).toEqual([{ n: EVENTS.length }]);
    expect(await first('event_logs', told, `event_type = 'custom'`)).toMatchObject({
      user_id: null,
      workspace_id: told,
      status: 'pending',
      latency_ms: null,
      trace_id: null,
      context: '{"clicks":3}',
    });
    expect(await first('analytics_events', told, `session_id = 's1' AND event_type = 'llm_call'`)).toEqual({
      timestamp: '2026-11-20 09:00:01.000000000',
      event_type: 'llm_call',
      session_id: 's1',
      user_email: 'ada@example.org',
      department: 'care',
      context: '{"note":"first"}',
    });
    expect(await first('obs_events', told, `event_id = '8b9f2f44-6a55-4f3e-9c4e-0a4f0c4d7f10'`)).toMatchObject({
      model: 'gpt-4o',
      trace_id: traceIdOf(1),
      cost_usd: 0.001,
      cost_source: 'price_book',
      tool_name: null,
      payload: '{"note":"first"}',
    });
    expect(await first('obs_events', told, `event_type = 'custom'`)).toMatchObject({ ...NOBODY, trace_id: null, cost_usd: null, cost_source: null });
  });
});

describe('what real clients sent', () => {
  it.each(VIEWS.map(({ name }) => name).filter((name) => !/event|similarity/.test(name)))('fills %s', async (name) => {
    const [{ n } = {}] = await ask(recorded, `SELECT count() AS n FROM ${name}`);
    expect(n).toBeGreaterThan(0);
  });

  it('stands with every call, priced in dollars', async () => {
    const [totals] = await ask(
      recorded,
      `SELECT count() AS n, toString(sum(cost_usd)) AS cost, countIf(isNull(model)) AS nameless FROM llm_call_metrics`,
    );
    expect(totals?.nameless).toBe(0);
    expect(totals?.cost).toBe(String(Number(totals?.n) / 1000));
  });

  it('tells the parts of a search that stand beside its retriever', async () => {
    expect(await first('rag_metrics', recorded, 'isNotNull(rerank_ms)')).toMatchObject({
      total_ms: 11.67943,
      embedding_ms: 45.223571,
      vector_search_ms: 11.67943,
      rerank_ms: 4.915912,
      chunks_retrieved: 3,
      chunks_used: 2,
      top_score: 0.9134,
      avg_score: 0.806,
      cache_hit: null,
    });
  });

  it('leaves unknown what a search does not tell', async () => {
    expect(await first('rag_metrics', recorded, 'total_ms = 0.27506')).toMatchObject({
      embedding_ms: null,
      vector_search_ms: null,
      rerank_ms: null,
      chunks_used: null,
    });
  });

  it('tells of caches and systems', async () => {
    expect(await ask(recorded, 'SELECT * FROM cache_metrics')).toEqual([
      expect.objectContaining({ cache_type: 'redis', hits: null, misses: null, hit_rate: 0.875, memory_used_bytes: null, keys_count: null }),
    ]);
    expect(await first('system_metrics', recorded, `metric_name = 'process.memory.usage'`)).toMatchObject({
      metric_type: 'memory',
      value: 83_869_696,
      tags: '{}',
    });
    expect(await first('system_metrics', recorded, `metric_name = 'nodejs.eventloop.delay.p99'`)).toMatchObject({
      metric_type: 'event_loop',
      unit: 's',
    });
    expect(
      await ask(recorded, `SELECT DISTINCT metric_name FROM system_metrics WHERE metric_name LIKE 'orders%' OR metric_name LIKE 'gen_ai%'`),
    ).toEqual([]);
  });

  it('shows logs with what their traces say', async () => {
    expect(await first('structured_logs', recorded, `session_id = 'conv-ot-1'`)).toMatchObject({
      level: 'INFO',
      logger_name: '@opentelemetry/instrumentation-openai',
    });
  });
});
