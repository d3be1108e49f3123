import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { SYSTEM_ACTOR } from '../access/caller.ts';
import { createId } from '../prefixedId.ts';
import { fail, ok } from '../result.ts';
import { queryRows } from './rows.ts';
import { auditEntries } from './tables/audit.ts';
import { users } from './tables/people.ts';
import { workspaceSettings } from './tables/settings.ts';
import { workspaces } from './tables/workspaces.ts';

describeOnControlEngines('the rows of a workspace', (engine) => {
  async function newWorkspace(): Promise<WorkspaceId> {
    const id = createId('workspace');
    await engine
      .connection()
      .instanceDb.insert(workspaces)
      .values({ id, slug: id.slice(4), name: 'Made by a test' });
    await engine
      .connection()
      .instanceDb.insert(workspaceSettings)
      .values({ workspaceId: id, name: 'note', value: { of: id } });
    return id;
  }
  const causeOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'it went through',
      (error: unknown) => String(error instanceof Error && error.cause instanceof Error ? error.cause.message : error),
    );

  test('a query that forgets the condition sees one workspace’s rows', async () => {
    const [mine, other] = [await newWorkspace(), await newWorkspace()];
    const { instanceDb } = engine.connection();
    expect((await instanceDb.select().from(workspaceSettings)).length).toBeGreaterThan(1);
    const seen = await engine
      .connection()
      .ofWorkspace(mine)
      .read((tx) => tx.select().from(workspaceSettings));
    expect(seen.map(({ workspaceId }) => workspaceId)).toEqual([mine]);
    const asked = await engine
      .connection()
      .ofWorkspace(mine)
      .read((tx) => tx.select().from(workspaceSettings).where(eq(workspaceSettings.workspaceId, other)));
    expect(asked).toEqual([]);
    expect(
      (
        await engine
          .connection()
          .ofWorkspace(mine)
          .read((tx) => tx.select().from(workspaces))
      ).map(({ id }) => id),
    ).toEqual([mine]);
  });

  test('neither can another workspace’s rows be written, moved or removed', async () => {
    const [mine, other] = [await newWorkspace(), await newWorkspace()];
    const own = engine.connection().ofWorkspace(mine);
    const insert = own.change(SYSTEM_ACTOR, async (tx) => ok(await tx.insert(workspaceSettings).values({ workspaceId: other, name: 'x', value: 1 })));
    expect(await causeOf(insert)).toMatch(/row-level security/);
    const move = own.change(SYSTEM_ACTOR, async (tx) => ok(await tx.update(workspaceSettings).set({ workspaceId: other })));
    expect(await causeOf(move)).toMatch(/row-level security/);
    await own.change(SYSTEM_ACTOR, async (tx) => ok(await tx.delete(workspaceSettings)));
    const left = await engine.connection().instanceDb.select().from(workspaceSettings).where(eq(workspaceSettings.workspaceId, other));
    expect(left).toHaveLength(1);
  });

  test('reading cannot write, and what fails is rolled back', async () => {
    const mine = await newWorkspace();
    const own = engine.connection().ofWorkspace(mine);
    expect(await causeOf(own.read((tx) => tx.delete(workspaceSettings)))).toMatch(/read-only/);
    const failed = await own.change(SYSTEM_ACTOR, async (tx, note) => {
      await tx.delete(workspaceSettings);
      note({ action: 'settings.forget', target: 'note', before: 1, after: null });
      return fail('conflict', 'changed my mind');
    });
    expect(failed).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await own.read((tx) => tx.select().from(workspaceSettings))).toHaveLength(1);
    expect(await own.read((tx) => tx.select().from(auditEntries))).toEqual([]);
  });

  test('the next transaction is bound to its own workspace, and the connection to none', async () => {
    const [mine, other] = [await newWorkspace(), await newWorkspace()];
    const name = (id: WorkspaceId) =>
      engine
        .connection()
        .ofWorkspace(id)
        .read((tx) => tx.select({ id: workspaces.id }).from(workspaces));
    expect(await Promise.all([name(mine), name(other), name(mine)])).toEqual([[{ id: mine }], [{ id: other }], [{ id: mine }]]);
    expect((await engine.connection().instanceDb.select().from(workspaces)).length).toBeGreaterThan(1);
  });

  test('the embedded engine’s own role is laid aside: sessions and passwords cannot be read', async (context) => {
    if (engine.connection().engine !== 'embedded') return context.skip('the role of a server is bound by policies itself');
    const own = engine.connection().ofWorkspace(await newWorkspace());
    for (const table of ['sessions', 'accounts', 'verifications', 'two_factors', 'sign_in_links', 'identity_providers']) {
      expect(await causeOf(own.read((tx) => tx.execute(sql.raw(`SELECT * FROM ${table}`))))).toMatch(/permission denied/);
    }
    expect(await own.read((tx) => tx.select({ id: users.id, email: users.email }).from(users))).toEqual([]);
  });

  test('every table with a workspace’s rows is locked, whoever owns it', async () => {
    const rows = await queryRows(
      engine.connection().instanceDb,
      sql`SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS locked
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
          WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
      z.object({ name: z.string(), locked: z.boolean() }),
    );
    expect(rows.filter(({ locked }) => !locked)).toEqual([]);
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['api_keys', 'members', 'prices', 'audit_entries', 'audit_heads', 'teams']));
  });
});
