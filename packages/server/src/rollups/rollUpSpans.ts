/**
 * Computes hours and days of spans from the truth: each window whole, under a generation of its own, so that doing it twice, or on two
 * instances, or being killed half way, changes no answer. A window that holds already is passed over.
 */
import { randomInt } from 'node:crypto';
import { ROLLUP_COLUMNS, ROLLUP_DIMENSIONS } from '../explore/rollups/rollupColumns.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';

const SECONDS_PER_HOUR = 3_600;
const SECONDS_PER_DAY = 86_400;
/** A view is filled next to its table, not at the same instant; after this long both have long been written. */
const QUIET_SECONDS = 60;
/** Who planned a question by an older generation has long read it by then. */
const OLD_GENERATION_MS = 600_000;
/** Of one computation. Memory beyond it goes to disk. */
const LIMITS =
  'max_threads = 1, max_memory_usage = 1500000000, max_bytes_before_external_group_by = 500000000, max_insert_threads = 1, do_not_merge_across_partitions_select_final = 1';

export interface RollUpWindow {
  /** Unix seconds, whole hours. */
  fromSeconds: number;
  toSeconds: number;
}

export interface RollUpProgress {
  /** Windows computed: hours and days, each for all workspaces that needed it. */
  done: number;
  /** Windows that still need it and were not reached in time. */
  remaining: number;
}

interface Stale {
  begins: number;
  workspaces: string[];
  arrived: string[];
}

/**
 * Computes what does not hold in the range, newest first, until `mayGoOn` says no. Hours that are still being written, or have not
 * ended, are left alone, and days with such hours. `isForced`: what holds, too.
 */
export async function rollUpSpans(
  telemetry: TelemetryConnection,
  range: RollUpWindow,
  {
    nowMs,
    mayGoOn,
    isForced = false,
    quietSeconds = QUIET_SECONDS,
  }: { nowMs(): number; mayGoOn(): boolean; isForced?: boolean; quietSeconds?: number },
): Promise<RollUpProgress> {
  let done = 0;
  const hours = await staleHours(telemetry, range, isForced, quietSeconds);
  for (const [i, hour] of hours.entries()) {
    if (!mayGoOn()) return { done, remaining: hours.length - i + (await staleDays(telemetry, range, isForced)).length };
    await computeHour(telemetry, hour, nowMs());
    done += 1;
  }
  const days = await staleDays(telemetry, range, isForced);
  for (const [i, day] of days.entries()) {
    if (!mayGoOn()) return { done, remaining: days.length - i };
    await computeDay(telemetry, day, nowMs());
    done += 1;
  }
  return { done, remaining: 0 };
}

const HELD_WINDOWS = `SELECT workspace_id, start, generation, arrived FROM rollup_windows FINAL WHERE grain = {grain:String}
    AND start >= toDateTime({from:Int64}, 'UTC') AND start < toDateTime({to:Int64}, 'UTC')`;

function staleHours(telemetry: TelemetryConnection, range: RollUpWindow, isForced: boolean, quietSeconds: number): Promise<Stale[]> {
  return telemetry.rows<Stale>(
    `SELECT toUnixTimestamp(hour) AS begins, groupArray(workspace_id) AS workspaces, groupArray(toString(arrived_now)) AS arrived
FROM (
  SELECT workspace_id, hour, sum(rows) AS arrived_now, max(last_at) AS newest FROM span_arrivals
  WHERE hour >= toDateTime({from:Int64}, 'UTC') AND hour < toDateTime({to:Int64}, 'UTC') AND hour + INTERVAL 1 HOUR <= now('UTC')
  GROUP BY workspace_id, hour HAVING newest <= now('UTC') - {quiet:UInt32}) AS a
LEFT JOIN (${HELD_WINDOWS}) AS w ON w.workspace_id = a.workspace_id AND w.start = a.hour
WHERE {forced:UInt8} OR w.arrived != a.arrived_now
GROUP BY hour ORDER BY hour DESC`,
    { from: range.fromSeconds, to: range.toSeconds, grain: 'hour', quiet: quietSeconds, forced: isForced ? 1 : 0 },
  );
}

/** Days all of whose hours hold, and that themselves do not. */
function staleDays(telemetry: TelemetryConnection, range: RollUpWindow, isForced: boolean): Promise<Stale[]> {
  const from = range.fromSeconds - (range.fromSeconds % SECONDS_PER_DAY);
  const to = Math.ceil(range.toSeconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
  return telemetry.rows<Stale>(
    `SELECT toUnixTimestamp(day) AS begins, groupArray(workspace_id) AS workspaces, groupArray(toString(arrived_now)) AS arrived
FROM (
  SELECT a.workspace_id AS workspace_id, toDateTime(toStartOfDay(a.hour), 'UTC') AS day, sum(a.arrived_now) AS arrived_now
  FROM (
    SELECT workspace_id, hour, sum(rows) AS arrived_now FROM span_arrivals
    WHERE hour >= toDateTime({from:Int64}, 'UTC') AND hour < toDateTime({to:Int64}, 'UTC') GROUP BY workspace_id, hour) AS a
  LEFT JOIN (${HELD_WINDOWS.replace('{grain:String}', "'hour'")}) AS h ON h.workspace_id = a.workspace_id AND h.start = a.hour
  GROUP BY workspace_id, day
  HAVING countIf(h.arrived != a.arrived_now) = 0 AND day + INTERVAL 1 DAY <= now('UTC')) AS d
LEFT JOIN (${HELD_WINDOWS}) AS w ON w.workspace_id = d.workspace_id AND w.start = d.day
WHERE {forced:UInt8} OR w.arrived != d.arrived_now
GROUP BY day ORDER BY day DESC`,
    { from, to, grain: 'day', forced: isForced ? 1 : 0 },
  );
}

const DIMENSIONS = ROLLUP_DIMENSIONS.join(', ');
const COLUMNS = ROLLUP_COLUMNS.map(({ name }) => name).join(', ');
const INTO = `INSERT INTO span_rollups (workspace_id, grain, start, generation, ${DIMENSIONS}, ${COLUMNS})`;

async function computeHour(telemetry: TelemetryConnection, { begins, workspaces, arrived }: Stale, nowMs: number): Promise<void> {
  const generation = newGeneration(nowMs);
  const params = { begins, ends: begins + SECONDS_PER_HOUR, workspaces, generation };
  // Aliases of their own: an aggregate named like a column of spans would be taken for it.
  await telemetry.run(
    `${INTO}
SELECT workspace_id, 'hour', toDateTime({begins:Int64}, 'UTC'), {generation:UInt64}, ${DIMENSIONS}, ${ROLLUP_COLUMNS.map(({ ofSpans }) => ofSpans).join(', ')}
FROM spans FINAL
WHERE workspace_id IN {workspaces:Array(String)} AND weight > 0
  AND start_time >= fromUnixTimestamp64Second({begins:Int64}, 'UTC') AND start_time < fromUnixTimestamp64Second({ends:Int64}, 'UTC')
GROUP BY workspace_id, ${DIMENSIONS}
SETTINGS ${LIMITS}`,
    params,
  );
  await hold(telemetry, 'hour', { begins, workspaces, arrived }, generation, nowMs);
}

async function computeDay(telemetry: TelemetryConnection, { begins, workspaces, arrived }: Stale, nowMs: number): Promise<void> {
  const generation = newGeneration(nowMs);
  const params = { begins, ends: begins + SECONDS_PER_DAY, workspaces, generation };
  await telemetry.run(
    `${INTO}
SELECT workspace_id, 'day', toDateTime({begins:Int64}, 'UTC'), {generation:UInt64}, ${DIMENSIONS}, ${ROLLUP_COLUMNS.map(({ ofWindows }) => ofWindows).join(', ')}
FROM span_rollups
WHERE workspace_id IN {workspaces:Array(String)} AND grain = 'hour' AND start >= toDateTime({begins:Int64}, 'UTC') AND start < toDateTime({ends:Int64}, 'UTC')
  AND (workspace_id, start, generation) IN (
    SELECT workspace_id, start, generation FROM rollup_windows FINAL
    WHERE workspace_id IN {workspaces:Array(String)} AND grain = 'hour' AND start >= toDateTime({begins:Int64}, 'UTC') AND start < toDateTime({ends:Int64}, 'UTC'))
GROUP BY workspace_id, ${DIMENSIONS}
SETTINGS ${LIMITS}`,
    params,
  );
  await hold(telemetry, 'day', { begins, workspaces, arrived }, generation, nowMs);
}

/** From here on the generation holds. The rows were written before, so that nobody is sent to what is not there. */
async function hold(
  telemetry: TelemetryConnection,
  grain: 'hour' | 'day',
  { begins, workspaces, arrived }: Stale,
  generation: bigint,
  nowMs: number,
): Promise<void> {
  await telemetry.run(
    `INSERT INTO rollup_windows (workspace_id, grain, start, generation, arrived)
SELECT pair.1, {grain:String}, toDateTime({begins:Int64}, 'UTC'), {generation:UInt64}, toUInt64(pair.2)
FROM (SELECT arrayJoin(arrayZip({workspaces:Array(String)}, {arrived:Array(String)})) AS pair)`,
    { grain, begins, generation, workspaces, arrived },
  );
  const ofWindow = `workspace_id IN {workspaces:Array(String)} AND grain = {grain:String} AND start = toDateTime({begins:Int64}, 'UTC') AND generation < {old:UInt64}`;
  const params = { grain, begins, workspaces, old: generationOf(nowMs - OLD_GENERATION_MS) };
  const [old] = await telemetry.rows<{ rows: string }>(`SELECT toString(count()) AS rows FROM span_rollups WHERE ${ofWindow}`, params);
  if (old !== undefined && old.rows !== '0') await telemetry.run(`DELETE FROM span_rollups WHERE ${ofWindow}`, params);
}

const RANDOM_BITS = 20n;
/** Ordered by time; random behind it, because instances do not ask one another. */
const generationOf = (unixMs: number): bigint => BigInt(unixMs) << RANDOM_BITS;
const newGeneration = (unixMs: number): bigint => generationOf(unixMs) | BigInt(randomInt(2 ** Number(RANDOM_BITS)));
