/** How the two planes are when somebody asks: the parts of the store's tables, and what the control plane takes to answer. */
import { sql } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';

/** A plane that does not answer must not keep Prometheus waiting, which gives up after ten seconds. */
const ANSWER_MS_MAX = 2_000;

export interface TableParts {
  table: string;
  parts: number;
  /** Of the partition that has most. */
  partsMax: number;
  rows: number;
  bytes: number;
}

/** Undefined when the store does not tell in time. */
export async function readParts(telemetry: Pick<TelemetryConnection, 'rows'>): Promise<TableParts[] | undefined> {
  const read = telemetry.rows<Record<string, string | number>>(
    `SELECT table, sum(parts) AS all_parts, max(parts) AS most_parts, sum(part_rows) AS all_rows, sum(part_bytes) AS all_bytes
FROM (
  SELECT table, partition, count() AS parts, sum(rows) AS part_rows, sum(bytes_on_disk) AS part_bytes
  FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table, partition)
GROUP BY table ORDER BY table SETTINGS max_execution_time = 2`,
  );
  const rows = await answerOf(read);
  return rows?.map((row) => ({
    table: String(row.table),
    parts: Number(row.all_parts),
    partsMax: Number(row.most_parts),
    rows: Number(row.all_rows),
    bytes: Number(row.all_bytes),
  }));
}

/** Seconds; undefined when it does not answer in time. */
export async function probeControl(db: Pick<ControlDb, 'execute'>, clockMs: () => number): Promise<number | undefined> {
  const beganMs = clockMs();
  const answered = await answerOf(Promise.resolve(db.execute(sql`SELECT 1`)));
  return answered === undefined ? undefined : (clockMs() - beganMs) / 1000;
}

async function answerOf<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS_MAX, undefined);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
