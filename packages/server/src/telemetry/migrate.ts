import { connectTelemetry, type TelemetryConnection } from './connect.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { eventsTable } from './tables/events.ts';
import { logsTable } from './tables/logs.ts';
import { metricPointsTable } from './tables/metricPoints.ts';
import { payloadsTable } from './tables/payloads.ts';
import { spansTable } from './tables/spans.ts';

/**
 * Brings the telemetry schema to the newest version: forward only, each migration once, safe when several
 * instances start at once because every statement is idempotent.
 */
export async function migrateTelemetry(telemetry: TelemetryConnection): Promise<void> {
  await telemetry.run(
    `CREATE TABLE IF NOT EXISTS schema_migrations (id UInt32, name String, applied_at DateTime DEFAULT now()) ENGINE = ReplacingMergeTree ORDER BY id`,
  );
  const applied = new Set((await telemetry.rows<{ id: number }>('SELECT DISTINCT id FROM schema_migrations')).map((row) => row.id));
  for (const migration of MIGRATIONS) {
    if (applied.has(migration.id)) continue;
    for (const statement of migration.statements) await telemetry.run(statement);
    await telemetry.run('INSERT INTO schema_migrations (id, name) SELECT {id:UInt32}, {name:String}', { id: migration.id, name: migration.name });
  }
  await refuseOtherColumns(telemetry);
}

/** Rows are written by these names and types; a store that has others would refuse every request after the program has said that it is ready. */
async function refuseOtherColumns(telemetry: TelemetryConnection): Promise<void> {
  const stored = await telemetry.rows<{ table: string; name: string; type: string }>(
    'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND table IN {tables:Array(String)}',
    { tables: INGESTED_TABLES.map(({ name }) => name) },
  );
  const types = new Map(stored.map(({ table, name, type }) => [`${table}.${name}`, type]));
  const different = INGESTED_TABLES.flatMap(({ name, columns }) =>
    columns.filter((column) => types.get(`${name}.${column.name}`) !== column.store).map((column) => `${name}.${column.name}`),
  );
  if (different.length === 0) return;
  throw new Error(
    `The telemetry store was made by a version that was never released: ${different.slice(0, 5).join(', ')} ${different.length === 1 ? 'is' : 'are'} different. Start with an empty data directory or database.`,
  );
}

const INGESTED_TABLES = [spansTable, payloadsTable, logsTable, metricPointsTable, eventsTable];

/** Opens the engine with its schema up to date. */
export async function openTelemetry(options: Parameters<typeof connectTelemetry>[0]): Promise<TelemetryConnection> {
  const telemetry = connectTelemetry(options);
  await migrateTelemetry(telemetry);
  return telemetry;
}
