import type { Scope } from '@sightglass/contract/permissions';
import { MetricsHealthSchema, SnapshotSchema, SystemMetricsSchema } from '@sightglass/contract/routes/snapshot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counter, gauge } from '../../explore/measures/testing/measuredStore.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { createLiveSpans } from '../../live/liveSpans.ts';
import { createMetricStore } from '../../receive/testing/storeMetrics.ts';
import { metricRequest } from '../../receive/testing/metricRequests.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { snapshotRoutes } from './snapshot.ts';

const NOW = nsOf('2026-11-20T09:04:00Z');
const mine = testWorkspace('mine');
const silent = testWorkspace('silent');
const foreign = testWorkspace('foreign');
let store: TemporaryTelemetry;

const span = (id: number, start: string, ms: number, fields: Record<string, unknown>): SpanFields => ({
  workspace_id: mine,
  trace_id: traceIdOf(id),
  span_id: spanIdOf(id),
  start_time: start,
  duration_ns: BigInt(ms) * 1_000_000n,
  status: 'success',
  service_name: 'shop',
  ...fields,
});
const llm = (fields: Record<string, unknown> = {}) => ({
  kind: 'llm',
  provider: 'alpha',
  request_model: 'm',
  input_tokens: 100,
  output_tokens: 20,
  ...fields,
});

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const rows = [
    span(1, '2026-11-20T09:01:00Z', 100, llm({ cost_usd: '0.25', session_id: 's1', agent_id: 'planner' })),
    span(2, '2026-11-20T09:02:00Z', 300, llm({ status: 'error', error_type: 'RateLimitError' })),
    span(3, '2026-11-20T09:03:00Z', 300, llm({ status: 'error' })),
    span(4, '2026-11-20T09:03:01Z', 300, llm({ status: 'error' })),
    span(5, '2026-11-20T08:30:00Z', 900, llm({ cost_usd: '1.5' })), // within the hour, before the five minutes
    span(6, '2026-11-20T08:03:00Z', 900, llm({ cost_usd: '64' })), // before the hour
    span(7, '2026-11-20T09:02:00Z', 200, { kind: 'http', otel_kind: 2, endpoint: '/ask', status_code: 503 }),
    span(8, '2026-11-20T09:02:00Z', 100, { kind: 'http', otel_kind: 2, endpoint: '/ask', status_code: 404 }),
    span(9, '2026-11-20T09:02:00Z', 1_200, { kind: 'db', attributes_string: { 'db.system': 'postgresql', 'db.statement': 'SELECT 1' } }),
    span(10, '2026-11-20T09:02:00Z', 2, { kind: 'db', attributes_string: { 'db.system': 'redis', 'db.statement': 'GET a' } }),
    span(11, '2026-11-20T03:00:00Z', 0, { kind: 'agent', is_run: 1, status: 'running', run_id: 'long' }),
    span(12, '2026-11-19T03:00:00Z', 0, { kind: 'agent', is_run: 1, status: 'running', run_id: 'lost' }),
    span(13, '2026-11-20T09:00:30Z', 50, {
      kind: 'retriever',
      service_name: 'search',
      attributes_number: { 'sightglass.rag.total_ms': 50, 'sightglass.rag.chunks_retrieved': 8 },
    }),
  ];
  await insertSpans(store.telemetry, rows);
  await insertSpans(
    store.telemetry,
    rows.map((row) => ({ ...row, workspace_id: foreign, session_id: 'theirs', cost_usd: '1000' })),
  );
  const storeMetrics = createMetricStore(store.telemetry);
  const process = (instance: string, connections: number) =>
    metricRequest(
      [
        gauge('process.cpu.utilization', [[120, 0.5]]),
        gauge('process.memory.usage', [[120, 1000]]),
        gauge('nodejs.eventloop.delay.p99', [[120, 0.75]], {}, 's'),
        counter('cache.hits', [[120, 3]], { cache: 'answers' }),
        counter('cache.misses', [[120, 1]], { cache: 'answers' }),
        gauge('cache.available', [[120, 1]], { cache: 'answers' }),
        gauge('sightglass.ws.connections', [[120, connections]]),
        counter('sightglass.ws.messages', [[120, 10]], { direction: 'in' }),
        counter('db.client.connection.pending_requests', [[120, 2]], {}, false),
      ],
      { 'service.name': 'shop', 'service.instance.id': instance, 'telemetry.sdk.language': 'nodejs' },
    );
  for (const [instance, connections] of [
    ['one', 5],
    ['two', 7],
  ] as const)
    await storeMetrics(mine, process(instance, connections));
  await storeMetrics(foreign, process('theirs', 1_000));
});
afterAll(() => store.remove());

const live = createLiveSpans();
function ask(path: string, workspace = mine, scopes: readonly Scope[] = ['read']) {
  const app = appOfCaller(workspace, scopes);
  snapshotRoutes(app, {
    readerOf: ({ workspaceId, hiddenAgents }) => createTelemetryReader(store.telemetry, workspaceId, { hiddenAgents }),
    liveOf: (workspaceId) => live.ofWorkspace(workspaceId, Number(NOW / 1_000_000n)),
    countOpenAlerts: () => 3,
    now: () => NOW,
  });
  return app.request(`/api/metrics/${path}`);
}

describe('GET /api/metrics/snapshot', () => {
  it('is the last five minutes of the workspace', async () => {
    const snapshot = SnapshotSchema.strict().parse(await (await ask('snapshot')).json());
    expect(snapshot).toMatchObject({
      timestamp: '2026-11-20T09:04:00Z',
      window_seconds: 300,
      error_rate: 3 / 5,
      requests: { count: 2, errors: 1, client_errors: 1, error_rate: 0.5 },
      llm: { calls: 4, errors: 3, error_rate: 0.75, rate_limited: 1, input_tokens: 400, output_tokens: 80, cost_usd: '0.25', providers_down: 1 },
      rag: { queries: 1, errors: 0, total_ms_p50: 50, chunks_retrieved_avg: 8, cache_hit_rate: null },
      cache: { hit_rate: 0.75, available: true, connection_errors: null },
      websocket: { connections: 12, messages_in: 20, messages_out: null },
      active_sessions: 1,
      active_agents: 1,
      open_alerts: 3,
      cost_usd_last_hour: '1.75',
    });
  });

  it('counts runs that began within a day and have not ended', async () => {
    expect(await (await ask('snapshot')).json()).toMatchObject({ active_runs: 1 });
  });

  it('has null where nobody told, and 0 where nothing was counted', async () => {
    const snapshot = SnapshotSchema.parse(await (await ask('snapshot', silent)).json());
    expect(snapshot).toMatchObject({
      error_rate: null,
      p99_latency_ms: null,
      requests: { count: 0, error_rate: null, latency_ms_p99: null },
      llm: { calls: 0, ttft_ms_p50: null, tokens_per_second: null, cost_usd: '0', providers_down: null },
      rag: { queries: 0, error_rate: null },
      cache: { hit_rate: null, available: null },
      websocket: { connections: null, messages_in: null, messages_out: null },
      active_runs: 0,
      active_sessions: 0,
      cost_usd_last_hour: '0',
    });
  });
});

describe('GET /api/metrics/health', () => {
  it('names the provider that is down, and tells why the rest is as it is', async () => {
    const { status, checks } = MetricsHealthSchema.strict().parse(await (await ask('health')).json());
    expect(status).toBe('down');
    const statusOf = Object.fromEntries(checks.map((check) => [check.name, check.status]));
    expect(statusOf).toEqual({
      calls: 'unknown',
      requests: 'unknown',
      request_latency: 'unknown',
      'provider:alpha': 'down',
      rag: 'unknown',
      cache: 'ok',
      connection_pool: 'degraded',
      event_loop: 'degraded',
      heap: 'unknown',
    });
  });

  it('is ok while nothing can tell', async () => {
    const { status, checks } = MetricsHealthSchema.parse(await (await ask('health', silent)).json());
    expect([status, new Set(checks.map((check) => check.status))]).toEqual(['ok', new Set(['unknown'])]);
  });
});

describe('GET /api/metrics/system', () => {
  it('tells of each service, by metrics and by spans', async () => {
    const { services } = SystemMetricsSchema.strict().parse(await (await ask('system')).json());
    expect(services.map(({ service_name: name }) => name)).toEqual(['search', 'shop']);
    expect(services[1]).toMatchObject({
      instances: 2,
      cpu: { utilization: 0.5, seconds: null, host_utilization: null },
      memory: { process_bytes: 2000, heap_used_bytes: null },
      event_loop: { delay_ms_avg: null, delay_ms_p99: 750 },
      pool: { used: null, waiting: 2 },
      database: { calls: 1, slow_queries: 1, deadlocks: 0 },
      cache: { hit_rate: 0.75, available: true, memory_bytes: null },
      requests: { count: 2, error_rate: 0.5 },
      websocket: { connections: 12, messages_in: 20, messages_out: null },
    });
    expect(services[0]).toMatchObject({ instances: 0, cpu: { utilization: null }, database: { calls: 0 }, cache: { available: null } });
  });

  it('has no services where nothing was sent', async () => {
    expect(await (await ask('system', silent)).json()).toMatchObject({ services: [] });
  });
});

it.each(['snapshot', 'health', 'system'])('%s is 403 without the scope to read', async (path) => {
  expect((await ask(path, mine, ['ingest'])).status).toBe(403);
});
