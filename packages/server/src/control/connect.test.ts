import { randomBytes } from 'node:crypto';
import { count, eq, sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { createId } from '../prefixedId.ts';
import { connectControl } from './connect.ts';
import { ControlError, isUniqueViolation } from './controlError.ts';
import { controlMigrations, migrateControl } from './migrate.ts';
import { CountSchema, queryRows } from './rows.ts';
import { apiKeys } from './tables/apiKeys.ts';
import { signInFailures } from './tables/people.ts';
import { workspaces } from './tables/workspaces.ts';

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to fail');
};

describeOnControlEngines('the control connection', (engine) => {
  const newWorkspace = async () => {
    const id = createId('workspace');
    await engine.connection().instanceDb.insert(workspaces).values({ id, slug: id, name: 'Made by a test' });
    return id;
  };

  test('every column type comes back as it was stored', async () => {
    const { instanceDb: db } = engine.connection();
    const workspaceId = await newWorkspace();
    const hash = randomBytes(32);
    const createdAt = new Date('2026-11-20T09:00:00.123Z');
    await db.insert(apiKeys).values({
      id: createId('apiKey'),
      workspaceId,
      name: 'quote " brace } comma , backslash \\ é 漢',
      hash,
      prefix: 'sg_abcd',
      scopes: ['read', 'with "quote", comma and \\'],
      rateLimit: { requests_per_minute: 60 },
      createdAt,
    });
    const [row] = await db.select().from(apiKeys).where(eq(apiKeys.hash, hash));
    expect(row).toMatchObject({
      workspaceId,
      name: 'quote " brace } comma , backslash \\ é 漢',
      scopes: ['read', 'with "quote", comma and \\'],
      rateLimit: { requests_per_minute: 60 },
      createdAt,
      revokedAt: null,
    });
    expect(Buffer.from(row?.hash ?? [])).toEqual(hash);
  });

  test('count and int8 are numbers while a double holds them, then bigints', async () => {
    const { instanceDb: db } = engine.connection();
    await newWorkspace();
    const [counted] = await db.select({ n: count() }).from(workspaces);
    expect(counted?.n).toBeGreaterThan(0);
    const { rows } = await db.execute(
      sql`SELECT count(*) AS n, 9007199254740991::int8 AS safe, 9007199254740993::int8 AS large, array[1, 2]::int8[] AS list, 1.10::numeric AS exact FROM workspaces`,
    );
    expect(rows[0]).toEqual({ n: counted?.n, safe: 9007199254740991, large: 9007199254740993n, list: [1, 2], exact: '1.10' });
    const parsed = await queryRows(db, sql`SELECT count(*) AS n FROM workspaces`, z.object({ n: CountSchema }));
    expect(parsed).toEqual([counted]);
  });

  test('a transaction that throws leaves nothing behind, and the connection goes on', async () => {
    const { instanceDb: db } = engine.connection();
    const id = createId('workspace');
    const failure = await failureOf(
      db.transaction(async (tx) => {
        await tx.insert(workspaces).values({ id, slug: id, name: 'x' });
        throw new Error('changed my mind');
      }),
    );
    expect(failure).toMatchObject({ message: 'changed my mind' });
    expect(await db.select().from(workspaces).where(eq(workspaces.id, id))).toEqual([]);
  });

  test('transactions at the same time do not lose an increment', async () => {
    const { instanceDb: db } = engine.connection();
    await db.insert(signInFailures).values({ subject: 'counter', failures: 0, windowStart: new Date(0) });
    const increment = () =>
      db.transaction(async (tx) => {
        const [row] = await tx.select().from(signInFailures).where(eq(signInFailures.subject, 'counter')).for('update');
        await tx
          .update(signInFailures)
          .set({ failures: (row?.failures ?? 0) + 1 })
          .where(eq(signInFailures.subject, 'counter'));
      });
    await Promise.all(Array.from({ length: 20 }, increment));
    const [row] = await db.select().from(signInFailures).where(eq(signInFailures.subject, 'counter'));
    expect(row?.failures).toBe(20);
  });

  test('a nested transaction is a savepoint', async () => {
    const { instanceDb: db } = engine.connection();
    const [kept, dropped] = [createId('workspace'), createId('workspace')];
    await db.transaction(async (tx) => {
      await tx.insert(workspaces).values({ id: kept, slug: kept, name: 'x' });
      await failureOf(
        tx.transaction(async (inner) => {
          await inner.insert(workspaces).values({ id: dropped, slug: dropped, name: 'x' });
          throw new Error('inner only');
        }),
      );
    });
    const found = await db.select({ id: workspaces.id }).from(workspaces).where(sql`id in (${kept}, ${dropped})`);
    expect(found).toEqual([{ id: kept }]);
  });

  test('a failed statement tells its SQLSTATE and constraint and none of its values', async () => {
    const { instanceDb: db } = engine.connection();
    const slug = `secret-prompt-${createId('workspace')}`;
    await db.insert(workspaces).values({ id: createId('workspace'), slug, name: 'x' });
    const failure = await failureOf(db.insert(workspaces).values({ id: createId('workspace'), slug, name: 'x' }));
    expect(isUniqueViolation(failure)).toBe(true);
    expect(failure).toMatchObject({ code: '23505', constraint: 'workspaces_slug_unique' });
    const badValue = await failureOf(db.execute(sql`SELECT ${'secret-prompt'}::int`));
    expect(badValue).toMatchObject({ code: '22P02' });
    for (const error of [failure, badValue]) {
      expect(error).toBeInstanceOf(ControlError);
      const everything = [...Object.getOwnPropertyNames(error)].map((name) => String(Reflect.get(error as object, name))).join('\n');
      expect(everything).not.toContain('secret-prompt');
    }
  });

  test('migrating again changes nothing', async () => {
    expect(await migrateControl(engine.connection().instanceDb)).toEqual({ applied: 0 });
  });

  test('a migration that fails halfway is rolled back whole', async () => {
    const { instanceDb: db } = engine.connection();
    const broken = { sql: ['CREATE TABLE half_made (a int)', 'SELECT no_such_column'], bps: true, folderMillis: Date.UTC(2100, 0), hash: 'broken' };
    await failureOf(migrateControl(db, [...controlMigrations(), broken]));
    const { rows } = await db.execute(sql`SELECT to_regclass('half_made') AS found`);
    expect(rows).toEqual([{ found: null }]);
  });

  test('a schema made by a newer version is refused', async () => {
    const { instanceDb: db } = engine.connection();
    const failure = await failureOf(migrateControl(db, controlMigrations().slice(0, -1)));
    expect(failure).toMatchObject({ message: expect.stringContaining('newer version') });
  });

  test('connections that the server drops are replaced, in the middle of a transaction too', async (context) => {
    if (engine.another === undefined) return context.skip('the embedded engine has no connections');
    const { instanceDb: db } = engine.connection();
    const { instanceDb: operator } = await engine.another();
    const dropAll = () =>
      operator.execute(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`);
    const interrupted = failureOf(
      db.transaction(async (tx) => {
        await tx.execute(sql`SELECT 1`);
        await dropAll();
        await tx.execute(sql`SELECT 2`);
      }),
    );
    expect(await interrupted).toBeInstanceOf(Error);
    const transactions = () => Promise.all(Array.from({ length: 20 }, () => db.transaction((tx) => tx.execute(sql`SELECT 1`))));
    await vi.waitFor(transactions, { timeout: 10_000 });
    await dropAll();
    await vi.waitFor(transactions, { timeout: 10_000 });
  });

  test('several instances that start at once make the schema once', async (context) => {
    if (engine.another === undefined) return context.skip('the embedded engine has one process');
    const { instanceDb: db } = engine.connection();
    await db.execute(sql`DROP SCHEMA drizzle CASCADE`);
    await db.execute(sql`DROP SCHEMA public CASCADE`);
    await db.execute(sql`CREATE SCHEMA public`);
    const { another } = engine;
    await Promise.all(Array.from({ length: 4 }, () => another()));
    const { rows } = await db.execute(sql`SELECT count(*) AS n FROM drizzle.__drizzle_migrations`);
    expect(rows).toEqual([{ n: controlMigrations().length }]);
  });
});

test('a server that does not answer is an error that names the cause and not the password', async () => {
  const failure = await failureOf(connectControl({ dataDir: '', databaseUrl: 'postgres://someone:a-password@127.0.0.1:1/none', secret: 'x' }));
  expect(failure).toBeInstanceOf(ControlError);
  expect(failure).toMatchObject({ code: 'ECONNREFUSED' });
  expect(String(failure)).not.toContain('a-password');
});
