/** Where queries over logs read from. Each source counts a log once, however often its request was sent. */
import { withContext } from './logContext.ts';

/** How long before and after what is looked at the spans may start that say whose a log is. */
const SPAN_REACH_NS = 86_400_000_000_000n;

export const NO_TRACE = `toFixedString('', 16)`;
export const HAS_TRACE = `trace_id != ${NO_TRACE}`;

const timeOf = (ns: string) => `fromUnixTimestamp64Nano(${ns}, 'UTC')`;
/** `[{from:Int64}, {to:Int64})`, Unix nanoseconds. */
export const LOG_TIME_IN_RANGE = `time >= ${timeOf('{from:Int64}')} AND time < ${timeOf('{to:Int64}')}`;
/** The same for spans that may belong to those logs. */
export const SPAN_TIME_NEAR_RANGE = `start_time >= ${timeOf(`{from:Int64} - ${SPAN_REACH_NS}`)} AND start_time < ${timeOf(`{to:Int64} + ${SPAN_REACH_NS}`)}`;

/** The logs of the range as they were sent. */
export const logsIn = (condition = '1') => `(SELECT * FROM logs FINAL WHERE ${LOG_TIME_IN_RANGE} AND ${condition})`;

/** The logs of the range with what their spans and traces say of them. `condition` is over the logs as they were sent. */
export function logsWithContextIn(condition = '1'): string {
  const traces = `SELECT trace_id FROM logs WHERE ${LOG_TIME_IN_RANGE} AND ${HAS_TRACE} AND ${condition}`;
  // Reading by trace id before FINAL is safe: every version of a span has the same trace id.
  const spans = `(SELECT * FROM spans FINAL PREWHERE trace_id IN (${traces}) WHERE ${SPAN_TIME_NEAR_RANGE})`;
  return withContext(logsIn(condition), spans);
}
