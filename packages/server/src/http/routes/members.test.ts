import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Member } from '@sightglass/contract/routes/members';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { customRoles, invitations, members, teamMembers } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { type MembershipProgram, membershipProgram, type Person } from '../../workspaces/testing/membershipProgram.ts';

interface Page {
  items: Member[];
  next_cursor: string | null;
}

describeOnControlEngines('the members of a workspace', (engine) => {
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

  const patch = (who: Person | string, userId: string, role: string) => program.ask(who, 'PATCH', `/api/obs/members/${userId}`, { role });
  const remove = (who: Person | string, userId: string) => program.ask(who, 'DELETE', `/api/obs/members/${userId}`);
  const roleOf = async (userId: string) => {
    const [row] = await program.control.instanceDb
      .select({ role: members.role })
      .from(members)
      .where(and(eq(members.workspaceId, workspaceId), eq(members.userId, userId)));
    return row?.role;
  };
  async function customRole(name: string, permissions: (typeof customRoles.$inferInsert)['permissions'], of = workspaceId): Promise<string> {
    const id = createId('customRole');
    await program.control.instanceDb.insert(customRoles).values({ id, workspaceId: of, name, permissions });
    return id;
  }

  test('are listed to every role with names, roles and teams; sessions only to those who keep the doors', async () => {
    const roleId = await customRole('Cost controller', ['telemetry.read', 'configuration.read']);
    const custom = await program.memberAs(workspaceId, 'custom', roleId);
    const team = await program.ask<{ id: string }>(owner, 'POST', '/api/obs/teams', { name: 'Support', members: [custom.userId] });
    const seen = await program.ask<Page>(owner, 'GET', '/api/obs/members');
    expect(seen.status).toBe(200);
    const shown = seen.body.items.find(({ user_id }) => user_id === custom.userId);
    expect(shown).toMatchObject({ email: custom.email, role: roleId, role_name: 'Cost controller', teams: [{ id: team.body.id, name: 'Support' }] });
    expect(shown?.last_session_at).not.toBeNull();
    expect(seen.body.items.find(({ user_id }) => user_id === owner.userId)).toMatchObject({ role: 'owner', role_name: 'Owner', teams: [] });
    const byCustom = await program.ask<Page>(custom, 'GET', '/api/obs/members');
    expect(byCustom.body.items.map(({ email, last_session_at }) => [email, last_session_at]).sort()).toEqual(
      [
        [owner.email, null],
        [custom.email, null],
      ].sort(),
    );
  });

  test('are listed in pages, and never another workspace’s', async () => {
    await program.memberAs(await program.newWorkspace(), 'owner');
    const people = [owner, await program.memberAs(workspaceId, 'viewer'), await program.memberAs(workspaceId, 'viewer')];
    const first = await program.ask<Page>(owner, 'GET', '/api/obs/members?limit=2');
    const second = await program.ask<Page>(owner, 'GET', `/api/obs/members?limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body.next_cursor).toBeNull();
    expect([...first.body.items, ...second.body.items].map(({ user_id }) => user_id).sort()).toEqual(people.map(({ userId }) => userId).sort());
  });

  test('are given another role by owners and admins, and have it at once', async () => {
    const viewer = await program.memberAs(workspaceId, 'viewer');
    expect(await patch(viewer, viewer.userId, 'admin')).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect(await patch(owner, viewer.userId, 'admin')).toMatchObject({ status: 200, body: { user_id: viewer.userId, role: 'admin' } });
    const other = await program.memberAs(workspaceId, 'viewer');
    expect(await patch(viewer, other.userId, 'editor')).toMatchObject({ status: 200, body: { role: 'editor', role_name: 'Editor' } });
    const [, last] = await program.auditOf(workspaceId);
    expect(last).toMatchObject({
      action: 'member.change',
      target: other.userId,
      actor: viewer.userId,
      before: { role: 'viewer' },
      after: { role: 'editor' },
    });
  });

  test('owners are made, changed and removed by owners alone', async () => {
    const admin = await program.memberAs(workspaceId, 'admin');
    const second = await program.memberAs(workspaceId, 'owner');
    for (const answer of [
      await patch(admin, admin.userId, 'owner'),
      await patch(admin, second.userId, 'viewer'),
      await remove(admin, second.userId),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'missing-scope', detail: expect.stringContaining('owner') } });
    }
    const key = await program.keyOf(workspaceId, ['admin']);
    expect(await patch(key, admin.userId, 'owner')).toMatchObject({ status: 403 });
    expect(await patch(owner, admin.userId, 'owner')).toMatchObject({ status: 200, body: { role: 'owner' } });
    expect(await patch(owner, second.userId, 'viewer')).toMatchObject({ status: 200, body: { role: 'viewer' } });
  });

  test('the last owner can neither leave, nor be removed, nor become something else', async () => {
    const answers = [
      await patch(owner, owner.userId, 'admin'),
      await remove(owner, owner.userId),
      await program.ask(owner, 'DELETE', '/api/obs/members/me'),
      await remove(await program.keyOf(workspaceId), owner.userId),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 409, body: { code: 'conflict', detail: expect.stringContaining('last owner') } });
    expect(await patch(owner, owner.userId, 'owner')).toMatchObject({ status: 200 });
    const second = await program.memberAs(workspaceId, 'owner');
    expect((await program.ask(owner, 'DELETE', '/api/obs/members/me')).status).toBe(204);
    expect(await roleOf(owner.userId)).toBeUndefined();
    expect(await roleOf(second.userId)).toBe('owner');
  });

  test('two owners who leave at once do not leave none', async () => {
    const second = await program.memberAs(workspaceId, 'owner');
    const answers = await Promise.all([owner, second].map((person) => program.ask(person, 'DELETE', '/api/obs/members/me')));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test('nobody hands on what they have not, or takes from somebody who has more', async () => {
    const keeper = await program.memberAs(
      workspaceId,
      'custom',
      await customRole('Doorkeeper', ['members.manage', 'telemetry.read', 'configuration.read']),
    );
    const viewer = await program.memberAs(workspaceId, 'viewer');
    const editor = await program.memberAs(workspaceId, 'editor');
    const refused = await patch(keeper, viewer.userId, 'editor');
    expect(refused).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect(refused.body.detail).toContain('agents.write');
    expect((await patch(keeper, editor.userId, 'viewer')).status).toBe(403);
    expect((await remove(keeper, editor.userId)).status).toBe(403);
    expect((await patch(keeper, keeper.userId, 'admin')).status).toBe(403);
    expect((await remove(keeper, viewer.userId)).status).toBe(204);
    expect(await patch(keeper, keeper.userId, 'viewer')).toMatchObject({ status: 200 });
  });

  test('a removed member is out within a second, and the audit log holds the certificate', async () => {
    const admin = await program.memberAs(workspaceId, 'admin');
    await program.ask(owner, 'POST', '/api/obs/teams', { name: 'Support', members: [admin.userId] });
    expect((await program.ask(admin, 'GET', '/api/obs/me')).status).toBe(200);
    expect(await program.ask(admin, 'POST', '/api/obs/api-keys', { name: 'made by an admin', scopes: ['read'] })).toMatchObject({ status: 201 });
    await program.control.instanceDb.insert(invitations).values({
      id: createId('invitation'),
      workspaceId,
      email: admin.email,
      role: 'viewer',
      tokenHash: Buffer.from(admin.userId),
      expiresAt: new Date('2099-01-01'),
    });
    expect((await remove(owner, admin.userId)).status).toBe(204);
    expect(await program.ask(admin, 'GET', '/api/obs/me')).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect(await program.control.instanceDb.select().from(teamMembers).where(eq(teamMembers.workspaceId, workspaceId))).toEqual([]);
    const certificate = (await program.auditOf(workspaceId)).at(-1);
    expect(certificate).toMatchObject({
      action: 'member.remove',
      target: admin.userId,
      actor: owner.userId,
      actorName: owner.email,
      before: { email: admin.email, role: 'admin', teams: ['Support'] },
      after: { removed: { memberships: 1, team_memberships: 1, open_invitations: 1 }, kept: { keys_made: 1 } },
    });
    expect((await remove(owner, admin.userId)).status).toBe(404);
  });

  test('one may leave without being allowed to manage members; a key has nowhere to leave', async () => {
    const viewer = await program.memberAs(workspaceId, 'viewer');
    expect((await remove(viewer, viewer.userId)).status).toBe(403);
    expect((await program.ask(viewer, 'DELETE', '/api/obs/members/me')).status).toBe(204);
    expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({ action: 'member.leave', target: viewer.userId, actor: viewer.userId });
    expect((await program.ask(await program.keyOf(workspaceId), 'DELETE', '/api/obs/members/me')).status).toBe(403);
  });

  test('whoever is in another workspace, and a role of it, are like none', async () => {
    const elsewhere = await program.newWorkspace();
    const stranger = await program.memberAs(elsewhere, 'viewer');
    const foreignRole = await customRole('Foreign', ['telemetry.read'], elsewhere);
    const viewer = await program.memberAs(workspaceId, 'viewer');
    expect(await patch(owner, stranger.userId, 'viewer')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect((await remove(owner, stranger.userId)).status).toBe(404);
    expect((await patch(owner, 'usr_nobody', 'viewer')).status).toBe(404);
    expect(await patch(owner, viewer.userId, foreignRole)).toMatchObject({ status: 404, body: { errors: [{ pointer: '/role' }] } });
    expect(await patch(owner, viewer.userId, 'root')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/role' }] } });
  });
});
