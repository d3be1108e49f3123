import { NewAlertRuleSchema } from '@sightglass/contract/alertRule';
import type { Anomaly } from '@sightglass/contract/anomaly';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import { AnomalyPageSchema, AnomalySeriesSchema, CrossingSchema, RuleProposalSchema } from '@sightglass/contract/routes/anomalies';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TEST_SECRET, emptyControlDir } from '../../../test/emptyControl.ts';
import { randomOf } from '../../anomalies/testing/generatedSeries.ts';
import { connectControl, type ControlConnection } from '../../control/connect.ts';
import { alertRules } from '../../control/tables/alerts.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { insertWorkspace } from '../../workspaces/workspaces.ts';
import type { App } from '../appTypes.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { anomalyRoutes } from './anomalies.ts';

/** A Friday. */
const NOW = '2026-11-20T10:30:00Z';
const HOUR_MS = 3_600_000;
const LAST_HOUR_MS = Date.parse('2026-11-20T09:00:00Z');
const WEEKS = 12;
const young = testWorkspace('young');
const rising = testWorkspace('rising');
let mine: WorkspaceId;
let store: TemporaryTelemetry;
let control: ControlConnection;
let spans = 0;

/** One stored row that stands for as many calls as it weighs. */
const calls = (workspace: string, agent: string, atMs: number, weight: number, fields: Record<string, unknown> = {}): SpanFields => ({
  workspace_id: workspace,
  trace_id: traceIdOf(++spans),
  span_id: spanIdOf(spans),
  start_time: new Date(atMs).toISOString(),
  kind: 'llm',
  status: 'success',
  agent_id: agent,
  response_model: 'gpt-4o',
  input_tokens: 10,
  duration_ns: '2000000000',
  cost_usd: '0.02',
  weight,
  ...fields,
});

interface Told {
  costTimes?: number;
  failed?: number;
}
/** Two of fifty calls fail, give or take; by day there are five times as many as by night. */
function hourOf(workspace: string, agent: string, atMs: number, random: () => number, { costTimes = 1, failed = 0.04 }: Told): SpanFields[] {
  const clock = new Date(atMs).getUTCHours();
  const weight = Math.round((clock >= 7 && clock < 19 ? 200 : 40) * (0.9 + 0.2 * random()));
  const failures = Math.max(1, Math.round(weight * failed * (0.8 + 0.4 * random())));
  const cost_usd = (0.02 * costTimes).toFixed(4);
  const duration_ns = String(Math.round(2e9 * (0.95 + 0.1 * random())));
  return [
    calls(workspace, agent, atMs + 60_000, weight - failures, { cost_usd, duration_ns }),
    calls(workspace, agent, atMs + 120_000, failures, { status: 'error', cost_usd, duration_ns }),
  ];
}
const within = (atMs: number, from: string, to: string) => atMs >= Date.parse(from) && atMs < Date.parse(to);

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  control = await connectControl({ dataDir: await emptyControlDir(), secret: TEST_SECRET });
  const { instanceDb } = control;
  mine = (await insertWorkspace(instanceDb, () => undefined, { slug: 'mine', name: 'mine', plan: 'free', time_zone: 'UTC' }, new Date()))
    .id as WorkspaceId;
  const random = randomOf(42);
  const rows: SpanFields[] = [];
  for (let hour = WEEKS * 168; hour >= 0; hour--) {
    const atMs = LAST_HOUR_MS - hour * HOUR_MS;
    const broken = within(atMs, '2026-11-19T09:00:00Z', '2026-11-19T12:00:00Z');
    const dear = within(atMs, '2026-11-20T08:00:00Z', '2026-11-20T10:00:00Z');
    rows.push(...hourOf(mine, 'planner', atMs, random, broken ? { failed: 0.5 } : {}));
    rows.push(...hourOf(mine, 'answerer', atMs, random, dear ? { costTimes: 8 } : {}));
    if (hour < 5 * 24) rows.push(...hourOf(young, 'planner', atMs, random, {}));
  }
  // Ten calls more each day than the day before.
  for (let day = 60; day >= 1; day--) rows.push(calls(rising, 'planner', Date.parse('2026-11-20T12:00:00Z') - day * 24 * HOUR_MS, 1_000 - 10 * day));
  // Of the hour that still runs, and far too little: it must not be judged.
  rows.push(calls(mine, 'planner', Date.parse('2026-11-20T10:10:00Z'), 1));
  await insertSpans(store.telemetry, rows);
});
afterAll(async () => {
  await control.close();
  await store.remove();
});

function appOf(
  workspace: WorkspaceId,
  { scopes = ['read'], hiddenAgents = [] }: { scopes?: readonly Scope[]; hiddenAgents?: readonly string[] } = {},
): App {
  const app = appOfCaller(workspace, scopes);
  anomalyRoutes(app, {
    control,
    readerOf: ({ workspaceId }) => createTelemetryReader(store.telemetry, workspaceId, { isSampled: true, hiddenAgents }),
    now: () => nsOf(NOW),
    timeZoneOf: () => 'UTC',
  });
  return app;
}

async function get<T>(app: App, path: string, schema: z.ZodType<T>): Promise<T> {
  const answer = await app.request(`/api/obs/anomalies${path}`);
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(200);
  return schema.parse(body);
}
const list = (query = '', app = appOf(mine)) => get(app, query, AnomalyPageSchema);
const series = (query: string, app = appOf(mine)) => get(app, `/series?${query}`, AnomalySeriesSchema);
const named = ({ measure, agent_id, from, to, direction }: Anomaly) => [measure, agent_id, from, to, direction];

describe('GET /api/obs/anomalies', () => {
  it('finds what was unusual for the hour of the week: what failed, and what was dear, of whom, and since when', async () => {
    const { items, next_cursor, looked_at, sensitivity } = await list('?from=now-48h');
    expect(items.map(named)).toEqual([
      ['cost_usd', 'answerer', '2026-11-20T08:00:00Z', '2026-11-20T10:00:00Z', 'above'],
      ['cost_usd', null, '2026-11-20T08:00:00Z', '2026-11-20T10:00:00Z', 'above'],
      ['error_rate', 'planner', '2026-11-19T09:00:00Z', '2026-11-19T12:00:00Z', 'above'],
      ['error_rate', null, '2026-11-19T09:00:00Z', '2026-11-19T12:00:00Z', 'above'],
    ]);
    expect([next_cursor, sensitivity]).toEqual([null, 5]);
    expect(looked_at).toHaveLength(4 * 3);
    expect(looked_at.every(({ judged_hours }) => judged_hours === 47)).toBe(true);
    const [dear] = items;
    expect(dear).toMatchObject({ title: 'Cost', unit: 'usd', hours: 2 });
    expect(dear?.expected).toBeGreaterThan(3);
    expect(dear?.upper).toBeLessThan(dear?.value ?? 0);
    expect(dear?.value).toBeGreaterThan(25);
    expect(dear?.score).toBeGreaterThan(4);
  });

  it('sorts by gravity, and pages through either order', async () => {
    for (const sort of ['newest', 'gravest']) {
      const whole = await list(`?from=now-48h&sensitivity=9&sort=${sort}`);
      expect(whole.items.length).toBeGreaterThan(3);
      if (sort === 'gravest') {
        const scores = whole.items.map(({ score }) => Math.abs(score));
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }
      const paged: Anomaly[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: z.infer<typeof AnomalyPageSchema> = await list(
          `?from=now-48h&sensitivity=9&sort=${sort}&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        paged.push(...page.items);
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(whole.items);
    }
  });

  it('looks at one measure of the catalogue, or at one agent', async () => {
    const errors = await list('?from=now-48h&measure=errors');
    expect(errors.items.map(named).map(([measure, agent]) => [measure, agent])).toEqual([
      ['errors', 'planner'],
      ['errors', null],
    ]);
    const one = await list('?from=now-48h&agent_id=answerer');
    expect(one.items.map(({ measure, agent_id }) => [measure, agent_id])).toEqual([['cost_usd', 'answerer']]);
    expect(one.looked_at).toHaveLength(4);
    expect((await list('?from=now-48h&agent_id=nobody')).items).toEqual([]);
  });

  it('knows nothing of agents that are hidden, as if there were none', async () => {
    const seen = await list('?from=now-48h', appOf(mine, { hiddenAgents: ['planner'] }));
    expect(new Set(seen.looked_at.map(({ agent_id }) => agent_id))).toEqual(new Set([null, 'answerer']));
    expect(seen.items.map(({ measure }) => measure)).toEqual(['cost_usd', 'cost_usd']);
  });

  it('says nothing where there is too little past, or no hour of the range is over', async () => {
    const { items, looked_at } = await list('?from=now-48h', appOf(young));
    expect(items).toEqual([]);
    expect(looked_at.every(({ judged_hours }) => judged_hours === 0)).toBe(true);
    expect(await list('?from=now-40m')).toMatchObject({ items: [], looked_at: [] });
    expect((await list('?from=now-48h', appOf(testWorkspace('empty')))).items).toEqual([]);
  });

  it.each([
    ['?measure=cost', '?measure'],
    ['?measure=llm_last_error', '?measure'],
    ['?sensitivity=11', '?sensitivity'],
    ['?from=now-200d', '?from'],
    ['?from=later', '?from'],
    ['?cursor=x', '?cursor'],
    ['?limit=501', '?limit'],
  ])('400 for %s', async (query, pointer) => {
    const answer = await appOf(mine).request(`/api/obs/anomalies${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer }] });
  });

  it('403 without the scope to read', async () => {
    for (const path of ['', '/series', '/proposals', '/crossing'])
      expect((await appOf(mine, { scopes: ['ingest'] }).request(`/api/obs/anomalies${path}`)).status).toBe(403);
  });
});

describe('GET /api/obs/anomalies/series', () => {
  it('tells every full hour with its bounds, and how often a rule would have fired', async () => {
    const { points, would_have_fired, anomalies, reason, sides, from, to } = await series('measure=error_rate');
    expect([from, to, sides, reason]).toEqual(['2026-10-21T11:00:00Z', '2026-11-20T10:00:00Z', 'above', null]);
    expect(points).toHaveLength(30 * 24 - 1);
    expect(points.at(-1)?.at).toBe('2026-11-20T09:00:00Z');
    expect(would_have_fired).toBe(1);
    expect(anomalies.map(({ from: began, hours }) => [began, hours])).toEqual([['2026-11-19T09:00:00Z', 3]]);
    expect(points.filter(({ is_anomaly }) => is_anomaly).map(({ at }) => at)).toEqual([
      '2026-11-19T09:00:00Z',
      '2026-11-19T10:00:00Z',
      '2026-11-19T11:00:00Z',
    ]);
    for (const { expected, lower, upper } of points) expect((lower ?? -1) <= (expected ?? -2) && (expected ?? 9) <= (upper ?? 8)).toBe(true);
  });

  it('says that there is too little past, and still shows the hours', async () => {
    const { points, reason, would_have_fired } = await series('measure=calls&from=now-7d', appOf(young));
    expect(points.at(-1)).toMatchObject({ expected: null, lower: null, upper: null, is_anomaly: false });
    expect(points.at(-1)?.value).toBeGreaterThan(100);
    expect(reason).toContain('14 days');
    expect(would_have_fired).toBe(0);
    expect((await series('measure=calls&agent_id=nobody')).points).toEqual([]);
  });
});

describe('GET /api/obs/anomalies/proposals', () => {
  const proposals = (app = appOf(mine)) => get(app, '/proposals', z.object({ items: z.array(RuleProposalSchema) }));

  it('proposes rules that can be created as they are, with what they would have done', async () => {
    const { items } = await proposals();
    expect(items.map(({ rule }) => rule.config)).toEqual(
      ['cost_usd', 'error_rate', 'llm_latency_ms_p95', 'calls'].map((measure) => ({ measure, sensitivity: 5 })),
    );
    for (const { rule } of items) expect(NewAlertRuleSchema.parse(rule)).toEqual(rule);
    expect(items.map(({ would_have_fired }) => would_have_fired)).toEqual([1, 1, 0, 0]);
    expect(items[0]?.reason).toContain('would have fired once');
  });

  it('proposes none that is there, takes no name twice, and none from too little past', async () => {
    const rule = NewAlertRuleSchema.parse({ name: 'Unusual error rate', severity: 'info', kind: 'anomaly', config: { measure: 'cost_usd' } });
    const { name, kind, severity, enabled } = rule;
    await control.instanceDb.insert(alertRules).values({ id: 'rul_1', workspaceId: mine, name, kind, severity, enabled, rule });
    const { items } = await proposals();
    expect(items.map(({ rule: { name: proposed } }) => proposed)).toEqual(['Unusual error rate 2', 'Unusual model latency, p95', 'Unusual calls']);
    expect((await proposals(appOf(young))).items).toEqual([]);
  });
});

describe('GET /api/obs/anomalies/crossing', () => {
  const crossing = (query: string, app = appOf(mine)) => get(app, `/crossing?${query}`, CrossingSchema);

  it('says when the days will be beyond a threshold, or that they are, or that it is not in sight', async () => {
    expect(await crossing('measure=calls&threshold=1000')).toMatchObject({ state: 'crossed', horizon_days: 30, interval_level: 0.8 });
    const far = await crossing('measure=calls&threshold=1000000');
    expect(far).toMatchObject({ state: 'not_in_sight', crosses_on: null, earliest_on: null, latest_on: null, reason: null });
    expect(far.days.filter(({ expected }) => expected !== null)).toHaveLength(30);
    const below = await crossing('measure=calls&threshold=1&operator=<');
    expect(below.state).toBe('not_in_sight');
  });

  it('follows a rise to the day on which it crosses, between an earliest and a latest one', async () => {
    const { state, crosses_on, earliest_on, latest_on, latest_value, days } = await crossing('measure=calls&threshold=1015', appOf(rising));
    expect([state, latest_value]).toEqual(['expected', 990]);
    expect(crosses_on).toBe(days.find(({ expected }) => (expected ?? 0) > 1_015)?.date);
    expect((crosses_on ?? '') > '2026-11-20').toBe(true);
    expect((crosses_on ?? '') < '2026-12-01').toBe(true);
    expect((earliest_on ?? '9') <= (crosses_on ?? '')).toBe(true);
    expect(latest_on === null || latest_on >= (crosses_on ?? '9')).toBe(true);
    expect((await crossing('measure=calls&threshold=100&operator=<', appOf(rising))).state).toBe('not_in_sight');
    expect((await crossing('measure=calls&threshold=1000&operator=<', appOf(rising))).state).toBe('crossed');
  });

  it('says why there is no forecast', async () => {
    const few = await crossing('measure=calls&threshold=1000000', appOf(young));
    expect(few).toMatchObject({ state: 'too_little_past', crosses_on: null });
    expect(few.reason).toContain('21 finished days');
  });

  it.each(['measure=nothing', 'threshold=much', 'operator=!='])('400 for %s', async (query) => {
    expect((await appOf(mine).request(`/api/obs/anomalies/crossing?${query}`)).status).toBe(400);
  });
});
