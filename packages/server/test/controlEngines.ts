import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ControlConnection, connectControl } from '../src/control/connect.ts';
import { emptyControlDir, TEST_SECRET } from './emptyControl.ts';
import { postgresBinaries, startTestPostgres, type TestPostgres } from './postgres.ts';

export interface ControlEngine {
  /** An open connection to an empty control plane, closed after the suite. Another call opens the same one again where it can. */
  connection(): ControlConnection;
  /** Opens one more connection to the same data; the embedded engine cannot, so only `server` has it. */
  another: (() => Promise<ControlConnection>) | undefined;
}

/**
 * Runs one suite on every control engine: always on the embedded one, and on a real PostgreSQL server where
 * PostgreSQL is installed.
 */
export function describeOnControlEngines(name: string, suite: (engine: ControlEngine) => void): void {
  describe(`${name} (embedded)`, () => {
    let dataDir: string;
    let connection: ControlConnection;
    beforeAll(async () => {
      dataDir = await emptyControlDir();
      connection = await connectControl({ dataDir, secret: TEST_SECRET });
    });
    afterAll(async () => {
      await connection.close();
      rmSync(dataDir, { recursive: true, force: true });
    });
    suite({ connection: () => connection, another: undefined });
  });

  describe(`${name} (PostgreSQL server)`, () => {
    if (postgresBinaries() === undefined) {
      test.skip('PostgreSQL is not installed on this machine', () => undefined);
      console.warn(`${name}: PostgreSQL is not installed, so this suite runs on the embedded engine alone`);
      return;
    }
    let server: TestPostgres | undefined;
    const opened: ControlConnection[] = [];
    let databaseUrl = '';
    const open = async () => {
      const connection = await connectControl({ dataDir: '', databaseUrl, secret: TEST_SECRET });
      opened.push(connection);
      return connection;
    };
    beforeAll(async () => {
      server = await startTestPostgres();
      databaseUrl = (await server?.createDatabase()) ?? '';
      await open();
    });
    afterAll(async () => {
      for (const connection of opened) await connection.close();
      await server?.stop();
    });
    suite({
      connection: () => {
        const [first] = opened;
        if (first === undefined) throw new Error('The connection is open inside tests only');
        return first;
      },
      another: open,
    });
  });
}
