import type { UserId, WorkspaceId } from '@sightglass/contract/ids';
import { eq, sql } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { TEST_SECRET } from '../../test/emptyControl.ts';
import { SYSTEM_ACTOR } from '../access/caller.ts';
import { auditEntries } from '../control/tables/audit.ts';
import { members, workspaces } from '../control/tables/workspaces.ts';
import { bootstrapInstance } from '../identity/bootstrap.ts';
import { createSignIn } from '../identity/signIn.ts';
import { createWorkspace } from '../workspaces/workspaces.ts';

const EMAIL = 'ada@example.com';
const PASSWORD = 'a long password';
const PEER = '192.0.2.7';

describeOnControlEngines('signing in, in the audit log', (engine) => {
  let owner: { id: UserId; first: WorkspaceId; second: WorkspaceId };
  beforeEach(async () => {
    const control = engine.connection();
    await control.instanceDb.execute(sql`TRUNCATE workspaces, users, sign_in_failures CASCADE`);
    const instance = await bootstrapInstance({ control, init: { email: EMAIL, password: PASSWORD }, clock: Date.now });
    if (!instance.ok) throw new Error(instance.error.detail);
    const second = await createWorkspace(control, SYSTEM_ACTOR, { slug: 'second', name: 'Second', plan: 'free', time_zone: 'UTC' }, new Date());
    if (!second.ok) throw new Error(second.error.detail);
    owner = { id: instance.value.ownerId, first: instance.value.firstWorkspaceId, second: second.value.id as WorkspaceId };
  });
  const open = () => createSignIn({ control: engine.connection(), secret: TEST_SECRET, clock: Date.now, warn: () => undefined });
  const sessionsIn = async (chain: string) => {
    const rows = await engine.connection().instanceDb.select().from(auditEntries).where(eq(auditEntries.chain, chain)).orderBy(auditEntries.seq);
    return rows.filter(({ action }) => action.startsWith('session.'));
  };

  test('each workspace of a person hears of the sign-in, the refusal and the end of the session', async () => {
    const signIn = await open();
    await signIn.withPassword({ email: ' Ada@example.com', password: 'a wrong password' }, new Headers(), PEER);
    // It is written after the answer.
    await vi.waitFor(async () => expect(await sessionsIn(owner.second)).toHaveLength(1));
    const answer = await signIn.withPassword({ email: EMAIL, password: PASSWORD }, new Headers(), PEER);
    if (!answer.ok) throw new Error(answer.error.detail);
    const cookie = answer.value.setCookies.map((each) => each.slice(0, each.indexOf(';'))).join('; ');
    await signIn.signOut(new Headers({ cookie }), '192.0.2.8');
    const by = { actorKind: 'member', actor: owner.id, actorName: EMAIL, target: owner.id };
    for (const workspaceId of [owner.first, owner.second]) {
      expect(await sessionsIn(workspaceId)).toMatchObject([
        { ...by, action: 'session.refuse', address: PEER, before: null, after: { method: 'password', reason: 'wrong password' } },
        { ...by, action: 'session.begin', address: PEER, before: null, after: { method: 'password' } },
        { ...by, action: 'session.end', address: '192.0.2.8', before: { reason: 'signed out' }, after: null },
      ]);
    }
    expect(await sessionsIn('instance')).toEqual([]);
  });

  test('a link is a sign-in too; a workspace that is being deleted is left alone', async () => {
    const signIn = await open();
    await engine.connection().instanceDb.update(workspaces).set({ deletingSince: new Date() }).where(eq(workspaces.id, owner.second));
    const path = await signIn.createSignInLink(owner.id);
    await signIn.withLink(new URL(path, 'http://localhost').searchParams.get('token') ?? '', new Headers(), PEER);
    expect(await sessionsIn(owner.first)).toMatchObject([{ action: 'session.begin', after: { method: 'link' } }]);
    expect(await sessionsIn(owner.second)).toEqual([]);
  });

  test('who is in no workspace stands in the log of the instance', async () => {
    await engine.connection().instanceDb.delete(members);
    await (await open()).withPassword({ email: EMAIL, password: PASSWORD }, new Headers(), PEER);
    expect(await sessionsIn('instance')).toMatchObject([{ action: 'session.begin', target: owner.id }]);
  });

  test('an unknown account, and a sign-out without a session, leave nothing', async () => {
    const signIn = await open();
    await signIn.withPassword({ email: 'nobody@example.com', password: PASSWORD }, new Headers(), PEER);
    await signIn.signOut(new Headers(), PEER);
    // What follows is written behind what would have been.
    await signIn.withPassword({ email: EMAIL, password: PASSWORD }, new Headers(), PEER);
    const rows = await engine.connection().instanceDb.select({ action: auditEntries.action }).from(auditEntries);
    expect(rows.filter(({ action }) => action.startsWith('session.')).map(({ action }) => action)).toEqual(['session.begin', 'session.begin']);
  });
});
