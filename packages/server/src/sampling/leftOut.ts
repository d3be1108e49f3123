/**
 * Spans that sampling left out stay for an hour, in which more of their trace may save them; then they are deleted, all
 * versions of them at once. (A TTL would delete the newest version alone, and an older one that counts would come back.)
 */
import type { Logger } from 'pino';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { repeat } from '../repeat.ts';
import { TRACE_ID_IN } from '../telemetry/idsSql.ts';

export const LEFT_OUT_HELD_MS = 3_600_000;
/** A little longer than they are held: a trace that is being settled just now is left alone. */
const DELETED_AFTER_MS = LEFT_OUT_HELD_MS + 300_000;
/** What came earlier was looked at before, or the program did not run: then a day's backlog is caught up with. */
const LOOKED_BACK_MS = 26 * 3_600_000;
const TRACES_AT_ONCE = 2_000;
const EVERY_MS = 600_000;

interface LeftOut {
  workspace: string;
  trace: string;
  from_ns: string;
  to_ns: string;
}

/** Deletes what is left out and no longer held; answers how many traces. `nowMs` is Unix milliseconds. */
export async function deleteLeftOut(telemetry: TelemetryConnection, nowMs: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const found = await findLeftOut(telemetry, nowMs);
    for (const workspace of new Set(found.map((trace) => trace.workspace)))
      await deleteTraces(
        telemetry,
        workspace,
        found.filter((trace) => trace.workspace === workspace),
      );
    deleted += found.length;
    if (found.length < TRACES_AT_ONCE) return deleted;
  }
}

/** Traces of which every newest version is left out. */
function findLeftOut(telemetry: TelemetryConnection, nowMs: number): Promise<LeftOut[]> {
  return telemetry.rows<LeftOut>(
    `SELECT workspace_id AS workspace, lower(hex(trace_id)) AS trace,
  toString(toUnixTimestamp64Nano(min(start_time))) AS from_ns, toString(toUnixTimestamp64Nano(max(start_time))) AS to_ns
FROM (
  SELECT workspace_id, trace_id, span_id, start_time, argMax(weight, version) AS newest FROM spans
  WHERE (workspace_id, trace_id) IN (
    SELECT workspace_id, trace_id FROM spans
    WHERE weight = 0 AND received_at > fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    GROUP BY workspace_id, trace_id)
  GROUP BY workspace_id, trace_id, span_id, start_time)
GROUP BY workspace_id, trace_id HAVING max(newest) = 0
ORDER BY workspace_id, trace_id LIMIT ${TRACES_AT_ONCE}`,
    { fromMs: nowMs - LOOKED_BACK_MS, toMs: nowMs - DELETED_AFTER_MS },
  );
}

async function deleteTraces(telemetry: TelemetryConnection, workspace: string, traces: readonly LeftOut[]): Promise<void> {
  const params = { workspace, traceIds: traces.map(({ trace }) => trace) };
  const ofTraces = `workspace_id = {workspace:String} AND ${TRACE_ID_IN}`;
  const starts = traces.map(({ from_ns }) => BigInt(from_ns));
  const ends = traces.map(({ to_ns }) => BigInt(to_ns));
  const bounds = {
    fromNs: starts.reduce((a, b) => (b < a ? b : a), starts[0] ?? 0n).toString(),
    toNs: ends.reduce((a, b) => (b > a ? b : a), 0n).toString(),
  };
  await telemetry.run(
    `DELETE FROM spans WHERE ${ofTraces}
  AND start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC') AND start_time <= fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')`,
    { ...params, ...bounds },
  );
  await telemetry.run(`DELETE FROM trace_bounds WHERE ${ofTraces}`, params);
}

/** Looks now and then, for as long as some workspace samples. */
export function startLeftOutSchedule(options: {
  telemetry: TelemetryConnection;
  isAnySampled(): boolean;
  nowMs(): number;
  onRan?(): void;
  log: Logger;
}): {
  close(): Promise<void>;
} {
  const { telemetry, isAnySampled, nowMs, onRan, log } = options;
  const look = async () => {
    if (!isAnySampled()) return;
    const traces = await deleteLeftOut(telemetry, nowMs());
    if (traces > 0) log.info({ traces }, 'traces that sampling left out were deleted');
  };
  const stop = repeat(EVERY_MS, look, (error) => log.warn({ err: error }, 'traces that sampling left out could not be deleted; trying again'), onRan);
  return { close: stop };
}
