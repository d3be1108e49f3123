/** Where queries over spans read from. Each source carries its own time bound and counts a span once, however often it was sent. */
import { TRACE_ID_IN } from '../telemetry/idsSql.ts';
import { withRagColumns } from '../telemetry/views/ragColumns.ts';
import type { QueryParams } from './reader.ts';
import type { TimeRange } from './timeRange.ts';

/** The spans that start in `[{<from>:Int64}, {<to>:Int64})`, Unix nanoseconds. */
export function spansIn(from = 'from', to = 'to'): string {
  return `(SELECT * FROM spans FINAL WHERE ${startsIn(from, to)})`;
}

/** The spans that start in any of some ranges that lie apart. */
export function spansInRanges(ranges: readonly TimeRange[]): { sql: string; params: QueryParams } {
  const names = ranges.map((_, i) => [`from${i}`, `to${i}`] as const);
  const params = Object.fromEntries(
    ranges.flatMap(
      ({ fromNs, toNs }, i) =>
        [
          [`from${i}`, fromNs],
          [`to${i}`, toNs],
        ] as const,
    ),
  );
  return { sql: `(SELECT * FROM spans FINAL WHERE ${names.map(([from, to]) => `(${startsIn(from, to)})`).join(' OR ')})`, params };
}

/** {@link spansIn} with the columns of `telemetry/views/ragColumns.ts`; of a search that crosses a bound the parts beyond it are not known. */
export function spansWithRagIn(from = 'from', to = 'to'): string {
  return withRagColumns(spansIn(from, to), spansIn(from, to));
}

/**
 * The same rows, but a span that was sent again or settled may stand there more than once: only for questions
 * that repetition cannot change, such as which traces there are and when they begin. Twice as fast.
 */
export function spansWithRepeatsIn(from = 'from', to = 'to'): string {
  return `(SELECT * FROM spans WHERE ${startsIn(from, to)})`;
}

const NS_PER_MINUTE = 60_000_000_000n;
/** Beyond this the list of minutes costs more than it saves. */
const MINUTES_MAX = 5_000;
/** What fits the seconds of a DateTime. */
const LAST_MINUTE_NS = 4_294_967_000_000_000_000n;

/**
 * All spans of some traces; at least one. Reading by trace id before FINAL is safe: every version of a span
 * has the same trace id. Traces that lie far apart are read by the minutes they fill, which are the second
 * part of the key, and not by all the time between them.
 */
export function spansOfTraces(traces: readonly { traceId: string; startNs: bigint; endNs: bigint }[]): { source: string; params: QueryParams } {
  const minutes = new Set<bigint>();
  let firstNs = traces[0]?.startNs ?? 0n;
  let lastNs = firstNs;
  for (const { startNs, endNs } of traces) {
    if (startNs < firstNs) firstNs = startNs;
    if (endNs > lastNs) lastNs = endNs;
    for (let minute = startNs / NS_PER_MINUTE; minute <= endNs / NS_PER_MINUTE && minutes.size <= MINUTES_MAX; minute++) minutes.add(minute);
  }
  const sparse = BigInt(minutes.size) * 2n < (lastNs - firstNs) / NS_PER_MINUTE;
  const byMinute = sparse && minutes.size <= MINUTES_MAX && firstNs >= 0n && lastNs < LAST_MINUTE_NS;
  const bounded = `(SELECT * FROM spans FINAL PREWHERE ${TRACE_ID_IN} WHERE start_time >= ${time('firstNs')} AND start_time <= ${time('lastNs')}`;
  return {
    source: byMinute
      ? `${bounded} AND toStartOfMinute(start_time) IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt32)}), 'UTC')))`
      : `${bounded})`,
    params: {
      traceIds: traces.map(({ traceId }) => traceId),
      firstNs,
      lastNs,
      ...(byMinute ? { minutes: [...minutes].map((minute) => minute * 60n) } : {}),
    },
  };
}

function startsIn(from: string, to: string): string {
  return `start_time >= ${time(from)} AND start_time < ${time(to)}`;
}

function time(parameter: string): string {
  return `fromUnixTimestamp64Nano({${parameter}:Int64}, 'UTC')`;
}
