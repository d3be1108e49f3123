import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectTelemetry, type TelemetryConnection } from './connect.ts';
import { createInsertTokens } from './insertTokens.ts';

let dataDir: string;
let telemetry: TelemetryConnection;
let folder: string;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sightglass-inserts-'));
  telemetry = connectTelemetry({ dataDir });
  await telemetry.run('CREATE TABLE written (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 1000');
  const [table] = await telemetry.rows<{ folder: string }>(
    "SELECT data_paths[1] AS folder FROM system.tables WHERE database = currentDatabase() AND name = 'written'",
  );
  folder = table?.folder as string;
});
afterEach(async () => {
  await telemetry.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const insert = (token: string) =>
  telemetry.run('INSERT INTO written SETTINGS insert_deduplication_token = {token:String} SELECT number FROM numbers(5)', { token });
const count = async () => Number((await telemetry.rows<{ n: string }>('SELECT count() AS n FROM written'))[0]?.n);

/** What is left when the disk fails as the part is to get its name: the token is known, in memory and on disk, and the part is not. */
async function failHalfWay(token: string): Promise<void> {
  const before = new Set(readdirSync(folder));
  await insert(token);
  await telemetry.run('DETACH TABLE written SYNC');
  for (const part of readdirSync(folder).filter((name) => !before.has(name))) renameSync(join(folder, part), join(folder, `tmp_insert_${part}`));
  await telemetry.run('ATTACH TABLE written');
  throw new Error('No space left on device');
}

it('an insert that failed half-way is no repeat when it is tried again, and is one after that', async () => {
  const tokens = createInsertTokens(telemetry);
  await tokens.guard(() => insert('before'));
  await expect(tokens.guard(() => failHalfWay('failed'))).rejects.toThrow('No space left');
  expect(await count()).toBe(5);
  for (let i = 0; i < 2; i++) for (const token of ['failed', 'before']) await tokens.guard(() => insert(token));
  expect(await count()).toBe(10);
});

it('nothing is inserted while that cannot be mended', async () => {
  let diskIsFull = true;
  const tokens = createInsertTokens({
    rows: (sql) => telemetry.rows(sql),
    run: (sql) => (diskIsFull && sql.startsWith('ATTACH') ? Promise.reject(new Error('still full')) : telemetry.run(sql)),
  });
  await expect(tokens.guard(() => failHalfWay('failed'))).rejects.toThrow('No space left');
  for (let i = 0; i < 2; i++) await expect(tokens.guard(() => insert('failed'))).rejects.toThrow('still full');
  diskIsFull = false;
  await tokens.guard(() => insert('failed'));
  expect(await count()).toBe(5);
});
