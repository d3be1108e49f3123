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
