import type { UserId } from '@sightglass/contract/ids';
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { signInLinks } from '../control/tables/people.ts';
import { members } from '../control/tables/workspaces.ts';
import { bootstrapInstance } from './bootstrap.ts';
import { createSignIn, type SignedInAnswer } from './signIn.ts';
import { LINK_LIFETIME_MS } from './signInLinks.ts';
import { WINDOW_MS } from './attempts.ts';
import { ATTEMPTS_MAX } from './signInThrottle.ts';

const EMAIL = 'ada@example.com';
const PASSWORD = 'a long password';
const PEER = '192.0.2.7';

/** What a browser would send back. */
const cookieHeaders = ({ setCookies }: Pick<SignedInAnswer, 'setCookies'>) =>
  new Headers({ cookie: setCookies.map((cookie) => cookie.slice(0, cookie.indexOf(';'))).join('; ') });
const tokenOf = (path: string) => new URL(path, 'http://localhost').searchParams.get('token') ?? '';

describeOnControlEngines('signing in', (engine) => {
  let ownerId: UserId;
  beforeEach(async () => {
    await engine.connection().instanceDb.execute(sql`TRUNCATE workspaces, users, sign_in_failures CASCADE`);
    const instance = await bootstrapInstance({ control: engine.connection(), init: { email: EMAIL, password: PASSWORD }, clock: Date.now });
    if (!instance.ok) throw new Error(instance.error.detail);
    ({ ownerId } = instance.value);
  });
  const open = async () => {
    const time = { nowMs: Date.now() };
    const signIn = await createSignIn({
      control: engine.connection(),
      secret: 'a secret of the test, thirty-two',
      clock: () => time.nowMs,
      warn: () => undefined,
    });
    return { signIn, time };
  };
  const withPassword = async (signIn: Awaited<ReturnType<typeof open>>['signIn'], password = PASSWORD, peer = PEER) =>
    signIn.withPassword({ email: EMAIL, password }, new Headers(), peer);

  test('the right password begins a session that the cookie carries', async () => {
    const { signIn } = await open();
    const answer = await signIn.withPassword({ email: 'ADA@example.com', password: PASSWORD }, new Headers(), PEER);
    if (!answer.ok) throw new Error(answer.error.detail);
    expect(answer.value.user).toEqual({ id: ownerId, email: EMAIL, name: 'Owner' });
    const [cookie = ''] = answer.value.setCookies;
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    expect(cookie).toMatch(/; Path=\//i);
    const found = await signIn.sessions.find(cookieHeaders(answer.value));
    expect(found?.signedIn).toMatchObject({ user: { id: ownerId }, memberships: [{ slug: 'default', hiddenAgents: [] }] });
  });

  test('the address that is kept with the session is the socket’s, not one that the client claims', async () => {
    const { signIn } = await open();
    await signIn.withPassword(
      { email: EMAIL, password: PASSWORD },
      new Headers({ 'x-forwarded-for': '203.0.113.9', 'x-sightglass-peer': '203.0.113.9' }),
      PEER,
    );
    const { rows } = await engine.connection().instanceDb.execute(sql`SELECT ip_address FROM sessions`);
    expect(rows).toEqual([{ ip_address: PEER }]);
  });

  test('a wrong password, an unknown account and one without a password look the same', async () => {
    const { signIn } = await open();
    const wrong = await withPassword(signIn, 'not the password');
    const unknown = await signIn.withPassword({ email: 'nobody@example.com', password: PASSWORD }, new Headers(), PEER);
    const malformed = await signIn.withPassword({ email: 'owner@localhost', password: PASSWORD }, new Headers(), PEER);
    expect(wrong).toMatchObject({ ok: false, error: { code: 'wrong-credentials' } });
    expect(unknown).toEqual(wrong);
    expect(malformed).toEqual(wrong);
  });

  test('guessing is stopped, also many at once, and the right password waits too', async () => {
    const { signIn, time } = await open();
    const guesses = await Promise.all(
      Array.from({ length: ATTEMPTS_MAX.accountFromAddress + 5 }, (_, i) => withPassword(signIn, `guess number ${i}`)),
    );
    expect(guesses.filter((guess) => !guess.ok && guess.error.code === 'wrong-credentials')).toHaveLength(ATTEMPTS_MAX.accountFromAddress);
    expect(await withPassword(signIn)).toMatchObject({ ok: false, error: { code: 'too-many-requests' } });
    expect(await withPassword(signIn, PASSWORD, '198.51.100.1')).toMatchObject({ ok: true });
    time.nowMs += WINDOW_MS + 1;
    expect(await withPassword(signIn)).toMatchObject({ ok: true });
  });

  test('a success forgets the failures before it', async () => {
    const { signIn } = await open();
    for (let round = 0; round < 2; round++) {
      for (let i = 1; i < ATTEMPTS_MAX.accountFromAddress; i++) await withPassword(signIn, 'wrong');
      expect(await withPassword(signIn)).toMatchObject({ ok: true });
    }
  });

  test('a link signs in once, also when it is opened twice at the same time', async () => {
    const { signIn } = await open();
    const token = tokenOf(await signIn.createSignInLink(ownerId));
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const answers = await Promise.all([signIn.withLink(token, new Headers(), PEER), signIn.withLink(token, new Headers(), PEER)]);
    const good = answers.find((answer) => answer.ok);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok)).toMatchObject([{ error: { code: 'wrong-credentials' } }]);
    expect(good?.ok && (await signIn.sessions.find(cookieHeaders(good.value)))?.signedIn.user.id).toBe(ownerId);
  });

  test('a link ends after fifteen minutes, and only its hash is stored', async () => {
    const { signIn, time } = await open();
    const token = tokenOf(await signIn.createSignInLink(ownerId));
    const [row] = await engine.connection().instanceDb.select().from(signInLinks);
    expect(JSON.stringify(row)).not.toContain(token);
    expect(Buffer.from(row?.tokenHash ?? []).toString('base64url')).not.toBe(token);
    time.nowMs += LINK_LIFETIME_MS;
    expect(await signIn.withLink(token, new Headers(), PEER)).toMatchObject({ ok: false });
    expect(await signIn.withLink('x'.repeat(100_000), new Headers(), PEER)).toMatchObject({ ok: false });
    expect(await signIn.withLink('', new Headers(), PEER)).toMatchObject({ ok: false });
  });

  test('signing out ends the session, not only the cookie', async () => {
    const { signIn } = await open();
    const answer = await withPassword(signIn);
    if (!answer.ok) throw new Error(answer.error.detail);
    const headers = cookieHeaders(answer.value);
    expect(await signIn.sessions.find(headers)).toBeDefined();
    const { setCookies } = await signIn.signOut(headers, PEER);
    expect(setCookies.join()).toMatch(/Max-Age=0/i);
    expect(await signIn.sessions.find(headers)).toBeUndefined();
    expect((await signIn.signOut(new Headers(), PEER)).setCookies.join()).toMatch(/Max-Age=0/i);
  });

  test('a session ended on another instance, or a lost membership, holds here within a second', async () => {
    const { signIn: here, time } = await open();
    const { signIn: there } = await open();
    const answer = await withPassword(here);
    if (!answer.ok) throw new Error(answer.error.detail);
    const headers = cookieHeaders(answer.value);
    await here.sessions.find(headers);
    await engine.connection().instanceDb.delete(members);
    time.nowMs += 1_000;
    expect((await here.sessions.find(headers))?.signedIn.memberships).toEqual([]);
    await there.signOut(headers, PEER);
    time.nowMs += 1_000;
    expect(await here.sessions.find(headers)).toBeUndefined();
  });

  test('a cookie with a changed token or another secret’s signature is nobody’s', async () => {
    const { signIn } = await open();
    const answer = await withPassword(signIn);
    if (!answer.ok) throw new Error(answer.error.detail);
    const cookie = cookieHeaders(answer.value).get('cookie') ?? '';
    const forged = cookie.replace(/=(.)/, (_all, first: string) => `=${first === 'a' ? 'b' : 'a'}`);
    expect(forged).not.toBe(cookie);
    expect(await signIn.sessions.find(new Headers({ cookie: forged }))).toBeUndefined();
    const unsigned = cookie.slice(0, cookie.lastIndexOf('.'));
    expect(unsigned).toContain('session_token=');
    expect(await signIn.sessions.find(new Headers({ cookie: unsigned }))).toBeUndefined();
  });
});
