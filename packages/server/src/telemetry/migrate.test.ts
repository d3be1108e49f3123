import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateTelemetry } from './migrate.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from './testing/temporaryTelemetry.ts';

describe('the schema of a store', () => {
  let store: TemporaryTelemetry;

  beforeAll(async () => {
    store = await openTemporaryTelemetry();
  });
  afterAll(() => store.remove());

  it('is left alone by a second migration', async () => {
    await expect(migrateTelemetry(store.telemetry)).resolves.toBeUndefined();
  });

  it('that an earlier release made gets the settings of this one', async () => {
    await store.telemetry.run('ALTER TABLE spans RESET SETTING min_bytes_for_wide_part, merge_selector_base');
    await store.telemetry.run('TRUNCATE TABLE schema_migrations');
    await migrateTelemetry(store.telemetry);
    const [spans] = await store.telemetry.rows<{ ddl: string }>(`SELECT create_table_query AS ddl FROM system.tables WHERE name = 'spans'`);
    expect(spans?.ddl).toContain('min_bytes_for_wide_part = 268435456');
    expect(spans?.ddl).toContain('merge_selector_base = 10');
  });

  it('is refused by name when a column has another type than rows are written with', async () => {
    await store.telemetry.run('ALTER TABLE spans MODIFY COLUMN status_message LowCardinality(String)');
    await expect(migrateTelemetry(store.telemetry)).rejects.toThrow('spans.status_message is different');
  });
});
