import { type CostForecast, type CostProjection, FORECAST_INTERVAL_LEVEL, type ForecastDay } from '@sightglass/contract/routes/costForecast';
import { formatUsd } from '@sightglass/contract/money';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TelemetryReader } from '../explore/reader.ts';
import { isoDate, plusDays } from '../explore/timeZone.ts';
import { ok, type Result } from '../result.ts';
import { estimateText } from './estimateText.ts';
import type { KnownHistories, SeriesHistory } from './knownHistories.ts';
import { daysRange, type MonthCalendar, monthCalendar } from './monthCalendar.ts';
import { projectMonth, reachOfRest, restOf } from './projectMonth.ts';
import { historyOf, readCostHistory } from './readCostHistory.ts';
import { type CostScope, type DailyCosts, readDailyCosts } from './readDailyCosts.ts';

/** Today's costs are read whole, so that what was rare before today is not taken for nothing. */
const SERIES_OF_TODAY_MAX = 10_000;

export interface CostForecastQuestion {
  /** IANA name: its calendar cuts days and months. */
  timeZone: string;
  nowNs: bigint;
  /** How many agents and how many models. */
  limit: number;
}

/** Where the cost of this month will end. `known` is kept by the caller from one call to the next. */
export async function readCostForecast(
  reader: TelemetryReader,
  { timeZone, nowNs, limit }: CostForecastQuestion,
  known: KnownHistories,
): Promise<Result<CostForecast>> {
  const calendar = monthCalendar(timeZone, nowNs);
  const history = await readCostHistory(reader, timeZone, calendar.today, known);
  if (!history.ok) return history;
  const range = daysRange(timeZone, calendar.today, 1);
  const read = (scope: CostScope) => readDailyCosts(reader, { scope, range, timeZone, seriesMax: SERIES_OF_TODAY_MAX });
  const [wholeToday, agentsToday, modelsToday] = await Promise.all([read('workspace'), read('agent_id'), read('model')]);
  if (!wholeToday.ok) return wholeToday;
  if (!agentsToday.ok) return agentsToday;
  if (!modelsToday.ok) return modelsToday;

  const { workspace, agents, models, accuracy } = history.value;
  const todayPico = wholeToday.value[0]?.costsPico[0] ?? 0n;
  const projection = projectedTo(workspace, wholeToday.value[0], calendar.daysLeft);
  return ok({
    month: calendar.month,
    time_zone: timeZone,
    as_of: formatTimestamp(nowNs),
    days_left: Number(calendar.daysLeft.toFixed(4)),
    interval_level: FORECAST_INTERVAL_LEVEL,
    spent_usd: projection.spent_usd,
    workspace: { ...projection, days: daysOf(calendar, timeZone, workspace, todayPico, projection.method) },
    by_agent: ranked(agents, agentsToday.value, calendar, limit).map(({ name, ...each }) => ({ agent_id: name, ...each })),
    by_model: ranked(models, modelsToday.value, calendar, limit).map(({ name, ...each }) => ({ model: name, ...each })),
    accuracy,
  });
}

function projectedTo({ learned, monthPico, previousMonthPico, unpricedCalls }: SeriesHistory, today: DailyCosts | undefined, daysLeft: number) {
  const spent = {
    spentPico: monthPico.reduce((sum, cost) => sum + cost, today?.costsPico[0] ?? 0n),
    previousMonthPico,
    unpricedCalls: unpricedCalls + (today?.unpricedCalls[0] ?? 0),
  };
  return projectMonth(learned, spent, daysLeft);
}

/** Those that cost or will cost something this month, or have calls without a price, the costliest first. */
function ranked(
  histories: readonly SeriesHistory[],
  today: readonly DailyCosts[],
  { today: date, daysLeft }: MonthCalendar,
  limit: number,
): (CostProjection & { name: string | null })[] {
  const todayByName = new Map(today.map((each) => [each.name, each]));
  const named = new Set(histories.map(({ name }) => name));
  const firstSeenToday = today.filter(({ name }) => !named.has(name)).map(({ name }) => historyOf({ name, costsPico: [], unpricedCalls: [] }, date));
  return [...histories, ...firstSeenToday]
    .map((history) => ({ name: history.name, ...projectedTo(history, todayByName.get(history.name), daysLeft) }))
    .filter((each) => endOf(each) > 0 || each.unpriced_calls > 0 || Number(each.previous_month_usd) > 0)
    .sort((a, b) => endOf(b) - endOf(a) || ((a.name ?? '') < (b.name ?? '') ? -1 : 1))
    .slice(0, limit);
}

const endOf = ({ projected_usd, spent_usd }: CostProjection) => Number(projected_usd ?? spent_usd);

/** Every day of the month, the finished ones exactly, those from today on as the method expects them. */
function daysOf(
  { today, daysInMonth, daysLeft }: MonthCalendar,
  timeZone: string,
  { learned, monthPico }: SeriesHistory,
  todayPico: bigint,
  method: CostProjection['method'],
): ForecastDay[] {
  const first = plusDays(today, 1 - today.day);
  let spentPico = 0n;
  let expectedBefore = 0;
  return Array.from({ length: daysInMonth }, (_, index) => {
    const date = plusDays(first, index);
    const common = { date: isoDate(date), starts_at: formatTimestamp(daysRange(timeZone, date, 1).fromNs) };
    if (index + 1 > today.day && method === null) return { ...common, ...NOTHING_KNOWN };
    const dayPico = index + 1 < today.day ? (monthPico[index] ?? 0n) : index + 1 === today.day ? todayPico : null;
    spentPico += dayPico ?? 0n;
    const spent_usd = dayPico === null ? null : formatUsd(dayPico);
    if (index + 1 < today.day) return { ...common, ...NOTHING_KNOWN, spent_usd, total_usd: formatUsd(spentPico) };
    const rest = method === null ? null : restOf(learned.methods[method], daysLeft - (daysInMonth - index - 1));
    if (rest === null) return { ...common, ...NOTHING_KNOWN, spent_usd };
    const expected = rest.total - expectedBefore;
    expectedBefore = rest.total;
    const { projected_usd, low_usd, high_usd } = reachOfRest(rest, spentPico);
    return { ...common, spent_usd, expected_usd: estimateText(expected), total_usd: projected_usd, low_usd, high_usd };
  });
}

const NOTHING_KNOWN = { spent_usd: null, expected_usd: null, total_usd: null, low_usd: null, high_usd: null };
