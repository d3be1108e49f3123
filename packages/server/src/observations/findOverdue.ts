import type { TelemetryConnection } from '../telemetry/connect.ts';
import type { TouchedTrace } from './rowsToWrite.ts';

/** By workspace: observations of which something came in this time, and whose beginning or end is not among it. */
export async function findOverdue(telemetry: TelemetryConnection, fromMs: number, toMs: number): Promise<Map<string, TouchedTrace[]>> {
  const rows = await telemetry.rows<{ workspace: string; trace: string; spans: string[] }>(
    `SELECT workspace_id AS workspace, lower(hex(trace_id)) AS trace, groupArray(lower(hex(span_id))) AS spans FROM (
  SELECT workspace_id, trace_id, span_id FROM observation_parts
  WHERE about = 'observation' AND received_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  GROUP BY workspace_id, trace_id, span_id HAVING max(creates) = 0 OR isNull(max(ended_at))
) GROUP BY workspace_id, trace_id`,
    { fromMs, toMs },
  );
  const overdue = new Map<string, TouchedTrace[]>();
  for (const { workspace, trace, spans } of rows) {
    const touched: TouchedTrace = { traceId: trace, itself: false, spanIds: new Set(spans), writtenOf: null };
    overdue.set(workspace, [...(overdue.get(workspace) ?? []), touched]);
  }
  return overdue;
}

/** When the last part came that is stored, before a time; undefined when there is none. Unix milliseconds. */
export async function lastArrivalMs(telemetry: TelemetryConnection, beforeMs: number): Promise<number | undefined> {
  const [row] = await telemetry.rows<{ last_ms: string }>(
    `SELECT toString(toUnixTimestamp64Milli(max(received_at))) AS last_ms FROM observation_parts
WHERE received_at < fromUnixTimestamp64Milli({beforeMs:Int64}, 'UTC') HAVING count() > 0`,
    { beforeMs },
  );
  return row === undefined ? undefined : Number(row.last_ms);
}
