import { TOP_ATTRIBUTE } from '../normalise/langfuse/langfuseSpans.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { SPAN_KNOWLEDGE_SHIFT } from '../telemetry/tables/spans.ts';
import { SPAN_ID_IN, TRACE_ID_IN } from '../telemetry/idsSql.ts';

/** A row of `spans` that was made of parts before. */
export interface StoredPlace {
  /** Unix seconds of the minute in which it starts. */
  minute: number;
  /** Of how much of the trace it was made, see `knowledgeOf`. */
  knowledge: number;
  /** On a root: the span id of the observation whose place it takes, or ''. */
  top: string;
}

interface PlaceRow {
  trace: string;
  span: string;
  minute: number;
  knowledge: number | string;
  top_span: string;
}

/** The rows of the spans given, by `<trace>:<span>`; a span may have several, in different minutes. */
export async function readPlaces(
  telemetry: TelemetryConnection,
  workspaceId: string,
  spans: readonly { traceId: string; spanId: string }[],
): Promise<Map<string, StoredPlace[]>> {
  const places = new Map<string, StoredPlace[]>();
  if (spans.length === 0) return places;
  const traceIds = [...new Set(spans.map(({ traceId }) => traceId))];
  const params = { workspace: workspaceId, traceIds, spanIds: [...new Set(spans.map(({ spanId }) => spanId))] };
  const [bounds] = await telemetry.rows<{ fromNs: string; toNs: string }>(
    `SELECT toString(toUnixTimestamp64Nano(min(start_time))) AS fromNs, toString(toUnixTimestamp64Nano(max(end_time))) AS toNs
FROM trace_bounds WHERE workspace_id = {workspace:String} AND ${TRACE_ID_IN} HAVING count() > 0`,
    { workspace: workspaceId, traceIds },
  );
  if (bounds === undefined) return places;
  const rows = await telemetry.rows<PlaceRow>(
    `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, toUnixTimestamp(toStartOfMinute(start_time)) AS minute,
  bitShiftRight(max(version), ${SPAN_KNOWLEDGE_SHIFT}) AS knowledge, argMax(attributes_string['${TOP_ATTRIBUTE}'], version) AS top_span
FROM spans WHERE workspace_id = {workspace:String} AND dialect = 'langfuse'
  AND start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
  AND ${TRACE_ID_IN} AND ${SPAN_ID_IN}
GROUP BY trace_id, span_id, minute`,
    { ...params, ...bounds },
  );
  for (const { trace, span, minute, knowledge, top_span } of rows) {
    const key = `${trace}:${span}`;
    places.set(key, [...(places.get(key) ?? []), { minute: Number(minute), knowledge: Number(knowledge), top: top_span }]);
  }
  return places;
}
