/**
 * Computes hours and days of spans from the truth: each window whole, under a generation of its own, so that doing it twice, or on two
 * instances, or being killed half way, changes no answer. A window that holds already is passed over.
 */
import { randomInt } from 'node:crypto';
import { GRAINS, NARROW_DIMENSIONS, ROLLUP_COLUMNS, ROLLUP_DIMENSIONS } from '../explore/rollups/rollupColumns.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';

const SECONDS_PER_HOUR = 3_600;
const SECONDS_PER_DAY = 86_400;
/** Windows of a batch are within so many of each other, and told apart by so many bits. */
const WINDOW_BITS = 8n;
const WINDOWS_OF_GENERATION = 2 ** Number(WINDOW_BITS);
/** Bounds what one statement holds in memory and how long it takes. */
const BATCH_SECONDS_MAX = 5 * SECONDS_PER_DAY;
const BATCH_ROWS_MAX = 200_000;
/** A view is filled next to its table, not at the same instant; after this long both have long been written. */
const QUIET_SECONDS = 60;
/** Who planned a question by an older generation has long read it by then. */
const OLD_GENERATION_MS = 600_000;
/**
 * Of one computation. Groups beyond the memory go to disk, and rows are written a few at a time: a row carries sketches, and a million of
 * them in one block took more than a gigabyte.
 */
const LIMITS =
  'max_threads = 1, max_insert_threads = 1, max_memory_usage = 1000000000, max_block_size = 16384, max_insert_block_size = 16384, min_insert_block_size_rows = 16384, min_insert_block_size_bytes = 0, group_by_two_level_threshold = 10000, group_by_two_level_threshold_bytes = 20000000, max_bytes_before_external_group_by = 200000000, do_not_merge_across_partitions_select_final = 1';

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
  workspace: string;
  /** Unix seconds. */
  begins: number;
  arrived: string;
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
  const hours = batchesOf(await staleHours(telemetry, range, isForced, quietSeconds));
  for (const [i, batch] of hours.entries()) {
    if (!mayGoOn()) return { done, remaining: windowsIn(hours.slice(i)) + windowsIn([await staleDays(telemetry, range, isForced)]) };
    await compute(telemetry, HOURS, batch, nowMs());
    done += windowsIn([batch]);
  }
  const days = batchesOf(await staleDays(telemetry, range, isForced));
  for (const [i, batch] of days.entries()) {
    if (!mayGoOn()) return { done, remaining: windowsIn(days.slice(i)) };
    await compute(telemetry, DAYS, batch, nowMs());
    done += windowsIn([batch]);
  }
  return { done, remaining: 0 };
}

/** Windows of all workspaces that begin at the same moment count as one. */
const windowsIn = (batches: readonly (readonly Stale[])[]) =>
  batches.reduce((sum, batch) => sum + new Set(batch.map(({ begins }) => begins)).size, 0);

/** Neighbours that are computed by one statement, which costs as much for an empty hour as for a thousand spans. */
function batchesOf(stale: readonly Stale[]): Stale[][] {
  const batches: Stale[][] = [];
  let rows = 0;
  for (const window of stale) {
    const batch = batches.at(-1);
    const first = batch?.[0];
    const isNear = first !== undefined && first.begins - window.begins < BATCH_SECONDS_MAX;
    if (batch !== undefined && isNear && rows + Number(window.arrived) <= BATCH_ROWS_MAX) {
      batch.push(window);
      rows += Number(window.arrived);
    } else {
      batches.push([window]);
      rows = Number(window.arrived);
    }
  }
  return batches;
}

const HELD_WINDOWS = `SELECT workspace_id, start, generation, arrived FROM rollup_windows FINAL WHERE grain = {grain:String}
    AND start >= toDateTime({from:Int64}, 'UTC') AND start < toDateTime({to:Int64}, 'UTC')`;

function staleHours(telemetry: TelemetryConnection, range: RollUpWindow, isForced: boolean, quietSeconds: number): Promise<Stale[]> {
  return telemetry.rows<Stale>(
    `SELECT workspace_id AS workspace, toUnixTimestamp(hour) AS begins, toString(arrived_now) AS arrived
FROM (
  SELECT workspace_id, hour, sum(rows) AS arrived_now, max(last_at) AS newest FROM span_arrivals
  WHERE hour >= toDateTime({from:Int64}, 'UTC') AND hour < toDateTime({to:Int64}, 'UTC') AND hour + INTERVAL 1 HOUR <= now('UTC')
  GROUP BY workspace_id, hour HAVING newest <= now('UTC') - {quiet:UInt32}) AS a
LEFT JOIN (${HELD_WINDOWS}) AS w ON w.workspace_id = a.workspace_id AND w.start = a.hour
WHERE {forced:UInt8} OR w.arrived != a.arrived_now
ORDER BY hour DESC, workspace_id`,
    { from: range.fromSeconds, to: range.toSeconds, grain: 'hour', quiet: quietSeconds, forced: isForced ? 1 : 0 },
  );
}

/** Days all of whose hours hold, and that themselves do not. */
function staleDays(telemetry: TelemetryConnection, range: RollUpWindow, isForced: boolean): Promise<Stale[]> {
  const from = range.fromSeconds - (range.fromSeconds % SECONDS_PER_DAY);
  const to = Math.ceil(range.toSeconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
  return telemetry.rows<Stale>(
    `SELECT workspace_id AS workspace, toUnixTimestamp(day) AS begins, toString(arrived_now) AS arrived
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
ORDER BY day DESC, workspace_id`,
    { from, to, grain: 'day', forced: isForced ? 1 : 0 },
  );
}

const COLUMNS = ROLLUP_COLUMNS.map(({ name }) => name).join(', ');
const aggregates = (of: 'ofSpans' | 'ofWindows') => ROLLUP_COLUMNS.map((column) => column[of]).join(', ');

/** `grain` is one of ours. The rows of a window are numbered by the window, so that no two of a batch share a generation. */
function insertSql(grain: string, seconds: number, dimensions: readonly string[], start: string, from: string, of: 'ofSpans' | 'ofWindows'): string {
  return `INSERT INTO span_rollups (workspace_id, grain, start, generation, ${dimensions.join(', ')}, ${COLUMNS})
SELECT workspace_id, '${grain}', ${start} AS begins, {generation:UInt64} + intDiv(toUnixTimestamp(begins), ${seconds}) % ${WINDOWS_OF_GENERATION}, ${dimensions.join(', ')}, ${aggregates(of)}
FROM ${from}
GROUP BY workspace_id, begins, ${dimensions.join(', ')}
SETTINGS ${LIMITS}`;
}

const IN_BATCH = `IN (SELECT pair.1, toDateTime(pair.2, 'UTC') FROM (SELECT arrayJoin(arrayZip({workspaces:Array(String)}, {starts:Array(Int64)})) AS pair))`;
const BOUNDS = (column: string) => `${column} >= toDateTime({begins:Int64}, 'UTC') AND ${column} < toDateTime({ends:Int64}, 'UTC')`;
const OWN_GENERATIONS = '{generation:UInt64} AND {generation:UInt64} + ' + String(WINDOWS_OF_GENERATION - 1);

interface Kind {
  grain: 'hour' | 'day';
  seconds: number;
  /** Run one after the other. */
  statements: readonly string[];
}

/** The same rows with fewer dimensions, made of those that have just been written. */
const narrowSql = (grain: 'hour' | 'day', seconds: number) =>
  insertSql(
    GRAINS.narrow[grain],
    seconds,
    NARROW_DIMENSIONS,
    'start',
    `span_rollups WHERE workspace_id IN {workspaces:Array(String)} AND grain = '${grain}' AND ${BOUNDS('start')} AND generation BETWEEN ${OWN_GENERATIONS}`,
    'ofWindows',
  );

const HOURS: Kind = {
  grain: 'hour',
  seconds: SECONDS_PER_HOUR,
  statements: [
    insertSql(
      GRAINS.all.hour,
      SECONDS_PER_HOUR,
      ROLLUP_DIMENSIONS,
      "toDateTime(toStartOfHour(start_time), 'UTC')",
      `spans FINAL
WHERE workspace_id IN {workspaces:Array(String)} AND weight > 0 AND start_time >= fromUnixTimestamp64Second({begins:Int64}, 'UTC')
  AND start_time < fromUnixTimestamp64Second({ends:Int64}, 'UTC') AND (workspace_id, toDateTime(toStartOfHour(start_time), 'UTC')) ${IN_BATCH}`,
      'ofSpans',
    ),
    narrowSql('hour', SECONDS_PER_HOUR),
  ],
};

const DAYS: Kind = {
  grain: 'day',
  seconds: SECONDS_PER_DAY,
  statements: [
    insertSql(
      GRAINS.all.day,
      SECONDS_PER_DAY,
      ROLLUP_DIMENSIONS,
      "toDateTime(toStartOfDay(start), 'UTC')",
      `span_rollups
WHERE workspace_id IN {workspaces:Array(String)} AND grain = 'hour' AND ${BOUNDS('start')}
  AND (workspace_id, toDateTime(toStartOfDay(start), 'UTC')) ${IN_BATCH}
  AND (workspace_id, start, generation) IN (
    SELECT workspace_id, start, generation FROM rollup_windows FINAL
    WHERE workspace_id IN {workspaces:Array(String)} AND grain = 'hour' AND ${BOUNDS('start')})`,
      'ofWindows',
    ),
    narrowSql('day', SECONDS_PER_DAY),
  ],
};

/**
 * Writes the rows of the windows, and then that they hold: nobody is sent to what is not there. What nobody reads any more is
 * deleted, of computations that were cut short as well.
 */
async function compute(telemetry: TelemetryConnection, { grain, seconds, statements }: Kind, batch: readonly Stale[], nowMs: number): Promise<void> {
  const generation = newGeneration(nowMs);
  const starts = batch.map(({ begins }) => begins);
  const workspaces = batch.map(({ workspace }) => workspace);
  const begins = Math.min(...starts);
  const ends = Math.max(...starts) + seconds;
  const params = { begins, ends, workspaces, starts, generation: generation.toString() };
  for (const statement of statements) await telemetry.run(statement, params);
  await telemetry.run(
    `INSERT INTO rollup_windows (workspace_id, grain, start, generation, arrived)
SELECT row.1, '${grain}', toDateTime(row.2, 'UTC'), {generation:UInt64} + intDiv(row.2, ${seconds}) % ${WINDOWS_OF_GENERATION}, toUInt64(row.3)
FROM (SELECT arrayJoin(arrayZip({workspaces:Array(String)}, {starts:Array(Int64)}, {arrived:Array(String)})) AS row)`,
    { ...params, arrived: batch.map(({ arrived }) => arrived) },
  );
  const old = `workspace_id IN {workspaces:Array(String)} AND grain IN ('${GRAINS.all[grain]}', '${GRAINS.narrow[grain]}') AND ${BOUNDS('start')}
  AND generation < {old:UInt64} AND (workspace_id, start) ${IN_BATCH}`;
  const oldParams = { ...params, old: generationOf(nowMs - OLD_GENERATION_MS).toString() };
  const [left] = await telemetry.rows<{ rows: string }>(`SELECT toString(count()) AS rows FROM span_rollups WHERE ${old}`, oldParams);
  if (left !== undefined && left.rows !== '0') await telemetry.run(`DELETE FROM span_rollups WHERE ${old}`, oldParams);
}

/**
 * Ordered by time; random behind it, because instances do not ask one another; the lowest bits number the windows of a batch. Those of
 * one process always grow, also within a millisecond: rows of two computations under one generation would count twice.
 */
const RANDOM_BITS = 12n;
const generationOf = (unixMs: number): bigint => BigInt(unixMs) << (RANDOM_BITS + WINDOW_BITS);
let lastGeneration = 0n;
function newGeneration(nowMs: number): bigint {
  const drawn = generationOf(nowMs) | (BigInt(randomInt(2 ** Number(RANDOM_BITS))) << WINDOW_BITS);
  const following = lastGeneration + BigInt(WINDOWS_OF_GENERATION);
  lastGeneration = drawn > following ? drawn : following;
  return lastGeneration;
}
