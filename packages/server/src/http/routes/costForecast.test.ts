import { type CostForecast, CostForecastSchema } from '@sightglass/contract/routes/costForecast';
import type { Scope } from '@sightglass/contract/permissions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import type { App } from '../appTypes.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { costForecastRoutes } from './costForecast.ts';

// Friday noon in Vienna. 20 days of November have begun.
const NOW = '2026-11-20T11:00:00Z';
const DAY_MS = 86_400_000;
const mine = testWorkspace('mine');
const young = testWorkspace('young');
const free = testWorkspace('free');
let store: TemporaryTelemetry;
let spans = 0;

const call = (workspace: string, at: string | number, cost: string | null, fields: Record<string, unknown> = {}): SpanFields => ({
  workspace_id: workspace,
  trace_id: traceIdOf(++spans),
  span_id: spanIdOf(spans),
  start_time: new Date(at).toISOString(),
  kind: 'llm',
  status: 'success',
  agent_id: 'planner',
  response_model: 'gpt-4o',
  input_tokens: 10,
  ...(cost === null ? {} : { cost_usd: cost }),
  ...fields,
});
/** One call at noon UTC of each day that is before today, `days` of them. */
const daily = (workspace: string, days: number, costOf: (weekday: number) => string, fields: Record<string, unknown> = {}) =>
  Array.from({ length: days }, (_, index) => {
    const at = Date.parse('2026-11-19T12:00:00Z') - index * DAY_MS;
    return call(workspace, at, costOf(new Date(at).getUTCDay()), fields);
  });
const isWeekend = (weekday: number) => weekday === 0 || weekday === 6;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const rows = [
    ...daily(mine, 120, (weekday) => (isWeekend(weekday) ? '1.000000000001' : '10.000000000001')),
    ...daily(mine, 120, () => '2', { agent_id: 'answerer', response_model: 'claude-sonnet-4-5' }),
    // Three days of an agent that has only just begun, one of them today.
    ...daily(mine, 2, () => '0.5', { agent_id: 'newcomer' }),
    call(mine, '2026-11-20T09:00:00Z', '0.5', { agent_id: 'newcomer' }),
    call(mine, '2026-11-20T10:00:00Z', '4'),
    call(mine, '2026-11-20T10:30:00Z', null, { agent_id: '', response_model: 'unheard-of' }),
    call(mine, '2026-11-19T23:30:00Z', '0.25'), // today in Vienna, yesterday in UTC
    call(mine, '2026-07-01T10:00:00Z', '1000000'), // longer ago than is looked at
    ...daily(young, 3, () => '1'),
    call(free, '2026-11-18T10:00:00Z', '0'),
  ];
  await insertSpans(store.telemetry, rows);
  await insertSpans(store.telemetry, rows);
  await insertSpans(
    store.telemetry,
    rows.filter(({ workspace_id }) => workspace_id === mine).map((row) => ({ ...row, workspace_id: testWorkspace('foreign'), cost_usd: '1000' })),
  );
});
afterAll(() => store.remove());

let now = NOW;
function appOf(workspace: typeof mine, timeZone = 'Europe/Vienna', scopes: readonly Scope[] = ['read']): App {
  const app = appOfCaller(workspace, scopes);
  costForecastRoutes(app, {
    readerOf: ({ workspaceId }) => createTelemetryReader(store.telemetry, workspaceId),
    now: () => nsOf(now),
    timeZoneOf: () => timeZone,
  });
  return app;
}

async function forecast(app: App, query = ''): Promise<CostForecast> {
  const answer = await app.request(`/api/obs/costs/forecast${query}`);
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(200);
  return CostForecastSchema.parse(body);
}
const dollars = (text: string | null | undefined) => Number(text ?? Number.NaN);

describe('GET /api/obs/costs/forecast', () => {
  it('tells what is spent exactly, and where the month will end with an interval', async () => {
    const { month, time_zone, days_left, spent_usd, workspace, interval_level } = await forecast(appOf(mine));
    expect({ month, time_zone, days_left, interval_level }).toEqual({
      month: '2026-11',
      time_zone: 'Europe/Vienna',
      days_left: 10.5,
      interval_level: 0.8,
    });
    // 1 to 19 November: 14 working days and 5 of weekends, 2 a day of the answerer, the newcomer, and today.
    expect(spent_usd).toBe('188.750000000019');
    expect(workspace.previous_month_usd).toBe('291.000000000031');
    expect(workspace).toMatchObject({ method: 'seasonal', reason: null, unpriced_calls: 1, history_days: 120 });
    // Half of Friday the 20th, then 6 working days and 4 of weekends; the newcomer is new to the pattern.
    expect(dollars(workspace.projected_usd)).toBeGreaterThan(188.75 + 6 + 64 + 20 - 1);
    expect(dollars(workspace.projected_usd)).toBeLessThan(188.75 + 6 + 64 + 20 + 10);
    expect(dollars(workspace.low_usd)).toBeLessThanOrEqual(dollars(workspace.projected_usd));
    expect(dollars(workspace.high_usd)).toBeGreaterThanOrEqual(dollars(workspace.projected_usd));
  });

  it('has every day of the month: finished ones exactly, later ones as they are expected', async () => {
    const { workspace } = await forecast(appOf(mine));
    const { days } = workspace;
    expect(days).toHaveLength(30);
    expect(days[0]).toEqual({
      date: '2026-11-01',
      starts_at: '2026-10-31T23:00:00Z',
      spent_usd: '3.000000000001',
      expected_usd: null,
      total_usd: '3.000000000001',
      low_usd: null,
      high_usd: null,
    });
    expect(days[19]).toMatchObject({ date: '2026-11-20', spent_usd: '4.75' });
    expect(days[18]?.total_usd).toBe('184.000000000019');
    expect(days[20]).toMatchObject({ date: '2026-11-21', spent_usd: null });
    expect(days[29]?.total_usd).toBe(workspace.projected_usd);
    expect([days[29]?.low_usd, days[29]?.high_usd]).toEqual([workspace.low_usd, workspace.high_usd]);
    const [saturday, monday] = [dollars(days[20]?.expected_usd), dollars(days[22]?.expected_usd)];
    expect(monday - saturday).toBeGreaterThan(7);
  });

  it('projects agents and models, the costliest first, and says why where it cannot', async () => {
    const { by_agent, by_model } = await forecast(appOf(mine));
    expect(by_agent.map(({ agent_id }) => agent_id)).toEqual(['planner', 'answerer', 'newcomer', null]);
    const [planner, answerer, newcomer, unnamed] = by_agent;
    expect(planner).toMatchObject({ method: 'seasonal', reason: null });
    expect(answerer).toMatchObject({ spent_usd: '38', projected_usd: '59', low_usd: '59', high_usd: '59', method: 'rolling_average' });
    expect(newcomer).toMatchObject({ spent_usd: '1.5', projected_usd: null, method: null, history_days: 2 });
    expect(newcomer?.reason).toBe('A projection by this method needs 7 finished days since the first cost; so far there are 2.');
    expect(unnamed).toMatchObject({ spent_usd: '0', unpriced_calls: 1, projected_usd: null });
    expect(by_model.map(({ model }) => model)).toEqual(['gpt-4o', 'claude-sonnet-4-5', 'unheard-of']);
    const limited = await forecast(appOf(mine), '?limit=1');
    expect([limited.by_agent.length, limited.by_model.length]).toEqual([1, 1]);
  });

  it('shows how well past forecasts did', async () => {
    const { accuracy } = await forecast(appOf(mine));
    expect(accuracy.reason).toBeNull();
    expect(accuracy.horizons.map(({ days }) => days)).toEqual([1, 7, 14, 28]);
    const [oneDay] = accuracy.horizons;
    expect(oneDay?.seasonal.wape).toBeLessThan(0.05);
    expect(oneDay?.rolling_average.wape).toBeGreaterThan(0.3);
    expect(accuracy.months.map(({ month, spent_usd }) => [month, spent_usd])).toEqual([
      ['2026-10', '291.000000000031'],
      ['2026-09', '288.00000000003'],
      ['2026-08', '282.000000000031'],
    ]);
    expect(dollars(accuracy.months[0]?.forecasts[0]?.seasonal.projected_usd)).toBeCloseTo(291, 0);
  });

  it('cuts days by the calendar of the workspace', async () => {
    const { workspace } = await forecast(appOf(mine, 'UTC'));
    expect(workspace.days[18]?.spent_usd).toBe('12.750000000001');
    expect(workspace.days[19]?.spent_usd).toBe('4.5');
  });

  it('follows what is written, also for days that had been read', async () => {
    const app = appOf(mine);
    const before = await forecast(app);
    expect((await forecast(app)).spent_usd).toBe(before.spent_usd);
    const late = call(mine, '2026-11-03T10:00:00Z', '0.000000000001', { agent_id: 'late' });
    await insertSpans(store.telemetry, [late, call(mine, '2026-11-20T10:59:00Z', '0.000000000002', { agent_id: 'late' })]);
    const after = await forecast(app);
    expect(after.spent_usd).toBe('188.750000000022');
    expect(after.by_agent.find(({ agent_id }) => agent_id === 'late')).toMatchObject({ spent_usd: '0.000000000003' });
  });

  it('on the first of a month still knows the month before', async () => {
    now = '2026-11-30T23:00:00Z';
    const { month, days_left, spent_usd, workspace } = await forecast(appOf(mine));
    now = NOW;
    expect({ month, days_left, spent_usd }).toEqual({ month: '2026-12', days_left: 31, spent_usd: '0' });
    expect(workspace.projected_usd).not.toBeNull();
    expect(workspace.days).toHaveLength(31);
  });

  it('with too little data gives what is spent, and the reason for the rest', async () => {
    const few = await forecast(appOf(young));
    expect(few).toMatchObject({ spent_usd: '3', workspace: { projected_usd: null, method: null, history_days: 3 } });
    expect(few.workspace.reason).toContain('so far there are 3');
    expect(few.workspace.days[29]).toMatchObject({ spent_usd: null, total_usd: null });
    expect(few.accuracy).toMatchObject({ horizons: [], months: [] });
    expect(few.accuracy.reason).toContain('21 finished days');
    for (const workspace of [free, testWorkspace('empty')]) {
      const nothing = await forecast(appOf(workspace));
      expect(nothing).toMatchObject({ spent_usd: '0', by_agent: [], by_model: [], workspace: { projected_usd: null } });
      expect(nothing.workspace.reason).toContain('Nothing was spent');
    }
  });

  it.each(['?limit=0', '?limit=101', '?limit=many'])('400 for %s', async (query) => {
    const answer = await appOf(mine).request(`/api/obs/costs/forecast${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '?limit' }] });
  });

  it('403 without the scope to read', async () => {
    expect((await appOf(mine, 'UTC', ['ingest']).request('/api/obs/costs/forecast')).status).toBe(403);
  });
});
