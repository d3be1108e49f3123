import type { WorkspaceId } from '@sightglass/contract/ids';
import { BUILT_IN_ROLES, GRANTABLE_PERMISSIONS } from '@sightglass/contract/permissions';
import { CUSTOM_ROLES_MAX, type Role } from '@sightglass/contract/routes/roles';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { customRoles } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { type MembershipProgram, membershipProgram, type Person } from '../../workspaces/testing/membershipProgram.ts';

const ROLES = '/api/obs/roles';

describeOnControlEngines('the roles of a workspace', (engine) => {
  let program: MembershipProgram;
  let workspaceId: WorkspaceId;
  let owner: Person;
  beforeAll(async () => {
    program = await membershipProgram(engine.connection());
  });
  afterAll(() => program.stop());
  beforeEach(async () => {
    workspaceId = await program.newWorkspace();
    owner = await program.memberAs(workspaceId, 'owner');
  });

  const create = async (permissions: readonly string[], name = 'Cost controller', who: Person | string = owner) =>
    program.ask<Role>(who, 'POST', ROLES, { name, description: 'Looks after costs', permissions });
  const list = async (who: Person | string = owner) => (await program.ask<{ items: Role[] }>(who, 'GET', ROLES)).body.items;

  test('are the built-in ones with their permissions, then its own by name', async () => {
    await create(['telemetry.read'], 'Zoologist');
    const made = await create(['prices.write', 'telemetry.read'], 'Cost controller');
    expect(made).toMatchObject({ status: 201, body: { built_in: false, permissions: ['telemetry.read', 'prices.write'], members: 0 } });
    const roles = await list(await program.memberAs(workspaceId, 'viewer'));
    expect(roles.map(({ name }) => name)).toEqual(['Owner', 'Admin', 'Editor', 'Viewer', 'Auditor', 'Cost controller', 'Zoologist']);
    expect(roles.slice(0, 5).map(({ id }) => id)).toEqual([...BUILT_IN_ROLES]);
    expect(roles.find(({ id }) => id === 'auditor')?.permissions).toEqual(['telemetry.read', 'configuration.read', 'audit.read']);
    expect(roles.map(({ members }) => members)).toEqual([1, 0, 0, 1, 0, 0, 0]);
  });

  test('what a role of its own says holds within a second, and no longer when it says less', async () => {
    const { body: role } = await create(['telemetry.read', 'configuration.read', 'prices.write']);
    const person = await program.memberAs(workspaceId, 'custom', role.id);
    const permissionsOf = async () => (await program.ask<{ permissions: string[] }>(person, 'GET', '/api/obs/me')).body.permissions;
    expect(await permissionsOf()).toEqual(['telemetry.read', 'configuration.read', 'prices.write']);
    const changed = await program.ask<Role>(owner, 'PATCH', `${ROLES}/${role.id}`, { permissions: ['telemetry.read'] });
    expect(changed).toMatchObject({ status: 200, body: { id: role.id, name: 'Cost controller', description: 'Looks after costs', members: 1 } });
    expect(await permissionsOf()).toEqual(['telemetry.read']);
    expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({
      action: 'role.change',
      target: role.id,
      before: { permissions: ['telemetry.read', 'configuration.read', 'prices.write'] },
      after: { permissions: ['telemetry.read'] },
    });
  });

  test.each([
    ['no permission', { name: 'x', permissions: [] }, '/permissions'],
    ['a permission that no custom role may hold', { name: 'x', permissions: ['workspace.delete'] }, '/permissions/0'],
    ['that of the instance', { name: 'x', permissions: ['telemetry.read', 'instance.manage'] }, '/permissions/1'],
    ['an unknown one', { name: 'x', permissions: ['everything'] }, '/permissions/0'],
    ['no name', { name: '  ', permissions: ['telemetry.read'] }, '/name'],
    ['the name of a built-in role', { name: 'OWNER', permissions: ['telemetry.read'] }, '/name'],
    ['a name with a zero in it', { name: 'a\0b', permissions: ['telemetry.read'] }, '/name'],
  ])('one with %s is refused by field', async (_what, body, pointer) => {
    const answer = await program.ask(owner, 'POST', ROLES, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  test('a name is given once', async () => {
    const { body: first } = await create(['telemetry.read'], 'First');
    await create(['telemetry.read'], 'Second');
    expect(await create(['telemetry.read'], ' First ')).toMatchObject({ status: 409, body: { errors: [{ pointer: '/name' }] } });
    expect(await program.ask(owner, 'PATCH', `${ROLES}/${first.id}`, { name: 'Second' })).toMatchObject({ status: 409 });
    expect(await create(['telemetry.read'], 'First', await program.memberAs(await program.newWorkspace(), 'owner'))).toMatchObject({ status: 201 });
  });

  test('nobody makes one that may do more than they, nor changes or deletes such a one', async () => {
    const { body: strong } = await create([...GRANTABLE_PERMISSIONS], 'Deputy');
    const { body: keeperRole } = await create(['members.manage', 'telemetry.read'], 'Doorkeeper');
    const keeper = await program.memberAs(workspaceId, 'custom', keeperRole.id);
    expect(await create(['telemetry.read', 'keys.manage'], 'Mine', keeper)).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect(await create(['telemetry.read'], 'Mine', keeper)).toMatchObject({ status: 201 });
    const more = { permissions: ['members.manage', 'telemetry.read', 'audit.read'] };
    expect((await program.ask(keeper, 'PATCH', `${ROLES}/${keeperRole.id}`, more)).status).toBe(403);
    expect((await program.ask(keeper, 'PATCH', `${ROLES}/${strong.id}`, { permissions: ['telemetry.read'] })).status).toBe(403);
    expect((await program.ask(keeper, 'DELETE', `${ROLES}/${strong.id}`)).status).toBe(403);
    expect(await create(['telemetry.read', 'audit.read'], 'By a key', await program.keyOf(workspaceId, ['admin']))).toMatchObject({ status: 201 });
    expect(await create(['telemetry.read'], 'By an editor', await program.memberAs(workspaceId, 'editor'))).toMatchObject({ status: 403 });
  });

  test('one that is held, or offered, is not deleted, and the answer says by whom', async () => {
    const { body: role } = await create(['telemetry.read']);
    const person = await program.memberAs(workspaceId, 'custom', role.id);
    const invited = await program.ask<{ id: string }>(owner, 'POST', '/api/obs/invitations', { email: 'new@example.com', role: role.id });
    const refused = await program.ask(owner, 'DELETE', `${ROLES}/${role.id}`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(refused.body.detail).toContain(person.email);
    expect(refused.body.detail).toContain('new@example.com (invited)');
    await program.ask(owner, 'DELETE', `/api/obs/invitations/${invited.body.id}`);
    await program.ask(owner, 'PATCH', `/api/obs/members/${person.userId}`, { role: 'viewer' });
    expect((await program.ask(owner, 'DELETE', `${ROLES}/${role.id}`)).status).toBe(204);
    expect((await program.ask(owner, 'DELETE', `${ROLES}/${role.id}`)).status).toBe(404);
    expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({ action: 'role.delete', target: role.id, after: null });
  });

  test('built-in ones stay as they are; another workspace’s are like none', async () => {
    expect((await program.ask(owner, 'PATCH', `${ROLES}/viewer`, { name: 'Reader' })).status).toBe(409);
    expect((await program.ask(owner, 'DELETE', `${ROLES}/viewer`)).status).toBe(409);
    const { body: foreign } = await create(['telemetry.read'], 'Foreign', await program.memberAs(await program.newWorkspace(), 'owner'));
    expect((await program.ask(owner, 'PATCH', `${ROLES}/${foreign.id}`, { name: 'Mine' })).status).toBe(404);
    expect((await program.ask(owner, 'DELETE', `${ROLES}/${foreign.id}`)).status).toBe(404);
    expect((await list()).map(({ id }) => id)).not.toContain(foreign.id);
  });

  test('there are as many as one can tell apart', async () => {
    const many = Array.from({ length: CUSTOM_ROLES_MAX }, (_, i) => ({
      id: createId('customRole'),
      workspaceId,
      name: `Role ${i}`,
      permissions: ['telemetry.read' as const],
    }));
    await program.control.instanceDb.insert(customRoles).values(many);
    expect(await create(['telemetry.read'], 'One more')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});
