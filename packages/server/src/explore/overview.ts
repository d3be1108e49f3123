import type { Overview } from '@sightglass/contract/routes/query';
import { ok, type Result } from '../result.ts';
import { type FinishedDays, readDayStates } from './finishedDays.ts';
import type { TelemetryReader } from './reader.ts';
import { askCatalogue, type QueryRow } from './runQuery.ts';
import type { TimeRange } from './timeRange.ts';
import { type CalendarDate, dateIn, isoDate, plusDays, startOfDate } from './timeZone.ts';

const DAYS = 7;
const NS_PER_MS = 1_000_000n;
const MEASURES = [
  'cost_usd',
  'llm_calls',
  'runs',
  'errors',
  'error_rate',
  'input_tokens',
  'output_tokens',
  'active_agents',
  'latency_ms_p50',
  'latency_ms_p95',
  'latency_ms_p99',
  'cache_hit_rate',
];

export interface OverviewQuestion {
  /** IANA name: its calendar cuts the days. */
  timeZone: string;
  nowNs: bigint;
  openAlerts: number;
}

/** Today and the six days before it. `known` is kept by the caller from one call to the next. */
export async function readOverview(
  reader: TelemetryReader,
  { timeZone, nowNs, openAlerts }: OverviewQuestion,
  known: FinishedDays,
): Promise<Result<Overview>> {
  const today = dateIn(timeZone, Number(nowNs / NS_PER_MS));
  const dates = Array.from({ length: DAYS }, (_, i) => plusDays(today, i - DAYS + 1));
  const rows = await readDays(reader, timeZone, dates, known);
  if (!rows.ok) return rows;
  const days = dates.map((date, i) => ({ date: isoDate(date), ...dayMetrics(rows.value[i] ?? {}) }));
  return ok({ today: dayMetrics(rows.value.at(-1) ?? {}), last_7_days: days, open_alerts: openAlerts });
}

/** One row a date. Only from the first day that has changed are rows read again, in one question to the catalogue. */
async function readDays(reader: TelemetryReader, timeZone: string, dates: readonly CalendarDate[], known: FinishedDays): Promise<Result<QueryRow[]>> {
  const days = dates.map((date) => dayRange(timeZone, date));
  const markBefore = reader.writeMark();
  const states = await readDayStates(reader, days);
  if (!states.ok) return states;
  const keyOf = (i: number) => `${reader.rowsKey} ${timeZone} ${days[i]?.fromNs}`;
  const remembered = states.value.map((state, i) => known.find(keyOf(i), state.version));
  const firstChanged = remembered.indexOf(undefined);
  if (firstChanged < 0) return ok(remembered.filter((row) => row !== undefined));
  const range = { fromNs: days[firstChanged]?.fromNs ?? 0n, toNs: days.at(-1)?.toNs ?? 0n };
  const spec = { source: 'spans' as const, measures: MEASURES, group_by: [], filters: [], interval: '1d', time_zone: timeZone, limit: DAYS };
  const answer = await askCatalogue(reader, spec, range);
  if (!answer.ok) return answer;
  const rows = remembered.map((row, i) => (i < firstChanged ? (row ?? {}) : (answer.value.rows[i - firstChanged] ?? {})));
  const undisturbed = markBefore !== undefined && reader.writeMark() === markBefore;
  for (const [i, { version, quiet }] of states.value.entries())
    if (i >= firstChanged && (quiet || undisturbed)) known.keep(keyOf(i), version, rows[i] ?? {});
  return ok(rows);
}

function dayRange(timeZone: string, date: CalendarDate): TimeRange {
  const startNs = (of: CalendarDate) => BigInt(startOfDate(timeZone, of)) * NS_PER_MS;
  return { fromNs: startNs(date), toNs: startNs(plusDays(date, 1)) };
}

function dayMetrics(row: QueryRow): Overview['today'] {
  const count = (name: string) => Number(row[name] ?? 0);
  const orNull = (name: string) => (typeof row[name] === 'number' ? row[name] : null);
  return {
    cost_usd: String(row.cost_usd ?? '0'),
    llm_calls: count('llm_calls'),
    runs: count('runs'),
    errors: count('errors'),
    error_rate: orNull('error_rate'),
    input_tokens: count('input_tokens'),
    output_tokens: count('output_tokens'),
    active_agents: count('active_agents'),
    latency_ms_p50: orNull('latency_ms_p50'),
    latency_ms_p95: orNull('latency_ms_p95'),
    latency_ms_p99: orNull('latency_ms_p99'),
    cache_hit_rate: orNull('cache_hit_rate'),
  };
}
