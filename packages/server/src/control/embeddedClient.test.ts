import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyControlDir } from '../../test/emptyControl.ts';
import { startWorker } from '../startWorker.ts';
import { openEmbeddedClient } from './embeddedClient.ts';
import type { SqlClient } from './sqlClient.ts';

let dataDir: string;
let directory: string;
let client: SqlClient | undefined;

beforeEach(async () => {
  dataDir = await emptyControlDir();
  directory = join(dataDir, 'control');
});
afterEach(async () => {
  await client?.close();
  client = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

/** Like the real one, and remembers the threads so that a test can kill them. */
function recordedThreads() {
  const workers: Worker[] = [];
  const start = (workerData: { directory: string }) => {
    const worker = startWorker(new URL('./pgliteWorker.ts', import.meta.url), { workerData });
    workers.push(worker);
    return worker;
  };
  return { workers, start };
}

test('commits are synced to the disk: fsync is on and the log is synced by a call that the file layer has', async () => {
  client = await openEmbeddedClient(directory);
  const { rows } = await client.query(
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'wal_sync_method', 'full_page_writes') ORDER BY 1",
  );
  expect(rows).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'synchronous_commit', setting: 'on' },
    { name: 'wal_sync_method', setting: 'fsync' },
  ]);
});

test('the leftovers of a first start that was killed are replaced', async () => {
  rmSync(directory, { recursive: true });
  mkdirSync(`${directory}.unfinished`);
  writeFileSync(join(`${directory}.unfinished`, 'PG_VERSION'), 'torn');
  client = await openEmbeddedClient(directory);
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(existsSync(`${directory}.unfinished`)).toBe(false);
});

test('a thread that dies fails the statement in flight, the next one finds every committed row', async () => {
  const { workers, start } = recordedThreads();
  client = await openEmbeddedClient(directory, start);
  await client.query('CREATE TABLE t (a int)');
  await client.query('INSERT INTO t VALUES (1)');
  const interrupted = client.transaction(async (tx) => {
    await tx.query('INSERT INTO t VALUES (2)');
    await workers[0]?.terminate();
    await tx.query('INSERT INTO t VALUES (3)');
  });
  await expect(interrupted).rejects.toMatchObject({ name: 'EngineStoppedError' });
  expect((await client.query('SELECT a FROM t ORDER BY a')).rows).toEqual([{ a: 1 }]);
  expect(workers).toHaveLength(2);
});

test('an engine that cannot write its log fails the commit and stops; once it can, the next statement opens it again', async () => {
  const { workers, start } = recordedThreads();
  client = await openEmbeddedClient(directory, start);
  await client.query('CREATE TABLE t (a int)');
  await client.query('INSERT INTO t VALUES (1)');
  const log = join(directory, 'pg_wal');
  renameSync(log, `${log}.away`);
  await expect(client.query('SELECT pg_switch_wal()').then(() => client?.query('INSERT INTO t VALUES (2)'))).rejects.toThrow(/pg_wal/);
  renameSync(`${log}.away`, log);
  expect((await client.query('SELECT a FROM t')).rows).toEqual([{ a: 1 }]);
  expect(workers).toHaveLength(2);
});

test('using the connection inside its own transaction is an error at once, not a wait for ever', async () => {
  client = await openEmbeddedClient(directory);
  const outer = client;
  const work = outer.transaction(async (tx) => {
    await tx.query('SELECT 1');
    await outer.query('SELECT 2');
  });
  await expect(work).rejects.toThrow(/only its own handle/);
  expect((await outer.query('SELECT 3 AS n')).rows).toEqual([{ n: 3 }]);
});

test('the handle of a transaction that has ended is dead', async () => {
  client = await openEmbeddedClient(directory);
  const handle = await client.transaction(async (tx) => tx);
  await expect(handle.query('SELECT 1')).rejects.toThrow(/has ended/);
});

test('a directory that is no database is refused with what the engine said', async () => {
  writeFileSync(join(directory, 'PG_VERSION'), '9\n');
  await expect(openEmbeddedClient(directory)).rejects.toThrow(/did not start.*PG_VERSION|not compatible/s);
});

test('close waits for what was asked before it, and refuses what comes after', async () => {
  const closing = await openEmbeddedClient(directory);
  const before = closing.query('SELECT 1 AS one');
  const closed = closing.close();
  await expect(closing.query('SELECT 2')).rejects.toThrow(/closed/);
  expect((await before).rows).toEqual([{ one: 1 }]);
  await closed;
});
