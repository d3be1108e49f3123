import { connectTelemetry, type TelemetryConnection } from './connect.ts';
import { MIGRATIONS } from './migrations/all.ts';

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
}

/** Opens the engine with its schema up to date. */
export async function openTelemetry(options: Parameters<typeof connectTelemetry>[0]): Promise<TelemetryConnection> {
  const telemetry = connectTelemetry(options);
  await migrateTelemetry(telemetry);
  return telemetry;
}
