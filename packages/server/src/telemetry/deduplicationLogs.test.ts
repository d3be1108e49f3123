import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectTelemetry, type TelemetryConnection } from './connect.ts';
import { dropTokensWithoutParts } from './deduplicationLogs.ts';

let dataDir: string;
let telemetry: TelemetryConnection;
const reopen = () => {
  telemetry = connectTelemetry({ dataDir });
};
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sightglass-tokens-'));
  reopen();
  for (const name of ['written', 'viewed'])
    await telemetry.run(
      `CREATE TABLE ${name} (month UInt32, n UInt32) ENGINE = MergeTree PARTITION BY month ORDER BY n SETTINGS non_replicated_deduplication_window = 1000`,
    );
  await telemetry.run('CREATE MATERIALIZED VIEW viewed_of_written TO viewed AS SELECT month, n FROM written');
});
afterEach(async () => {
  await telemetry.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Two rows, each in a part of its own. */
const insert = (token: string) =>
  telemetry.run(`INSERT INTO written SETTINGS insert_deduplication_token = {token:String}, max_threads = 1 SELECT number, number FROM numbers(2)`, {
    token,
  });
const count = async (table: string) => Number((await telemetry.rows<{ n: string }>(`SELECT count() AS n FROM ${table}`))[0]?.n);
const folderOf = async (table: string) => {
  const [found] = await telemetry.rows<{ path: string }>(
    'SELECT data_paths[1] AS path FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
    { table },
  );
  return found?.path as string;
};

/** As a kill leaves it that comes between the token and the name of the part: the part is there under another name. */
function takeNameFromLastPart(folder: string, partition: number): void {
  const parts = readdirSync(folder).filter((name) => name.startsWith(`${partition}_`));
  const last = parts.sort((a, b) => Number(a.split('_')[1]) - Number(b.split('_')[1])).at(-1) as string;
  renameSync(join(folder, last), join(folder, `tmp_insert_${last}`));
}

it.each(['written', 'viewed'])('rows whose part of %s had no name yet are inserted again, and no others', async (table) => {
  await insert('first');
  await insert('second');
  const folder = await folderOf(table);
  await telemetry.close();
  takeNameFromLastPart(folder, 1);
  reopen();
  expect(await count(table)).toBe(3);
  for (const token of ['first', 'second']) await insert(token);
  expect([await count('written'), await count('viewed')]).toEqual([4, 4]);
});

it('parts that were merged are known to be there', async () => {
  for (const token of ['first', 'second', 'third']) await insert(token);
  for (const table of ['written', 'viewed']) await telemetry.run(`OPTIMIZE TABLE ${table} FINAL`);
  await telemetry.close();
  expect(dropTokensWithoutParts(join(dataDir, 'telemetry'))).toBe(0);
  reopen();
  for (const token of ['first', 'second', 'third']) await insert(token);
  expect([await count('written'), await count('viewed')]).toEqual([6, 6]);
});

it('a token is dropped once', async () => {
  await insert('first');
  const folder = await folderOf('written');
  await telemetry.close();
  takeNameFromLastPart(folder, 0);
  const engine = join(dataDir, 'telemetry');
  expect([dropTokensWithoutParts(engine), dropTokensWithoutParts(engine)]).toEqual([1, 0]);
  reopen();
});

it('a directory without an engine is left alone', () => {
  expect(dropTokensWithoutParts(join(dataDir, 'nothing'))).toBe(0);
});
