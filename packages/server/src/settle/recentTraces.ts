import type { TelemetryConnection } from '../telemetry/connect.ts';

const TRACES_MAX = 200_000;

/** Traces of the last hour, so that a restart does not forget which traces may still grow. */
export async function recentTraceIds(telemetry: TelemetryConnection): Promise<string[]> {
  const rows = await telemetry.rows<{ trace: string }>(
    `SELECT DISTINCT lower(hex(trace_id)) AS trace FROM spans WHERE start_time > now() - INTERVAL 1 HOUR LIMIT ${TRACES_MAX}`,
  );
  return rows.map(({ trace }) => trace);
}
