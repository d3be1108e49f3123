import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Invitation, OfferedInvitation, SentInvitation } from '@sightglass/contract/routes/invitations';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { invitations, members } from '../../control/tables/workspaces.ts';
import { users } from '../../control/tables/people.ts';
import { ATTEMPTS_MAX } from '../../identity/signInThrottle.ts';
import { createId } from '../../prefixedId.ts';
import { cookieOf, type MembershipProgram, membershipProgram, PASSWORD, type Person } from '../../workspaces/testing/membershipProgram.ts';

const INVITATIONS = '/api/obs/invitations';
const DAY_MS = 86_400_000;

describeOnControlEngines('invitations', (engine) => {
  let program: MembershipProgram;
  let workspaceId: WorkspaceId;
  let owner: Person;
  let email: string;
  beforeAll(async () => {
    program = await membershipProgram(engine.connection());
  });
  afterAll(() => program.stop());
  beforeEach(async () => {
    Object.assign(program.post, { delivers: true, showsLinks: false, refusal: undefined });
    workspaceId = await program.newWorkspace();
    owner = await program.memberAs(workspaceId, 'owner');
    email = `${createId('user').slice(4, 16)}@example.com`;
  });

  const invite = (role = 'editor', who: Person | string = owner, to = email) =>
    program.ask<SentInvitation>(who, 'POST', INVITATIONS, { email: to, role });
  /** Of the last mail. */
  const tokenOf = () => /\/invite\?token=(\S+)/.exec(program.mails.at(-1)?.text ?? '')?.[1] ?? '';
  const read = (token: string, who?: Person) => program.ask<OfferedInvitation>(who, 'POST', '/api/auth/invitation', { token });
  const accept = (body: object, who?: Person) =>
    program.ask<{ user: { email: string }; workspace: { slug: string } }>(who, 'POST', '/api/auth/invitation/accept', body);
  const list = async () => (await program.ask<{ items: Invitation[] }>(owner, 'GET', INVITATIONS)).body.items;
  const newcomer = () => ({ token: tokenOf(), name: 'Ada', password: PASSWORD });

  test('go out by mail with a link that only the mail holds', async () => {
    const made = await invite('editor', owner, ` ${email.toUpperCase()} `);
    expect(made).toMatchObject({
      status: 201,
      body: { email, role: 'editor', role_name: 'Editor', status: 'open', link: null, mail_error: null, created_by: owner.userId },
    });
    expect(Date.parse(made.body.expires_at) - Date.parse(made.body.created_at)).toBe(7 * DAY_MS);
    const mail = program.mails.at(-1);
    expect(mail).toMatchObject({ to: email, subject: expect.stringContaining('Join') });
    expect(mail?.text).toContain(`https://obs.example.com/invite?token=${tokenOf()}`);
    expect(mail?.text).toContain(owner.email);
    expect(Buffer.from(tokenOf(), 'base64url')).toHaveLength(32);
    const [row] = await program.control.instanceDb.select().from(invitations).where(eq(invitations.id, made.body.id));
    expect(JSON.stringify([row, await program.auditOf(workspaceId), await list()])).not.toContain(tokenOf());
    expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({
      action: 'invitation.create',
      target: made.body.id,
      after: { email, role: 'editor' },
    });
  });

  test('a new person sets a name and a password, is signed in by it, and the link is used up', async () => {
    await invite('editor');
    const offer = await read(tokenOf());
    expect(offer).toMatchObject({ status: 200, body: { email, role_name: 'Editor', has_account: false, signed_in_as: null } });
    const joined = await accept(newcomer());
    expect(joined).toMatchObject({ status: 200, body: { user: { email }, workspace: offer.body.workspace } });
    const cookie = cookieOf(joined.headers.getSetCookie());
    const me = await program.ask({ cookie }, 'GET', '/api/obs/me');
    expect(me).toMatchObject({ status: 200, body: { user: { email, name: 'Ada' }, workspace: { id: workspaceId } } });
    expect(await program.control.instanceDb.select().from(users).where(eq(users.email, email))).toMatchObject([
      { emailVerified: true, instanceOwner: false },
    ]);
    expect(await read(tokenOf())).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await accept({ ...newcomer(), name: 'Eve' })).toMatchObject({ status: 409 });
    expect(await list()).toMatchObject([{ email, status: 'accepted' }]);
    expect((await program.auditOf(workspaceId)).map(({ action }) => action)).toContain('invitation.accept');
    expect(await program.signIn.withPassword({ email, password: PASSWORD }, new Headers(), '203.0.113.7')).toMatchObject({ ok: true });
  });

  test('a person who is signed in with the address joins as who they are, in the role that was offered', async () => {
    const person = await program.newPerson(email);
    expect((await program.ask(person, 'GET', '/api/obs/me')).status).toBe(403);
    await invite('viewer');
    expect(await read(tokenOf(), person)).toMatchObject({ body: { has_account: true, signed_in_as: email } });
    expect(await accept({ token: tokenOf() }, person)).toMatchObject({ status: 200 });
    expect(await program.ask(person, 'GET', '/api/obs/me')).toMatchObject({ status: 200, body: { scopes: ['read'] } });
  });

  test('somebody else who is signed in is told so, and an account has to be signed in to', async () => {
    const other = await program.newPerson();
    await invite('viewer');
    const refused = await accept(newcomer(), other);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(JSON.stringify(refused.body)).toContain(other.email);
    await program.newPerson(email);
    expect(await accept(newcomer())).toMatchObject({ status: 401, body: { code: 'not-signed-in' } });
    expect(await program.control.instanceDb.select().from(members).where(eq(members.workspaceId, workspaceId))).toHaveLength(1);
  });

  test('of two who accept at once one joins', async () => {
    await invite();
    const body = newcomer();
    const answers = await Promise.all([accept(body), accept(body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('a new account needs a name and a password of the right length', async () => {
    await invite();
    const wrong = await program.ask(undefined, 'POST', '/api/auth/invitation/accept', { token: tokenOf(), password: 'short' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }, { pointer: '/password' }] } });
    expect(await accept(newcomer())).toMatchObject({ status: 200 });
  });

  test('end after seven days, when they are revoked, and when they are sent again', async () => {
    const made = await invite();
    const first = tokenOf();
    const again = await program.ask<SentInvitation>(owner, 'POST', `${INVITATIONS}/${made.body.id}/resend`);
    expect(again).toMatchObject({ status: 200, body: { id: made.body.id, status: 'open' } });
    const second = tokenOf();
    expect(await read(first)).toMatchObject({ status: 404 });
    expect(await read(second)).toMatchObject({ status: 200 });
    program.time.nowMs += 7 * DAY_MS;
    owner = { ...owner, ...(await program.memberAs(workspaceId, 'owner')) };
    expect(await read(second)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('too old') } });
    expect(await list()).toMatchObject([{ status: 'expired' }]);
    expect((await program.ask(owner, 'POST', `${INVITATIONS}/${made.body.id}/resend`)).status).toBe(200);
    expect((await program.ask(owner, 'DELETE', `${INVITATIONS}/${made.body.id}`)).status).toBe(204);
    expect(await read(tokenOf())).toMatchObject({ status: 409, body: { detail: expect.stringContaining('revoked') } });
    expect((await program.ask(owner, 'POST', `${INVITATIONS}/${made.body.id}/resend`)).status).toBe(409);
    expect(await list()).toMatchObject([{ status: 'revoked' }]);
  });

  test('one of the same address replaces the open one; a member is not invited', async () => {
    await invite('viewer');
    const first = tokenOf();
    await invite('editor');
    expect(await read(first)).toMatchObject({ status: 409 });
    expect((await list()).map(({ role, status }) => [role, status])).toEqual([
      ['editor', 'open'],
      ['viewer', 'revoked'],
    ]);
    expect(await accept(newcomer())).toMatchObject({ status: 200 });
    expect(await invite('viewer')).toMatchObject({ status: 409, body: { errors: [{ pointer: '/email' }] } });
  });

  test('nobody invites to more than they may do themselves', async () => {
    const admin = await program.memberAs(workspaceId, 'admin');
    expect(await invite('owner', admin)).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect(await invite('admin', admin)).toMatchObject({ status: 201 });
    expect(await invite('owner', owner)).toMatchObject({ status: 201 });
    const open = (await list()).find(({ status }) => status === 'open');
    expect((await program.ask(admin, 'POST', `${INVITATIONS}/${open?.id}/resend`)).status).toBe(403);
    expect(await invite('viewer', await program.memberAs(workspaceId, 'editor'))).toMatchObject({ status: 403 });
    expect(await invite('admin', await program.keyOf(workspaceId, ['admin']))).toMatchObject({
      status: 201,
      body: { created_by: expect.stringMatching(/^key_/) },
    });
  });

  test('where no mail can be sent there is none; in local mode whoever invites hands on the link', async () => {
    program.post.delivers = false;
    expect(await invite()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('SMTP_HOST') } });
    expect(await list()).toEqual([]);
    Object.assign(program.post, { delivers: true, showsLinks: true });
    const made = await invite();
    expect(made.body.link).toBe(`https://obs.example.com/invite?token=${tokenOf()}`);
    expect(JSON.stringify(await list())).not.toContain('token');
  });

  test('a mail that the server refuses leaves the invitation, to be sent again', async () => {
    program.post.refusal = {
      ok: false,
      error: { reason: 'refused', message: 'The mail server refused the mail (550).', detail: '550 no such user', retryable: false },
    };
    const made = await invite();
    expect(made).toMatchObject({ status: 201, body: { status: 'open', mail_error: 'The mail server refused the mail (550).' } });
    program.post.refusal = undefined;
    expect(await program.ask(owner, 'POST', `${INVITATIONS}/${made.body.id}/resend`)).toMatchObject({ status: 200, body: { mail_error: null } });
  });

  test('another workspace’s are like none; so is a role of it', async () => {
    const made = await invite();
    const stranger = await program.memberAs(await program.newWorkspace(), 'owner');
    for (const [method, path] of [
      ['DELETE', made.body.id],
      ['POST', `${made.body.id}/resend`],
    ] as const) {
      expect((await program.ask(stranger, method, `${INVITATIONS}/${path}`)).status).toBe(404);
    }
    const role = await program.ask<{ id: string }>(owner, 'POST', '/api/obs/roles', { name: 'Mine', permissions: ['telemetry.read'] });
    expect(await invite(role.body.id, stranger, 'x@example.com')).toMatchObject({ status: 404 });
    expect((await program.ask<{ items: Invitation[] }>(stranger, 'GET', INVITATIONS)).body.items).toEqual([]);
  });

  test('trying tokens is slowed down, and a right one is not held back by it', async () => {
    await invite();
    const guess = 'x'.repeat(43);
    const statuses = [];
    for (let i = 0; i <= ATTEMPTS_MAX.accountFromAddress; i++) statuses.push((await read(guess)).status);
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([404]));
    expect(statuses.at(-1)).toBe(429);
    for (let i = 0; i <= ATTEMPTS_MAX.accountFromAddress; i++) expect((await read(tokenOf())).status).toBe(200);
  });

  test.each(['', 'nobody', 'a@b', 'a@example.com\r\nBcc: eve@example.com', `${'a'.repeat(250)}@example.com`])('%j is no address', async (to) => {
    expect(await invite('viewer', owner, to)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/email' }] } });
  });
});
