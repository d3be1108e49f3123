import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import type { TargetsSetting } from '@sightglass/contract/routes/targets';
import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { insertWorkspace } from '../../workspaces/workspaces.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { targetRoutes } from './targets.ts';

const search = { kind: 'tool', name: 'search', availability: 0.999 } as const;
const refund = { kind: 'tool', name: 'refund', availability: 0.95 } as const;
const provider = { kind: 'provider', name: 'openai', availability: 0.99 } as const;

describeOnControlEngines('the targets of a workspace', (engine) => {
  let mine: WorkspaceId;
  let foreign: WorkspaceId;
  beforeAll(async () => {
    const { instanceDb } = engine.connection();
    const made = (slug: string) => insertWorkspace(instanceDb, () => undefined, { slug, name: slug, plan: 'free', time_zone: 'UTC' }, new Date());
    mine = (await made('mine')).id as WorkspaceId;
    foreign = (await made('foreign')).id as WorkspaceId;
  });

  async function ask(method: string, body?: unknown, scopes: readonly Scope[] = ['read', 'admin'], workspaceId = mine) {
    const app = appOfCaller(workspaceId, scopes);
    targetRoutes(app, { control: engine.connection() });
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await app.request('/api/obs/settings/targets', init);
    return { status: answer.status, body: (await answer.json()) as TargetsSetting & { errors?: { pointer: string }[] } };
  }

  test('there are none before any is set', async () => {
    expect(await ask('GET')).toEqual({ status: 200, body: { targets: [], updated_at: null, updated_by: null } });
  });

  test('PATCH sets some and takes some back, the others stay, in order', async () => {
    expect((await ask('PATCH', { targets: [search, provider] })).body.targets).toEqual([provider, search]);
    expect((await ask('PATCH', { targets: [refund] })).body.targets).toEqual([provider, refund, search]);
    const changed = await ask('PATCH', {
      targets: [
        { ...search, availability: 0.5 },
        { ...provider, availability: null },
      ],
    });
    expect(changed).toMatchObject({ status: 200, body: { targets: [refund, { ...search, availability: 0.5 }] } });
    expect((await ask('GET')).body).toEqual(changed.body);
    expect(changed.body.updated_at).not.toBeNull();
  });

  test('PUT replaces them all', async () => {
    expect((await ask('PUT', { targets: [provider] })).body.targets).toEqual([provider]);
  });

  test('no other workspace sees them', async () => {
    expect((await ask('GET', undefined, ['read'], foreign)).body.targets).toEqual([]);
  });

  test('every change is in the audit log, with what was and what is', async () => {
    const before = (await ask('PUT', { targets: [provider] })).body.targets;
    await ask('PATCH', { targets: [search] });
    const entries = await engine
      .connection()
      .instanceDb.select()
      .from(auditEntries)
      .where(eq(auditEntries.workspaceId, mine))
      .orderBy(auditEntries.seq);
    expect(entries.at(-1)).toMatchObject({
      action: 'settings.targets.change',
      target: 'targets',
      before: { targets: before },
      after: { targets: [provider, search] },
    });
  });

  test.each<[string, unknown, string]>([
    ['a target of nothing', { targets: [{ ...search, availability: 0 }] }, '/targets/0/availability'],
    ['a target above all', { targets: [{ ...search, availability: 1.01 }] }, '/targets/0/availability'],
    ['an unknown kind', { targets: [{ ...search, kind: 'agent' }] }, '/targets/0/kind'],
    ['no name', { targets: [{ ...search, name: '' }] }, '/targets/0/name'],
    ['the same tool twice', { targets: [search, { ...search, availability: 0.5 }] }, '/targets'],
    ['nothing', { targets: [] }, '/targets'],
    ['an unknown field', { targets: [{ ...search, owner: 'ada' }] }, '/targets/0'],
  ])('%s is 400 and says where', async (_, sent, pointer) => {
    const { status, body } = await ask('PATCH', sent);
    expect(status).toBe(400);
    expect(body.errors?.map((error) => error.pointer).join(' ')).toContain(pointer);
  });

  test('more than there may be is a conflict, and changes nothing', async () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ kind: 'service' as const, name: `service-${i}`, availability: 0.9 }));
    expect((await ask('PUT', { targets: many })).status).toBe(200);
    expect((await ask('PATCH', { targets: [search] })).status).toBe(409);
    expect((await ask('GET')).body.targets).toHaveLength(500);
  });

  test('a key without the scope to change settings reads and does not write', async () => {
    expect((await ask('GET', undefined, ['read'])).status).toBe(200);
    expect((await ask('PUT', { targets: [] }, ['read', 'govern'])).status).toBe(403);
    expect((await ask('PATCH', { targets: [search] }, ['read', 'govern'])).status).toBe(403);
  });
});
