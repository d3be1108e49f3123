/**
 * The store keeps a span once for each minute of its start. When more was heard of a run, or of a trace, and its span begins in
 * another minute now, or belongs to another trace, the row that was written before is taken away.
 */
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { SPAN_ID_IN, TRACE_ID_IN } from '../telemetry/idsSql.ts';
import { BOUNDS_OF_SPANS } from '../telemetry/tables/traceBounds.ts';

export interface PlacedSpan {
  traceId: string;
  spanId: string;
  /** Unix seconds of the minute in which it starts. */
  minute: number;
  /** Where it may have been before: [trace, span, minute]. */
  elsewhere: readonly [traceId: string, spanId: string, minute: number][];
}

/** Spans of runs that events told of, and spans of Langfuse's batches; what other programs traced is never touched. */
export const MADE_OF_EVENTS = `dialect = 'events' AND kind = 'agent'`;
export const MADE_OF_PARTS = `dialect = 'langfuse'`;
type Made = typeof MADE_OF_EVENTS | typeof MADE_OF_PARTS;

interface Stray {
  trace: string;
  span: string;
  minute: number;
}

export async function removeStrays(telemetry: TelemetryConnection, workspaceId: string, spans: readonly PlacedSpan[], made: Made): Promise<void> {
  const moved = spans.filter(({ elsewhere }) => elsewhere.length > 0);
  if (moved.length === 0) return;
  const strays = await findStrays(telemetry, workspaceId, moved, made);
  for (const stray of strays) await remove(telemetry, workspaceId, stray, made);
}

async function findStrays(telemetry: TelemetryConnection, workspaceId: string, moved: readonly PlacedSpan[], made: Made): Promise<Stray[]> {
  const right = new Set(moved.map(({ traceId, spanId, minute }) => placeKey(traceId, spanId, minute)));
  const candidates = new Set<string>();
  for (const { traceId, spanId, minute, elsewhere } of moved) {
    const places = [...elsewhere, [traceId, spanId, minute] as const];
    // Of an id and a time that came with different events, each may have been combined with each.
    for (const trace of new Set(places.map(([id]) => id)))
      for (const span of new Set(places.map(([, id]) => id)))
        for (const at of new Set(places.map(([, , time]) => Number(time)))) candidates.add(placeKey(trace, span, at));
  }
  const list = [...candidates].map((key) => key.split(':'));
  const rows = await telemetry.rows<Stray>(
    `SELECT DISTINCT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, toUnixTimestamp(toStartOfMinute(start_time)) AS minute FROM spans
WHERE workspace_id = {workspace:String} AND ${made}
  AND toStartOfMinute(start_time) IN (SELECT toDateTime(arrayJoin({minutes:Array(UInt32)}), 'UTC'))
  AND ${TRACE_ID_IN}
  AND ${SPAN_ID_IN}`,
    {
      workspace: workspaceId,
      traceIds: [...new Set(list.map(([trace = '']) => trace))],
      spanIds: [...new Set(list.map(([, span = '']) => span))],
      minutes: [...new Set(list.map(([, , minute]) => Number(minute)))],
    },
  );
  return rows.filter((row) => {
    const key = placeKey(row.trace, row.span, row.minute);
    return candidates.has(key) && !right.has(key);
  });
}

const placeKey = (traceId: string, spanId: string, minute: number) => `${traceId}:${spanId}:${minute}`;

async function remove(telemetry: TelemetryConnection, workspaceId: string, stray: Stray, made: Made): Promise<void> {
  const params = { workspace: workspaceId, ...stray };
  await telemetry.run(
    `DELETE FROM spans WHERE workspace_id = {workspace:String} AND toStartOfMinute(start_time) = toDateTime({minute:UInt32}, 'UTC')
  AND trace_id = toFixedString(unhex({trace:String}), 16) AND span_id = toFixedString(unhex({span:String}), 8) AND ${made}`,
    params,
  );
  // What was computed from that hour no longer holds.
  await telemetry.run(
    `INSERT INTO span_arrivals (workspace_id, hour, rows, last_at) SELECT {workspace:String}, toStartOfHour(toDateTime({minute:UInt32}, 'UTC')), 1, now('UTC')`,
    params,
  );
  const [bounds] = await telemetry.rows<{ fromNs: string; toNs: string }>(
    `SELECT toString(toUnixTimestamp64Nano(min(start_time))) AS fromNs, toString(toUnixTimestamp64Nano(max(end_time))) AS toNs FROM trace_bounds
WHERE workspace_id = {workspace:String} AND trace_id = toFixedString(unhex({trace:String}), 16) HAVING count() > 0`,
    params,
  );
  if (bounds === undefined) return;
  // Bounds only ever grow by themselves. A span that comes meanwhile brings bounds of its own after the deletion.
  await telemetry.run(
    `DELETE FROM trace_bounds WHERE workspace_id = {workspace:String} AND trace_id = toFixedString(unhex({trace:String}), 16)`,
    params,
  );
  await telemetry.run(
    `INSERT INTO trace_bounds (workspace_id, trace_id, start_time, end_time, agent_hashes)
SELECT ${BOUNDS_OF_SPANS} FROM spans AS s
WHERE workspace_id = {workspace:String} AND trace_id = toFixedString(unhex({trace:String}), 16)
  AND s.start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND s.start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')
GROUP BY workspace_id, trace_id`,
    { ...params, ...bounds },
  );
}
