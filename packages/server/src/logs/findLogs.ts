/** Which logs stand on a page of the list. Only a few columns are read here; the page's logs are read whole in `readLogs.ts`. */
import type { TelemetryReader } from '../explore/reader.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import type { LogPlace } from './logCursor.ts';
import type { CompiledLogFilters } from './logFilters.ts';
import { logsIn, logsWithContextIn } from '../explore/logSource.ts';

export interface FoundLog extends LogPlace {
  /** 32 hex digits, zeros without a trace. */
  traceId: string;
  /** Characters of its texts. */
  textLength: number;
}

const FIRST_WINDOW_NS = 60_000_000_000n;
/** Where spans have to be read too, a short window costs as much as this one. */
const FIRST_WINDOW_WITH_CONTEXT_NS = 3_600_000_000_000n;
/** Windows grow until they find enough: eight of them reach from a minute to centuries. */
const WINDOW_GROWTH = 16n;

/**
 * The newest `count` logs of the range after the cursor's place. They are looked for in windows that follow one
 * another from the near end and grow, so that a page costs what it shows and not what the range holds.
 */
export async function findLogs(
  reader: TelemetryReader,
  filters: CompiledLogFilters,
  range: TimeRange,
  after: LogPlace | undefined,
  count: number,
): Promise<Result<FoundLog[]>> {
  const found: FoundLog[] = [];
  let toNs = after === undefined ? range.toNs : after.timeNs + 1n < range.toNs ? after.timeNs + 1n : range.toNs;
  let lengthNs = filters.ofContext.length > 0 ? FIRST_WINDOW_WITH_CONTEXT_NS : FIRST_WINDOW_NS;
  // One trace is found by its index wherever it is.
  if (filters.params.trace_id !== undefined) lengthNs = toNs - range.fromNs;
  while (toNs > range.fromNs && found.length < count) {
    const fromNs = toNs - lengthNs > range.fromNs ? toNs - lengthNs : range.fromNs;
    const rows = await lookAt(reader, filters, { fromNs, toNs }, after, count - found.length);
    if (!rows.ok) return rows;
    found.push(...rows.value);
    toNs = fromNs;
    lengthNs *= WINDOW_GROWTH;
  }
  return ok(found);
}

async function lookAt(
  reader: TelemetryReader,
  { asSent, ofContext, params }: CompiledLogFilters,
  window: TimeRange,
  after: LogPlace | undefined,
  count: number,
): Promise<Result<FoundLog[]>> {
  const condition = asSent.length === 0 ? '1' : asSent.join(' AND ');
  const source = ofContext.length > 0 ? logsWithContextIn(condition) : logsIn(condition);
  const where = [
    ...ofContext,
    ...(after === undefined ? [] : [`(time, log_id) < (fromUnixTimestamp64Nano({lastNs:Int64}, 'UTC'), toFixedString(unhex({lastId:String}), 16))`]),
  ];
  const rows = await reader.query<{ id: string; trace: string; ns: string; text_length: number }>({
    sql: `SELECT lower(hex(log_id)) AS id, lower(hex(trace_id)) AS trace, toString(toUnixTimestamp64Nano(time)) AS ns, text_length
FROM ${source}${where.length === 0 ? '' : `\nWHERE ${where.join('\n  AND ')}`}
ORDER BY time DESC, log_id DESC
LIMIT ${count}`,
    params: { from: window.fromNs, to: window.toNs, ...params, ...(after === undefined ? {} : { lastNs: after.timeNs, lastId: after.logId }) },
  });
  if (!rows.ok) return rows;
  return ok(rows.value.map(({ id, trace, ns, text_length }) => ({ logId: id, traceId: trace, timeNs: BigInt(ns), textLength: Number(text_length) })));
}
