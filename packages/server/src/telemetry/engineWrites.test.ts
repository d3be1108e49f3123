import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectTelemetry, type TelemetryConnection } from './connect.ts';
import { createEngineWrites } from './engineWrites.ts';

let dataDir: string;
let telemetry: TelemetryConnection;
let folder: string;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sightglass-writes-'));
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
  const writes = createEngineWrites(telemetry);
  await writes.guard(() => insert('before'));
  await expect(writes.guard(() => failHalfWay('failed'))).rejects.toThrow('No space left');
  expect(await count()).toBe(5);
  for (let i = 0; i < 2; i++) for (const token of ['failed', 'before']) await writes.guard(() => insert(token));
  expect(await count()).toBe(10);
});

it('nothing is inserted while that cannot be mended', async () => {
  let diskIsFull = true;
  const writes = createEngineWrites({
    rows: (sql) => telemetry.rows(sql),
    run: (sql) => (diskIsFull && sql.startsWith('ATTACH') ? Promise.reject(new Error('still full')) : telemetry.run(sql)),
  });
  await expect(writes.guard(() => failHalfWay('failed'))).rejects.toThrow('No space left');
  for (let i = 0; i < 2; i++) await expect(writes.guard(() => insert('failed'))).rejects.toThrow('still full');
  diskIsFull = false;
  await writes.guard(() => insert('failed'));
  expect(await count()).toBe(5);
});

describe.runIf(process.platform === 'linux')('an insert that the engine calls good although the disk did not take it', () => {
  /** No file of this process may grow beyond it. */
  const limitFilesTo = (bytes: number | 'unlimited') => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);
  afterEach(() => limitFilesTo('unlimited'));

  const insertMany = (token: string) =>
    telemetry.run('INSERT INTO written SETTINGS insert_deduplication_token = {token:String} SELECT number FROM numbers(5000)', { token });
  const sum = async () => Number((await telemetry.rows<{ n: string }>('SELECT sum(n) AS n FROM written'))[0]?.n);

  it.each([1, 60, 1_000, 4_000])(
    'is told to have failed, leaves nothing behind, and is stored when it is tried again (files of %i bytes)',
    async (bytes) => {
      await insert('before');
      limitFilesTo(bytes);
      await expect(insertMany('cut off')).rejects.toThrow();
      await expect(insertMany('cut off')).rejects.toThrow();
      limitFilesTo('unlimited');
      await insertMany('cut off');
      for (const token of ['before', 'cut off']) await insert(token);
      expect([await count(), await sum()]).toEqual([5_005, 10 + (5_000 * 4_999) / 2]);
      await telemetry.close();
      telemetry = connectTelemetry({ dataDir });
      expect(await count()).toBe(5_005);
    },
  );
});
