import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connectTelemetry } from './connect.ts';
import { openTemporaryTelemetry } from './testing/temporaryTelemetry.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('a ClickHouse server', () => {
  it('gets more inserts than connections may be open', async () => {
    let inserts = 0;
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        inserts += 1;
        response.end();
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const telemetry = connectTelemetry({ dataDir: tmpdir(), clickhouseUrl: `http://127.0.0.1:${port}` });
    for (let i = 0; i < 40; i++) await telemetry.insertNative('spans', Buffer.from('block'), `token-${i}`);
    await telemetry.close();
    expect(inserts).toBe(40);
  });

  it('gets the settings of an isolated piece of work with each of its queries, and with no other', async () => {
    const asked: { settings: Record<string, string>; sql: string }[] = [];
    server = createServer((request, response) => {
      let sql = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        sql += part;
      });
      request.on('end', () => {
        asked.push({ settings: Object.fromEntries(new URL(request.url ?? '/', 'http://double').searchParams), sql });
        response.end(sql.includes('JSONCompact') ? JSON.stringify({ meta: [{ name: 'n', type: 'UInt64' }], data: [['1']], rows: 1 }) : '{"n":1}');
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const telemetry = connectTelemetry({ dataDir: tmpdir(), clickhouseUrl: `http://127.0.0.1:${port}` });
    const settings = { additional_table_filters: { spans: `workspace_id = 'wsp_a'` }, join_algorithm: 'hash', max_threads: 2, readonly: 1 };
    const answer = await telemetry.isolated(settings, (ask) => ask('SELECT count() AS n FROM spans'));
    await telemetry.rows('SELECT 1 AS n');
    await telemetry.close();
    expect(answer).toEqual({ columns: [{ name: 'n', type: 'UInt64' }], rows: [['1']] });
    expect(asked[0]?.sql).toMatch(/^SELECT count\(\) AS n FROM spans\s+FORMAT JSONCompact$/);
    expect(asked[0]?.settings).toMatchObject({
      additional_table_filters: `{'spans': 'workspace_id = \\'wsp_a\\''}`,
      join_algorithm: 'hash',
      max_threads: '2',
      readonly: '1',
    });
    expect(asked[1]?.settings).not.toHaveProperty('readonly');
  });
});

describe('the embedded engine', () => {
  it('clears away what a killed process left in hand', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-connect-'));
    const left = join(dataDir, 'handover', 'left.native');
    mkdirSync(join(dataDir, 'handover'));
    writeFileSync(left, 'half a block');
    const telemetry = connectTelemetry({ dataDir });
    expect(existsSync(left)).toBe(false);
    await telemetry.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('answers nothing of a question that failed with the next one', async () => {
    const store = await openTemporaryTelemetry();
    const failing = `SELECT toInt32(if(number = 190000, 'x', '1')) AS foreign FROM numbers(200000) SETTINGS max_block_size = 1000`;
    const bound = { text: 'a'.repeat(300_000) };
    for (let i = 0; i < 5; i++) {
      const asked = Promise.allSettled(Array.from({ length: 6 }, (_, j) => store.telemetry.rows(j % 2 === 0 ? failing : 'SELECT 7 AS seven')));
      expect((await asked).map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed'))).toEqual(
        Array.from({ length: 3 }, () => ['failed', [{ seven: 7 }]]).flat(),
      );
      // Values that are too long to be written out go another way.
      await expect(store.telemetry.rows(`${failing}, max_threads = 1 -- {text:String}`, bound)).rejects.toThrow();
      expect(await store.telemetry.rows('SELECT length({text:String}) AS n', bound)).toEqual([{ n: 300_000 }]);
    }
    await store.remove();
  });

  it('keeps the settings of an isolated piece of work to itself', async () => {
    const store = await openTemporaryTelemetry();
    const odd = { spans: `workspace_id = 'it\\'s' AND name != '\\\\'`, logs: '0' };
    const seen = await store.telemetry.isolated(
      { additional_table_filters: odd, join_algorithm: 'hash', max_threads: 1, readonly: 1 },
      async (ask) => {
        const { columns, rows } = await ask(`SELECT getSetting('additional_table_filters') AS filters, getSetting('max_threads') AS threads`);
        expect(columns.map(({ name }) => name)).toEqual(['filters', 'threads']);
        await expect(ask('SET max_threads = 2')).rejects.toThrow();
        return rows;
      },
    );
    expect(seen).toEqual([[odd, expect.anything()]]);
    await expect(store.telemetry.isolated({ readonly: 1 }, (ask) => ask('SELECT nosuchcolumn'))).rejects.toThrow();
    await store.telemetry.run('CREATE TABLE made_afterwards (a Int8) ENGINE = Memory');
    // What is under way is waited for.
    const last = store.telemetry.isolated({ readonly: 1 }, (ask) => ask('SELECT 1 AS one'));
    await store.remove();
    expect((await last).rows).toEqual([[1]]);
  });

  it('has every table sync its parts, because the journal forgets what is stored', async () => {
    const store = await openTemporaryTelemetry();
    const tables = await store.telemetry.rows<{ name: string; ddl: string }>(
      `SELECT name, create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'schema_migrations'`,
    );
    await store.remove();
    expect(tables.length).toBeGreaterThan(5);
    for (const setting of ['fsync_after_insert = 1', 'fsync_part_directory = 1', 'min_rows_to_fsync_after_merge = 1'])
      expect(tables.filter(({ ddl }) => !ddl.includes(setting))).toEqual([]);
  });
});
