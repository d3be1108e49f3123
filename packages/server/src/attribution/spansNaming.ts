/** Where the spans lie that name one session or user, so that looking at one does not read everything beside it. */
import type { QueryParams, TelemetryReader } from '../explore/reader.ts';
import { spansIn, spansOfTraces, spansWithRepeatsIn } from '../explore/spanSource.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';

/** With more traces than this a set of their ids saves nothing, and a server would cut it. */
const TRACES_MAX = 5_000;

export interface SpanSource {
  source: string;
  params: QueryParams;
}

/**
 * A source that holds all spans of the range that name `id` in the column `by`, and others. Rows of before a trace was settled may name it,
 * too: they only make the source larger.
 */
export async function spansNaming(reader: TelemetryReader, by: 'session_id' | 'user_id', id: string, range: TimeRange): Promise<Result<SpanSource>> {
  const params = { from: range.fromNs, to: range.toNs };
  const traces = await reader.query<{ trace: string; first_ns: string; last_ns: string }>({
    sql: `SELECT lower(hex(trace_id)) AS trace, toString(toUnixTimestamp64Nano(min(start_time))) AS first_ns, toString(toUnixTimestamp64Nano(max(start_time))) AS last_ns
FROM ${spansWithRepeatsIn()} WHERE ${by} = {id:String} GROUP BY trace_id LIMIT ${TRACES_MAX + 1}`,
    params: { ...params, id },
  });
  if (!traces.ok) return traces;
  if (traces.value.length === 0) return ok({ source: '(SELECT * FROM spans WHERE 0)', params });
  if (traces.value.length > TRACES_MAX) return ok({ source: spansIn(), params });
  const found = spansOfTraces(
    traces.value.map(({ trace, first_ns, last_ns }) => ({ traceId: trace, startNs: BigInt(first_ns), endNs: BigInt(last_ns) })),
  );
  const inRange = `start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Nano({to:Int64}, 'UTC')`;
  return ok({ source: `(SELECT * FROM ${found.source} WHERE ${inRange})`, params: { ...found.params, ...params } });
}
