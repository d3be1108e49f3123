import { MeasureSchema, QueryResultSchema } from '@sightglass/contract/querySpec';
import { OverviewSchema } from '@sightglass/contract/routes/query';
import type { Scope } from '@sightglass/contract/permissions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import type { App } from '../appTypes.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { overviewRoutes } from './overview.ts';
import { queryRoutes } from './query.ts';

// A quarter past midnight of the 21st in Vienna, still the 20th in UTC.
const NOW = nsOf('2026-11-20T23:15:00Z');
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const llm = (i: number, start: string, fields: Record<string, unknown>): SpanFields => ({
    workspace_id: mine,
    trace_id: traceIdOf(i),
    span_id: spanIdOf(i),
    start_time: start,
    kind: 'llm',
    status: 'success',
    is_run: 1,
    agent_id: 'planner',
    input_tokens: 10,
    output_tokens: 2,
    duration_ns: 1_000_000_000,
    ...fields,
  });
  const rows = [
    llm(1, '2026-11-20T23:10:00Z', { cost_usd: '0.1', cache_read_tokens: 5 }), // today in Vienna
    llm(2, '2026-11-20T22:59:59Z', { cost_usd: '0.02', status: 'error', agent_id: 'answerer' }), // yesterday
    llm(3, '2026-11-14T23:00:00Z', { cost_usd: '0.003' }), // the first moment of the first day
    llm(4, '2026-11-14T22:59:59Z', { cost_usd: '9' }), // before the seven days
    llm(5, '2026-11-21T01:00:00Z', { duration_ns: 3_000_000_000 }), // a clock that is ahead: still today
  ];
  await insertSpans(store.telemetry, rows);
  await insertSpans(store.telemetry, rows);
  await insertSpans(
    store.telemetry,
    rows.map((row) => ({ ...row, workspace_id: foreign, cost_usd: '1000' })),
  );
});
afterAll(() => store.remove());

function appOf(timeZone = 'Europe/Vienna', scopes: readonly Scope[] = ['read']): App {
  const app = appOfCaller(mine, scopes);
  const readerOf = ({ workspaceId }: { workspaceId: typeof mine }) => createTelemetryReader(store.telemetry, workspaceId);
  queryRoutes(app, { readerOf, now: () => NOW });
  overviewRoutes(app, { readerOf, now: () => NOW, timeZoneOf: () => timeZone, countOpenAlerts: () => 4 });
  return app;
}

async function ask(body: unknown) {
  const answer = await appOf().request('/api/obs/query', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('POST /api/obs/query', () => {
  it('answers columns and rows', async () => {
    const { status, body } = await ask({ measures: ['cost_usd', 'error_rate'], group_by: ['agent_id'], from: 'now-24h' });
    expect(status).toBe(200);
    expect(QueryResultSchema.parse(body)).toEqual({
      columns: [
        { name: 'agent_id', type: 'string', unit: 'none' },
        { name: 'cost_usd', type: 'decimal', unit: 'usd' },
        { name: 'error_rate', type: 'number', unit: 'ratio' },
      ],
      rows: [
        { agent_id: 'planner', cost_usd: '0.1', error_rate: 0 },
        { agent_id: 'answerer', cost_usd: '0.02', error_rate: 1 },
      ],
      answered_from: 'rows',
      percentile_error: 0,
    });
  });

  it.each<[string, unknown, string]>([
    ['no measure', { measures: [] }, '/measures'],
    ['nothing', {}, '/measures'],
    ['unknown operator', { measures: ['calls'], filters: [{ field: 'kind', op: 'like', value: 'x' }] }, '/filters/0/op'],
    ['unknown measure', { measures: ['calls', 'callz'] }, '/measures/1'],
    ['unknown source', { source: 'tables', measures: ['calls'] }, '/source'],
    ['measure of another source', { source: 'events', measures: ['calls'] }, '/measures/0'],
    ['empty range', { measures: ['calls'], from: 'now', to: 'now' }, '/from'],
    ['impossible interval', { measures: ['calls'], interval: '0h' }, '/interval'],
    ['too many rows', { measures: ['calls'], limit: 10_001 }, '/limit'],
  ])('%s is 400 and says where', async (_, sent, pointer) => {
    const { status, body } = await ask(sent);
    expect(status).toBe(400);
    expect(body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ pointer })]));
  });
});

it('a body that is no JSON is 400', async () => {
  for (const sent of ['{', '', 'calls', '[1,']) {
    const { status, body } = await ask(sent);
    expect(status, sent).toBe(400);
    expect(['undecodable-body', 'invalid-request']).toContain(body.code);
  }
});

it('403 without the scope to read', async () => {
  for (const [method, path] of [
    ['POST', '/query'],
    ['GET', '/measures'],
    ['GET', '/metrics/overview'],
  ] as const) {
    const answer = await appOf('UTC', ['ingest']).request(`/api/obs${path}`, { method });
    expect(answer.status).toBe(403);
  }
});

it('GET /api/obs/measures lists the catalogue', async () => {
  const answer = await appOf().request('/api/obs/measures');
  const { items } = (await answer.json()) as { items: unknown[] };
  expect(items.length).toBeGreaterThan(40);
  for (const item of items) MeasureSchema.strict().parse(item);
});

describe('GET /api/obs/metrics/overview', () => {
  const overview = async (timeZone: string) => {
    const answer = await appOf(timeZone).request('/api/obs/metrics/overview');
    expect(answer.status).toBe(200);
    return OverviewSchema.parse(await answer.json());
  };

  it('is today and the last seven days as the workspace’s calendar has them', async () => {
    const { today, last_7_days: days, open_alerts } = await overview('Europe/Vienna');
    expect(open_alerts).toBe(4);
    expect(days.map(({ date }) => date)).toEqual(['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21']);
    expect(today).toEqual({
      cost_usd: '0.1',
      llm_calls: 2,
      runs: 2,
      errors: 0,
      error_rate: 0,
      input_tokens: 20,
      output_tokens: 4,
      active_agents: 1,
      latency_ms_p50: 2_000,
      latency_ms_p95: 2_900,
      latency_ms_p99: 2_980,
      cache_hit_rate: 0.25,
    });
    expect(days.at(-1)).toEqual({ date: '2026-11-21', ...today });
    expect(days[5]).toMatchObject({ cost_usd: '0.02', errors: 1, error_rate: 1, active_agents: 1 });
    expect(days[0]).toMatchObject({ cost_usd: '0.003', runs: 1 });
    expect(days[1]).toMatchObject({ cost_usd: '0', runs: 0, error_rate: null, latency_ms_p50: null, cache_hit_rate: null });
  });

  it('in another zone has other days', async () => {
    const { today, last_7_days: days } = await overview('UTC');
    expect(days.map(({ date }) => date)).toEqual(['2026-11-14', '2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20']);
    expect(today).toMatchObject({ cost_usd: '0.12', runs: 2, active_agents: 2 });
    expect(days[0]).toMatchObject({ cost_usd: '9.003' });
  });
});
