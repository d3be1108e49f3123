import type { QueryParams } from '../explore/reader.ts';

const NS_PER_MINUTE = 60_000_000_000n;
/** What fits the seconds of a DateTime (the year 2106); later ones are found by their time alone. */
export const LAST_MINUTE_NS = 4_294_967_000_000_000_000n;

/** Single events by key and time, as a part of WHERE over `events`; at least one. The minutes are the second part of the table's key. */
export function eventsAt(events: readonly { key: string; timestampNs: bigint }[]): { condition: string; params: QueryParams } {
  const times = events.map(({ timestampNs }) => timestampNs);
  const fromNs = times.reduce((a, b) => (a < b ? a : b));
  const toNs = times.reduce((a, b) => (a > b ? a : b));
  const byMinute = toNs < LAST_MINUTE_NS;
  const condition = `timestamp >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND timestamp <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
  AND event_key IN (SELECT toFixedString(unhex(arrayJoin({keys:Array(String)})), 16))${
    byMinute ? `\n  AND toStartOfMinute(timestamp) IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt32)}), 'UTC'))` : ''
  }`;
  return {
    condition,
    params: {
      keys: events.map(({ key }) => key),
      fromNs,
      toNs,
      ...(byMinute ? { minutes: [...new Set(times.map((ns) => (ns / NS_PER_MINUTE) * 60n))] } : {}),
    },
  };
}
