import type { QuerySpec } from '@sightglass/contract/querySpec';
import { ok, type Result } from '../../result.ts';
import { bucketStarts, parseInterval } from '../buckets.ts';
import type { TelemetryReader } from '../reader.ts';
import type { TimeRange } from '../timeRange.ts';
import { isTimeZone } from '../timeZone.ts';
import { DAY_NS, type Grain, HOUR_NS, planWindows, type WindowPlan } from './planWindows.ts';
import { type GRAINS, NARROW_FIELDS, ROLLED_MEASURES, ROLLUP_FIELDS } from './rollupColumns.ts';

/** With fewer spans in the range the exact answer is as quick. */
export const ROLLED_ROWS_MIN = 200_000n;
/** A range that cannot hold more whole hours than this gains nothing. */
const RANGE_NS_MIN = 3n * HOUR_NS;

type Question = Omit<QuerySpec, 'from' | 'to'>;

export interface AskedWindows extends WindowPlan {
  /** Whether the few dimensions of most questions are enough. */
  detail: keyof typeof GRAINS;
}

const fieldsOf = (spec: Question) => [...spec.group_by, ...spec.filters.map(({ field }) => field)];

/** Whether hours still tell what is asked, and whether days do. */
export function asksOfWindows(spec: Question, range: TimeRange): 'hours' | 'days' | undefined {
  if (spec.source !== 'spans' || range.toNs - range.fromNs < RANGE_NS_MIN) return undefined;
  if (!spec.measures.every((name) => ROLLED_MEASURES.has(name)) || !fieldsOf(spec).every((name) => ROLLUP_FIELDS.has(name))) return undefined;
  if (spec.interval === undefined) return 'days';
  const interval = isTimeZone(spec.time_zone) ? parseInterval(spec.interval) : undefined;
  const starts = interval === undefined ? undefined : bucketStarts(range, interval, spec.time_zone);
  if (starts === undefined) return undefined;
  return starts.every((start) => start % DAY_NS === 0n) ? 'days' : starts.every((start) => start % HOUR_NS === 0n) ? 'hours' : undefined;
}

/** The windows that answer a part of the question; undefined when the spans had better answer all of it. `rowsMin`: see `ROLLED_ROWS_MIN`. */
export async function findWindows(
  reader: TelemetryReader,
  spec: Question,
  range: TimeRange,
  rowsMin = ROLLED_ROWS_MIN,
): Promise<Result<AskedWindows | undefined>> {
  const asks = asksOfWindows(spec, range);
  if (asks === undefined) return ok(undefined);
  const params = { from: range.fromNs - (range.fromNs % DAY_NS), to: range.toNs };
  const within = (column: string) =>
    `${column} >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Nano({to:Int64}, 'UTC')`;
  const arrivals = await reader.query<{ hour: number; arrived: string }>({
    sql: `SELECT toUnixTimestamp(hour) AS hour, toString(sum(rows)) AS arrived FROM span_arrivals WHERE ${within('hour')} GROUP BY hour`,
    params,
  });
  if (!arrivals.ok) return arrivals;
  const byHour = new Map(arrivals.value.map(({ hour, arrived }) => [BigInt(hour) * 1_000_000_000n, BigInt(arrived)]));
  if ([...byHour.values()].reduce((sum, rows) => sum + rows, 0n) < rowsMin) return ok(undefined);
  const windows = await reader.query<{ grain: Grain; begins: number; generation: string; arrived: string }>({
    sql: `SELECT grain, toUnixTimestamp(start) AS begins, toString(generation) AS generation, toString(arrived) AS arrived FROM rollup_windows FINAL WHERE ${within('start')}`,
    params,
  });
  if (!windows.ok) return windows;
  const states = windows.value.map(({ grain, begins, generation, arrived }) => ({
    grain,
    startNs: BigInt(begins) * 1_000_000_000n,
    generation: BigInt(generation),
    arrived: BigInt(arrived),
  }));
  const plan = planWindows(range, byHour, states, asks === 'days');
  if (plan === undefined || plan.rows < rowsMin) return ok(undefined);
  return ok({ ...plan, detail: fieldsOf(spec).every((name) => NARROW_FIELDS.has(name)) ? 'narrow' : 'all' });
}
