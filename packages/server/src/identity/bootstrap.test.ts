import { permissionsOfScopes, SCOPES } from '@sightglass/contract/permissions';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { auditEntries } from '../control/tables/audit.ts';
import { users } from '../control/tables/people.ts';
import { members, workspaces } from '../control/tables/workspaces.ts';
import { createApiKeyStore } from '../apiKeys/apiKeys.ts';
import { bootstrapInstance, type InstanceInit } from './bootstrap.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 9);
const clock = () => NOW_MS;
const API_KEY = `sg_${'Init-key_0123456789'.repeat(2)}`;

describeOnControlEngines('the first start', (engine) => {
  beforeEach(async () => {
    await engine.connection().instanceDb.execute(sql`TRUNCATE workspaces, users CASCADE`);
  });
  const start = async (init: InstanceInit = {}) => {
    const instance = await bootstrapInstance({ control: engine.connection(), init, clock });
    if (!instance.ok) throw new Error(instance.error.detail);
    return instance.value;
  };

  test('without settings there is a workspace and an owner who has no password', async () => {
    const instance = await start();
    const { instanceDb: db } = engine.connection();
    expect(instance).toMatchObject({ created: true, ownerHasPassword: false });
    expect(await db.select().from(workspaces)).toMatchObject([
      { id: instance.firstWorkspaceId, slug: 'default', plan: 'free', timeZone: 'UTC', firstTraceAt: null },
    ]);
    expect(await db.select().from(users)).toMatchObject([{ id: instance.ownerId, email: 'owner@localhost', instanceOwner: true }]);
    expect(await db.select().from(members)).toMatchObject([{ workspaceId: instance.firstWorkspaceId, userId: instance.ownerId, role: 'owner' }]);
  });

  test('a headless start makes owner, workspace and key as they are given', async () => {
    const instance = await start({ email: 'Ada@Example.com', password: 'a long password', workspace: 'acme-1', apiKey: API_KEY });
    const { instanceDb: db } = engine.connection();
    expect(instance.ownerHasPassword).toBe(true);
    expect(await db.select().from(users)).toMatchObject([{ email: 'ada@example.com' }]);
    expect(await db.select().from(workspaces)).toMatchObject([{ slug: 'acme-1' }]);
    const keys = createApiKeyStore({ control: engine.connection(), clock, warn: () => undefined });
    expect(await keys.authenticate(API_KEY)).toMatchObject({
      workspaceId: instance.firstWorkspaceId,
      permissions: permissionsOfScopes(SCOPES),
    });
    await keys.stop();
  });

  test('what the first start makes begins the audit logs', async () => {
    const instance = await start({ email: 'ada@example.com', apiKey: API_KEY });
    const rows = await engine.connection().instanceDb.select().from(auditEntries).orderBy(auditEntries.chain, auditEntries.seq);
    const told = (workspaceId: string | null) =>
      rows.filter((row) => row.workspaceId === workspaceId).map(({ seq, action, target }) => ({ seq, action, target }));
    expect(told(null)).toMatchObject([{ action: 'user.create', target: instance.ownerId }, { action: 'workspace.create' }]);
    expect(told(instance.firstWorkspaceId)).toMatchObject([{ seq: 1, action: 'workspace.create' }, { action: 'api_key.create' }]);
    expect(JSON.stringify(rows)).not.toContain(API_KEY);
  });

  test('later starts find what is there, whatever the settings say by then', async () => {
    const first = await start();
    const later = await start({ email: 'no e-mail', password: 'x', workspace: 'NO SLUG', apiKey: 'no key' });
    expect(later).toEqual({ ...first, created: false });
    expect(await engine.connection().instanceDb.select().from(workspaces)).toHaveLength(1);
  });

  test('of several starts at once one makes the instance and all find the same', async () => {
    const instances = await Promise.all(Array.from({ length: 4 }, () => start({ apiKey: API_KEY })));
    expect(instances.filter((instance) => instance.created)).toHaveLength(1);
    expect(new Set(instances.map((instance) => instance.firstWorkspaceId)).size).toBe(1);
    expect(await engine.connection().instanceDb.select().from(users)).toHaveLength(1);
  });

  test('an instance whose every workspace was deleted gets an empty one', async () => {
    const first = await start();
    await engine.connection().instanceDb.delete(workspaces);
    const later = await start();
    expect(later.ownerId).toBe(first.ownerId);
    expect(later.firstWorkspaceId).not.toBe(first.firstWorkspaceId);
    expect(await engine.connection().instanceDb.select().from(members)).toMatchObject([{ workspaceId: later.firstWorkspaceId, role: 'owner' }]);
  });

  test.each<[string, InstanceInit, string]>([
    ['a key without the prefix', { apiKey: 'x'.repeat(43) }, 'SIGHTGLASS_INIT_API_KEY'],
    ['a key of 31 characters', { apiKey: `sg_${'x'.repeat(31)}` }, 'SIGHTGLASS_INIT_API_KEY'],
    ['a key with other characters', { apiKey: `sg_${'x'.repeat(40)}!` }, 'SIGHTGLASS_INIT_API_KEY'],
    ['a slug with capitals', { workspace: 'Acme' }, 'SIGHTGLASS_INIT_WORKSPACE'],
    ['an empty slug', { workspace: '' }, 'SIGHTGLASS_INIT_WORKSPACE'],
    ['no e-mail address', { email: 'ada' }, 'SIGHTGLASS_INIT_EMAIL'],
    ['a password without an e-mail', { password: 'a long password' }, 'SIGHTGLASS_INIT_PASSWORD'],
    ['a short password', { email: 'ada@example.com', password: 'short' }, 'SIGHTGLASS_INIT_PASSWORD'],
  ])('%s is refused by name, and nothing is made', async (_what, init, variable) => {
    const { instanceDb: db } = engine.connection();
    const instance = await bootstrapInstance({ control: engine.connection(), init, clock });
    expect(instance).toMatchObject({ ok: false, error: { code: 'invalid-request', errors: [{ pointer: variable }] } });
    expect(instance.ok ? '' : instance.error.detail).toContain(variable);
    expect(await db.select().from(users)).toEqual([]);
  });

  test('a key of exactly 32 characters is taken', async () => {
    expect(await start({ apiKey: `sg_${'x'.repeat(32)}` })).toMatchObject({ created: true });
  });
});
