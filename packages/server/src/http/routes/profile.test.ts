import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { twoFactors, users } from '../../control/tables/people.ts';
import { type AccountProgram, type Browser, EMAIL, PASSWORD, startAccountProgram } from '../../identity/testing/accountProgram.ts';
import { totpCode } from '../../identity/testing/totp.ts';
import type { Profile, Session } from '@sightglass/contract/routes/profile';

const NEW_PASSWORD = 'another fine passphrase';
const SIGN_IN = '/api/auth/sign-in/email';

describeOnControlEngines('the own account', (engine) => {
  let program: AccountProgram;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    program = await startAccountProgram(engine.connection(), { publicUrl: 'http://localhost:4318' });
  });
  afterEach(() => {
    program.stop();
    vi.useRealTimers();
  });
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
  const mailed = (count: number) => vi.waitFor(() => expect(program.mails).toHaveLength(count));
  const isSignedIn = async (browser: Browser) => {
    // What is remembered of a session holds for a second.
    pass(1_000);
    return (await browser.ask('GET', '/api/obs/me')).status === 200;
  };
  const signInWith = (password: string, browser = program.openBrowser()) => browser.ask('POST', SIGN_IN, { email: EMAIL, password });
  const audited = async () => {
    const rows = await engine.connection().instanceDb.select().from(auditEntries).orderBy(auditEntries.seq);
    return rows
      .filter(({ chain }) => chain === program.firstWorkspaceId)
      .map(({ action, before, after, actorName }) => ({ action, before, after, actorName }));
  };

  test('a changed password needs the old one, and ends every other session within a second', async () => {
    const here = await program.signedIn();
    const there = await program.signedIn('198.51.100.9');
    const change = (current_password: string | undefined, new_password: string) =>
      here.ask('POST', '/api/auth/password', { current_password, new_password });
    expect(await change('wrong', NEW_PASSWORD)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/current_password' }] } });
    expect(await change(undefined, NEW_PASSWORD)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/current_password' }] } });
    expect((await change(PASSWORD, NEW_PASSWORD)).status).toBe(204);
    expect(await isSignedIn(here)).toBe(true);
    expect(await isSignedIn(there)).toBe(false);
    expect((await signInWith(PASSWORD)).status).toBe(401);
    expect((await signInWith(NEW_PASSWORD)).status).toBe(200);
    await mailed(1);
    expect(program.mails[0]).toMatchObject({ to: EMAIL, subject: 'A change to your Sightglass account' });
    const changes = (await audited()).filter(({ action }) => action === 'password.change');
    expect(changes).toEqual([{ action: 'password.change', before: null, after: null, actorName: EMAIL }]);
  });

  test.each([
    ['short', 'must have 8 to 128'],
    ['x'.repeat(129), 'must have 8 to 128'],
    [EMAIL, 'e-mail'],
    ['ADA@example.com', 'e-mail'],
    ['password123', 'tried first'],
    ['QWERTYUIOP', 'tried first'],
    ['abcdefghij', 'tried first'],
    ['aaaaaaaaaaa', 'different characters'],
  ])('the new password %s is refused, and the old one stays', async (weak, reason) => {
    const browser = await program.signedIn();
    const refused = await browser.ask('POST', '/api/auth/password', { current_password: PASSWORD, new_password: weak });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/new_password' }] } });
    expect(refused.body.detail).toContain(reason);
    expect((await signInWith(PASSWORD)).status).toBe(200);
  });

  test('somebody without a password sets a first one', async () => {
    const browser = await program.signedIn();
    await engine.connection().instanceDb.execute(sql`DELETE FROM accounts`);
    expect((await browser.ask<Profile>('GET', '/api/obs/profile')).body.has_password).toBe(false);
    expect((await browser.ask('POST', '/api/auth/password', { new_password: NEW_PASSWORD })).status).toBe(204);
    expect((await signInWith(NEW_PASSWORD)).status).toBe(200);
  });

  test('guessing the own password with a stolen session is bounded like a sign-in', async () => {
    const browser = await program.signedIn();
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      statuses.push((await browser.ask('POST', '/api/auth/password', { current_password: `guess ${guess}`, new_password: NEW_PASSWORD })).status);
    }
    expect(statuses.filter((status) => status === 400)).toHaveLength(10);
    expect(statuses.at(-1)).toBe(429);
  });

  test('a mailed link sets a new password once, ends all sessions, and survives a password that is refused', async () => {
    const browser = await program.signedIn();
    expect((await program.openBrowser().ask('POST', '/api/auth/password/forgot', { email: EMAIL })).status).toBe(202);
    await mailed(1);
    expect(program.mails[0]?.text).toContain('/reset-password#token=');
    const token = program.mailedToken();
    const reset = (new_password: string) => program.openBrowser().ask('POST', '/api/auth/password/reset', { token, new_password });
    expect(await reset('password')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/new_password' }] } });
    const both = await Promise.all([reset(NEW_PASSWORD), reset(NEW_PASSWORD)]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 401]);
    expect(await isSignedIn(browser)).toBe(false);
    expect((await signInWith(PASSWORD)).status).toBe(401);
    expect((await signInWith(NEW_PASSWORD)).status).toBe(200);
    expect((await audited()).map(({ action }) => action)).toContain('password.reset');
  });

  test('a link for a new password does not sign in, and one to sign in sets no password', async () => {
    await program.openBrowser().ask('POST', '/api/auth/password/forgot', { email: EMAIL });
    await mailed(1);
    expect((await program.openBrowser().ask('POST', '/api/auth/sign-in/link/redeem', { token: program.mailedToken() })).status).toBe(401);
    await program.openBrowser().ask('POST', '/api/auth/sign-in/link', { email: EMAIL });
    await mailed(2);
    const reset = await program.openBrowser().ask('POST', '/api/auth/password/reset', { token: program.mailedToken(), new_password: NEW_PASSWORD });
    expect(reset.status).toBe(401);
  });

  async function enrol(browser: Browser): Promise<{ secret: string; codes: string[] }> {
    const begun = await browser.ask<{ uri: string; secret: string }>('POST', '/api/auth/two-factor/enrol', { password: PASSWORD });
    const { secret, uri } = begun.body;
    expect(uri).toMatch(/^otpauth:\/\/totp\/Sightglass:ada%40example.com\?secret=[A-Z2-7]+&issuer=Sightglass/);
    const confirmed = await browser.ask<{ backup_codes: string[] }>('POST', '/api/auth/two-factor/confirm', { code: totpCode(secret, Date.now()) });
    expect(confirmed.status).toBe(200);
    // The next code is another one.
    pass(30_000);
    return { secret, codes: confirmed.body.backup_codes };
  }
  const secondStep = (browser: Browser, code: string) => browser.ask('POST', '/api/auth/sign-in/second-factor', { code });

  test('a second factor is on after its first code, and from then on asked for', async () => {
    const browser = await program.signedIn();
    expect((await browser.ask('POST', '/api/auth/two-factor/enrol', { password: 'wrong' })).status).toBe(400);
    expect((await browser.ask('POST', '/api/auth/two-factor/confirm', { code: '123456' })).status).toBe(409);
    const begun = await browser.ask<{ secret: string }>('POST', '/api/auth/two-factor/enrol', { password: PASSWORD });
    expect((await browser.ask('POST', '/api/auth/two-factor/confirm', { code: '000000' })).status).toBe(400);
    // Nothing has changed yet.
    expect((await signInWith(PASSWORD)).status).toBe(200);
    expect(begun.body.secret.length).toBeGreaterThan(30);
    const { secret, codes } = await enrol(browser);
    expect(new Set(codes).size).toBe(10);
    expect(await isSignedIn(browser)).toBe(true);
    expect((await browser.ask('POST', '/api/auth/two-factor/enrol', { password: PASSWORD })).status).toBe(409);

    const other = program.openBrowser();
    const first = await signInWith(PASSWORD, other);
    expect(first).toMatchObject({ status: 202, body: { second_factor_needed: true } });
    expect((await other.ask('GET', '/api/obs/me')).status).toBe(401);
    expect((await secondStep(other, '000000')).status).toBe(401);
    expect(await secondStep(other, totpCode(secret, Date.now()))).toMatchObject({ status: 200, body: { user: { email: EMAIL } } });
    expect((await other.ask('GET', '/api/obs/me')).status).toBe(200);
    const events = await audited();
    expect(events.map(({ action }) => action)).toEqual(expect.arrayContaining(['two_factor.enable', 'session.refuse']));
    expect(events.at(-1)).toMatchObject({ action: 'session.begin', after: { method: 'second factor' } });
  });

  test('a printed and a mailed link ask for it as well', async () => {
    const { secret } = await enrol(await program.signedIn());
    await program.openBrowser().ask('POST', '/api/auth/sign-in/link', { email: EMAIL });
    await vi.waitFor(() => expect(program.mails.at(-1)?.subject).toBe('Sign in to Sightglass'));
    const mailedTo = program.openBrowser();
    expect((await mailedTo.ask('POST', '/api/auth/sign-in/link/redeem', { token: program.mailedToken() })).status).toBe(202);
    expect((await mailedTo.ask('GET', '/api/obs/me')).status).toBe(401);
    expect((await secondStep(mailedTo, totpCode(secret, Date.now()))).status).toBe(200);
    const printed = program.openBrowser();
    const opened = await printed.ask('GET', await program.signIn.createSignInLink(program.ownerId));
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/sign-in?step=code']);
    expect((await printed.ask('GET', '/api/obs/me')).status).toBe(401);
  });

  test('a code works once, also when it is sent twice at a time', async () => {
    const { secret } = await enrol(await program.signedIn());
    const code = totpCode(secret, Date.now());
    const browsers = [program.openBrowser(), program.openBrowser()];
    for (const browser of browsers) await signInWith(PASSWORD, browser);
    const answers = await Promise.all(browsers.map((browser) => secondStep(browser, `${code.slice(0, 3)} ${code.slice(3)}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const later = program.openBrowser();
    await signInWith(PASSWORD, later);
    expect((await secondStep(later, code)).status).toBe(401);
  });

  test('each backup code works once, and new ones replace the old', async () => {
    const browser = await program.signedIn();
    const { codes } = await enrol(browser);
    const withCode = async (code: string) => {
      const fresh = program.openBrowser();
      await signInWith(PASSWORD, fresh);
      return (await secondStep(fresh, code)).status;
    };
    expect(codes[0]).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
    expect(await withCode(` ${(codes[0] ?? '').toUpperCase().replace('-', '')} `)).toBe(200);
    expect(await withCode(codes[0] ?? '')).toBe(401);
    expect((await browser.ask<Profile>('GET', '/api/obs/profile')).body.two_factor).toEqual({ enabled: true, backup_codes_left: 9 });
    const renewed = await browser.ask<{ backup_codes: string[] }>('POST', '/api/auth/two-factor/backup-codes', { password: PASSWORD });
    expect(renewed.body.backup_codes).toHaveLength(10);
    expect(await withCode(codes[1] ?? '')).toBe(401);
    expect(await withCode(renewed.body.backup_codes[1] ?? '')).toBe(200);
  });

  test('guessing codes ends the first step, and then locks the account for a while', async () => {
    const { secret } = await enrol(await program.signedIn());
    const browser = program.openBrowser();
    await signInWith(PASSWORD, browser);
    for (let guess = 0; guess < 5; guess += 1) expect((await secondStep(browser, `00000${guess}`)).status).toBe(401);
    expect((await secondStep(browser, totpCode(secret, Date.now()))).status).toBe(401);
    const again = program.openBrowser();
    await signInWith(PASSWORD, again);
    for (let guess = 0; guess < 5; guess += 1) await secondStep(again, `00001${guess}`);
    pass(60_000);
    const locked = program.openBrowser();
    await signInWith(PASSWORD, locked);
    expect((await secondStep(locked, totpCode(secret, Date.now()))).status).toBe(429);
    pass(15 * 60_000);
    const free = program.openBrowser();
    await signInWith(PASSWORD, free);
    expect((await secondStep(free, totpCode(secret, Date.now()))).status).toBe(200);
  });

  test('the second step belongs to the first, whoever else is signed in in that browser', async () => {
    const { secret } = await enrol(await program.signedIn());
    expect((await secondStep(program.openBrowser(), totpCode(secret, Date.now()))).status).toBe(401);
    const browser = program.openBrowser();
    await signInWith(PASSWORD, browser);
    pass(600_000);
    expect((await secondStep(browser, totpCode(secret, Date.now()))).status).toBe(401);
  });

  test.each(['password', 'code', 'backup code'])('it is removed with a %s and with nothing less', async (proof) => {
    const browser = await program.signedIn();
    const { secret, codes } = await enrol(browser);
    const remove = (body: object) => browser.ask('POST', '/api/auth/two-factor/remove', body);
    expect((await remove({})).status).toBe(400);
    expect((await remove({ password: 'wrong' })).status).toBe(400);
    expect((await remove({ code: '000000' })).status).toBe(400);
    const right = { password: { password: PASSWORD }, code: { code: totpCode(secret, Date.now()) }, 'backup code': { code: codes[3] } }[proof] ?? {};
    expect((await remove(right)).status).toBe(204);
    expect((await signInWith(PASSWORD)).status).toBe(200);
    expect(await engine.connection().instanceDb.select().from(twoFactors)).toEqual([]);
  });

  test('an owner of the instance takes it from somebody who has lost it; members’ administrators cannot, and nobody reads a secret', async () => {
    const browser = await program.signedIn();
    const { secret, codes } = await enrol(browser);
    const people = await browser.ask<{ items: object[] }>('GET', '/api/obs/people');
    expect(people.body.items).toMatchObject([{ id: program.ownerId, email: EMAIL, two_factor_enabled: true, has_password: true }]);
    const profile = await browser.ask('GET', '/api/obs/profile');
    const shown = JSON.stringify([people.body, profile.body, await audited()]);
    for (const hidden of [secret, ...codes]) expect(shown).not.toContain(hidden);

    await engine.connection().instanceDb.update(users).set({ instanceOwner: false });
    await engine.connection().instanceDb.execute(sql`UPDATE members SET role = 'admin'`);
    pass(1_000);
    const path = `/api/obs/people/${program.ownerId}/reset-two-factor`;
    expect((await browser.ask('GET', '/api/obs/people')).status).toBe(403);
    expect((await browser.ask('POST', path)).status).toBe(403);
    await engine.connection().instanceDb.update(users).set({ instanceOwner: true });
    pass(1_000);
    expect(await browser.ask('POST', path)).toMatchObject({ status: 200, body: { two_factor_enabled: false } });
    expect(await isSignedIn(browser)).toBe(false);
    expect((await audited()).at(-1)).toMatchObject({
      action: 'two_factor.reset',
      before: { two_factor_enabled: true },
      after: { two_factor_enabled: false },
    });
    const again = await program.signedIn();
    expect((await again.ask('POST', path)).status).toBe(409);
    expect((await again.ask('POST', '/api/obs/people/usr_nobody/reset-two-factor')).status).toBe(404);
  });

  test('sessions say where one is signed in, and end within a second', async () => {
    const here = await program.signedIn('192.0.2.7');
    const there = await program.signedIn('198.51.100.9');
    const list = async () => (await here.ask<{ items: Session[] }>('GET', '/api/auth/sessions')).body.items;
    const sessions = await list();
    expect(sessions.map(({ device, address, current }) => [device, address, current])).toEqual(
      expect.arrayContaining([
        ['Firefox 142 on Linux', '192.0.2.7', true],
        ['Firefox 142 on Linux', '198.51.100.9', false],
      ]),
    );
    expect(await isSignedIn(there)).toBe(true);
    const other = sessions.find(({ current }) => !current)?.id ?? '';
    expect((await here.ask('DELETE', `/api/auth/sessions/${other}`)).status).toBe(204);
    expect(await isSignedIn(there)).toBe(false);
    expect((await here.ask('DELETE', `/api/auth/sessions/${other}`)).status).toBe(404);
    const many = [await program.signedIn(), await program.signedIn()];
    expect(await here.ask('DELETE', '/api/auth/sessions')).toMatchObject({ status: 200, body: { ended: 2 } });
    for (const browser of many) expect(await isSignedIn(browser)).toBe(false);
    expect(await list()).toMatchObject([{ current: true }]);
    expect((await audited()).filter(({ action }) => action === 'session.end')).toHaveLength(2);
  });

  test('nobody ends the session of somebody else, and a key has none', async () => {
    const here = await program.signedIn();
    const [session] = (await here.ask<{ items: Session[] }>('GET', '/api/auth/sessions')).body.items;
    await engine.connection().instanceDb.execute(sql`
      INSERT INTO users (id, name, email, email_verified) VALUES ('usr_eve', 'Eve', 'eve@example.com', true)`);
    await engine
      .connection()
      .instanceDb.execute(sql`INSERT INTO members (workspace_id, user_id, role) VALUES (${program.firstWorkspaceId}, 'usr_eve', 'owner')`);
    const eve = program.openBrowser();
    await eve.ask('GET', await program.signIn.createSignInLink('usr_eve' as typeof program.ownerId));
    expect((await eve.ask('DELETE', `/api/auth/sessions/${session?.id}`)).status).toBe(404);
    expect(await isSignedIn(here)).toBe(true);
  });

  test('the use of a session is noted every 5 minutes, and prolongs it every day', async () => {
    const browser = await program.signedIn();
    const read = async () => (await browser.ask<{ items: Session[] }>('GET', '/api/auth/sessions')).body.items[0];
    const before = await read();
    pass(6 * 60_000);
    await browser.ask('GET', '/api/obs/me');
    await vi.waitFor(async () => expect(Date.parse((await read())?.last_used_at ?? '')).toBe(Date.parse(before?.last_used_at ?? '') + 6 * 60_000));
    expect((await read())?.expires_at).toBe(before?.expires_at);
    pass(24 * 3_600_000);
    const renewed = await browser.ask('GET', '/api/obs/me');
    expect(renewed.headers.getSetCookie().join()).toMatch(/session_token=/);
    expect(Date.parse((await read())?.expires_at ?? '')).toBeGreaterThan(Date.parse(before?.expires_at ?? '') + 23 * 3_600_000);
    pass(7 * 24 * 3_600_000 + 1);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('a name is changed at once, a new address when the link to it is opened by the same person', async () => {
    const browser = await program.signedIn();
    expect(await browser.ask('PATCH', '/api/obs/profile', { name: ' Ada Lovelace ' })).toMatchObject({ status: 200, body: { name: 'Ada Lovelace' } });
    const patch = (body: object) => browser.ask<Profile>('PATCH', '/api/obs/profile', body);
    expect(await patch({ email: 'ada@new.example' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/password' }] } });
    expect((await patch({ email: 'no address' })).status).toBe(400);
    expect(await patch({ email: 'Ada@New.example', password: PASSWORD })).toMatchObject({
      status: 200,
      body: { email: EMAIL, new_email: 'ada@new.example' },
    });
    await mailed(1);
    expect(program.mails[0]).toMatchObject({ to: 'ada@new.example' });
    const token = program.mailedToken();
    expect((await program.openBrowser().ask('POST', '/api/obs/profile/confirm-email', { token })).status).toBe(401);
    const confirm = () => browser.ask('POST', '/api/obs/profile/confirm-email', { token });
    expect(await confirm()).toMatchObject({ status: 200, body: { email: 'ada@new.example', new_email: null } });
    expect(await confirm()).toMatchObject({ status: 400, body: { errors: [{ pointer: '/token' }] } });
    await mailed(2);
    expect(program.mails[1]).toMatchObject({ to: EMAIL, subject: 'A change to your Sightglass account' });
    expect((await audited()).at(-1)).toMatchObject({ action: 'person.change_email', before: { email: EMAIL }, after: { email: 'ada@new.example' } });
  });

  test('an address that is somebody else’s cannot be taken, and asking does not tell', async () => {
    const { instanceDb } = engine.connection();
    await instanceDb.execute(sql`INSERT INTO users (id, name, email, email_verified) VALUES ('usr_bob', 'Bob', 'bob@example.com', true)`);
    const browser = await program.signedIn();
    const asked = await browser.ask('PATCH', '/api/obs/profile', { email: 'bob@example.com', password: PASSWORD });
    expect(asked).toMatchObject({ status: 200, body: { new_email: 'bob@example.com' } });
    await browser.ask('PATCH', '/api/obs/profile', { email: 'free@example.com', password: PASSWORD });
    await mailed(1);
    expect(program.mails[0]).toMatchObject({ to: 'free@example.com' });
    // Taken between asking and confirming.
    await instanceDb.update(users).set({ email: 'free@example.com' }).where(eq(users.id, 'usr_bob'));
    expect((await browser.ask('POST', '/api/obs/profile/confirm-email', { token: program.mailedToken() })).status).toBe(409);
    expect((await browser.ask<Profile>('GET', '/api/obs/profile')).body.email).toBe(EMAIL);
  });

  test('the profile says what there is', async () => {
    const browser = await program.signedIn();
    expect((await browser.ask<Profile>('GET', '/api/obs/profile')).body).toMatchObject({
      id: program.ownerId,
      email: EMAIL,
      new_email: null,
      has_password: true,
      two_factor: { enabled: false, backup_codes_left: 0 },
      providers: [],
      workspaces: [{ id: program.firstWorkspaceId, slug: 'default', role: 'owner' }],
      instance_owner: true,
      mail_delivers: true,
    });
  });
});
