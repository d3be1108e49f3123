/**
 * Remembers what days gave, for as long as nothing more is written for them, so that a page which shows seven
 * days reads one. What is remembered is checked against the store on every use: late spans, settled spans and
 * those that another instance took in show at once.
 */
import { ok, type Result } from '../result.ts';
import type { TelemetryReader } from './reader.ts';
import type { QueryRow } from './runQuery.ts';
import type { TimeRange } from './timeRange.ts';

/** A day of a workspace and what was written for its hours when it was read. */
export interface DayState {
  /** Changes whenever rows of the day are written. */
  version: string;
  /** Whether the last write is long enough ago that a read surely sees all of it. */
  quiet: boolean;
}

export interface FinishedDays {
  find(key: string, version: string): QueryRow | undefined;
  /** Only for a row that was read when nothing was being written. */
  keep(key: string, version: string, row: QueryRow): void;
}

/** A row of an overview takes about 1 KB. */
const DAYS_MAX = 20_000;

export function createFinishedDays(): FinishedDays {
  const rows = new Map<string, { version: string; row: QueryRow }>();
  return {
    find: (key, version) => {
      const known = rows.get(key);
      return known?.version === version ? known.row : undefined;
    },
    keep: (key, version, row) => {
      rows.delete(key);
      rows.set(key, { version, row });
      const [oldest] = rows.keys();
      if (rows.size > DAYS_MAX && oldest !== undefined) rows.delete(oldest);
    },
  };
}

/** A view is filled next to its table, not at the same instant; after this long both have long been written. */
const QUIET_SECONDS = 60;
const NS_PER_HOUR = 3_600_000_000_000n;

/** The states of consecutive days; each ends where the next begins. Must be read before the days themselves. */
export async function readDayStates(reader: TelemetryReader, days: readonly TimeRange[], quietSeconds = QUIET_SECONDS): Promise<Result<DayState[]>> {
  const fromNs = days[0]?.fromNs ?? 0n;
  const toNs = days.at(-1)?.toNs ?? 0n;
  const hours = await reader.query<{ hour_ns: string; written: string; quiet: number }>({
    sql: `SELECT toString(toUnixTimestamp(hour) * 1000000000) AS hour_ns, toString(sum(rows)) AS written, max(last_at) < now('UTC') - {quietSeconds:UInt32} AS quiet
FROM span_arrivals
WHERE hour > fromUnixTimestamp64Nano({from:Int64}, 'UTC') - INTERVAL 1 HOUR AND hour < fromUnixTimestamp64Nano({to:Int64}, 'UTC')
GROUP BY hour ORDER BY hour`,
    params: { from: fromNs, to: toNs, quietSeconds },
  });
  if (!hours.ok) return hours;
  return ok(
    days.map((day) => {
      // An hour that begins before a day of a zone like Kathmandu and ends in it belongs to both.
      const touched = hours.value.filter(({ hour_ns }) => BigInt(hour_ns) + NS_PER_HOUR > day.fromNs && BigInt(hour_ns) < day.toNs);
      return { version: touched.map(({ hour_ns, written }) => `${hour_ns}:${written}`).join(), quiet: touched.every(({ quiet }) => quiet === 1) };
    }),
  );
}
