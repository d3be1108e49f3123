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

  it('is refused by name when a column has another type than rows are written with', async () => {
    await store.telemetry.run('ALTER TABLE spans MODIFY COLUMN status_message LowCardinality(String)');
    await expect(migrateTelemetry(store.telemetry)).rejects.toThrow('spans.status_message is different');
  });
});
