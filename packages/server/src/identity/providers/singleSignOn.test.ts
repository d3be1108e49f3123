import type { IdentityProvider } from '@sightglass/contract/routes/identityProviders';
import type { Profile } from '@sightglass/contract/routes/profile';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { accounts, users } from '../../control/tables/people.ts';
import { members } from '../../control/tables/workspaces.ts';
import { type AccountProgram, BASE, type Browser, EMAIL, PASSWORD, startAccountProgram } from '../testing/accountProgram.ts';
import { totpCode } from '../testing/totp.ts';
import { CLIENT, type ProviderPerson, type RealProvider, startRealProvider } from './testing/realProvider.ts';

const ADA: ProviderPerson = { sub: 'ada-at-provider', email: EMAIL, email_verified: true, name: 'Ada L.' };
const BOB: ProviderPerson = { sub: 'bob-at-provider', email: 'Bob@example.com', email_verified: true, name: 'Bob' };

describeOnControlEngines('single sign-on with a real provider', (engine) => {
  let real: RealProvider;
  let program: AccountProgram;
  let owner: Browser;
  let provider: IdentityProvider;
  beforeAll(async () => {
    real = await startRealProvider();
  });
  afterAll(() => real.stop());
  beforeEach(async () => {
    program = await startAccountProgram(engine.connection(), { publicUrl: BASE });
    owner = await program.signedIn();
    const body = { name: 'Example Corp', issuer: real.issuer, client_id: CLIENT.id, client_secret: CLIENT.secret };
    const made = await owner.ask<IdentityProvider>('POST', '/api/obs/identity-providers', body);
    if (made.status !== 201) throw new Error(made.body.detail);
    provider = made.body;
    real.serve(provider.redirect_uri ?? '', 'first');
  });
  afterEach(() => program.stop());

  const start = async (browser: Browser, returnTo = '') => {
    const started = await browser.ask('GET', `/api/auth/oidc/${provider.id}/start${returnTo}`);
    return started.headers.get('location') ?? '';
  };
  /** From the button to the page on which it ends. */
  async function signOn(person: ProviderPerson, browser = program.openBrowser(), returnTo = '') {
    real.signsIn(person);
    const back = await real.visit(await start(browser, returnTo));
    const finished = await browser.ask('GET', `${back.pathname}${back.search}`);
    return { browser, back, status: finished.status, location: finished.headers.get('location') };
  }
  const patch = (body: object) => owner.ask<IdentityProvider>('PATCH', `/api/obs/identity-providers/${provider.id}`, body);
  const count = async (table: typeof users | typeof accounts | typeof members) => (await engine.connection().instanceDb.select().from(table)).length;

  test('somebody known by a verified address comes in, is linked, and is told by the provider’s own id from then on', async () => {
    const { browser, location } = await signOn(ADA, undefined, '?return_to=/traces%3Fq%3Dx');
    expect(location).toBe('/traces?q=x');
    expect((await browser.ask<Profile>('GET', '/api/obs/profile')).body).toMatchObject({
      id: program.ownerId,
      email: EMAIL,
      providers: [{ issuer: real.issuer, name: 'Example Corp' }],
    });
    const again = await signOn({ sub: ADA.sub, email: 'renamed@elsewhere.example', email_verified: false });
    expect(again.location).toBe('/');
    expect((await again.browser.ask<Profile>('GET', '/api/obs/profile')).body.id).toBe(program.ownerId);
    const rows = await engine.connection().instanceDb.select().from(auditEntries);
    expect(rows.map(({ action, after }) => [action, after])).toEqual(
      expect.arrayContaining([
        ['person.link_provider', { provider: 'Example Corp', provider_id: provider.id }],
        ['session.begin', { method: 'single sign-on, Example Corp' }],
      ]),
    );
  });

  test('what is asked has state, nonce and PKCE, and nothing of the secret', async () => {
    const address = new URL(await start(program.openBrowser()));
    expect(address.origin).toBe(real.issuer);
    const { state, nonce, code_challenge, ...rest } = Object.fromEntries(address.searchParams);
    expect(rest).toEqual({
      client_id: CLIENT.id,
      redirect_uri: `${BASE}/api/auth/oidc/${provider.id}/callback`,
      scope: 'openid email profile',
      response_type: 'code',
      code_challenge_method: 'S256',
    });
    for (const random of [state, nonce, code_challenge]) expect(random?.length).toBeGreaterThan(40);
    expect(address.href).not.toContain(encodeURIComponent(CLIENT.secret));
  });

  test.each<[string, ProviderPerson, object, string]>([
    ['an address that the provider has not verified', { ...ADA, email_verified: false }, {}, 'no-email'],
    ['an address of which the provider does not say whether', { sub: 'x', email: EMAIL }, {}, 'no-email'],
    ['no address', { sub: 'x' }, {}, 'no-email'],
    ['an address of another domain', ADA, { email_domains: ['example.org'] }, 'wrong-domain'],
    ['an address that only ends like the domain', { ...ADA, email: 'eve@notexample.org' }, { email_domains: ['example.org'] }, 'wrong-domain'],
    ['an account that is not there', BOB, {}, 'no-account'],
  ])('%s is refused, with the reason', async (_what, person, settings, error) => {
    await patch(settings);
    const before = await Promise.all([count(users), count(accounts)]);
    const { browser, location } = await signOn(person);
    expect(location).toBe(`/sign-in?error=${error}`);
    expect((await browser.ask('GET', '/api/obs/me')).status).toBe(401);
    expect(await Promise.all([count(users), count(accounts)])).toEqual(before);
  });

  test('somebody new joins the workspace that is set, as a viewer', async () => {
    expect(await patch({ join_workspace: 'nowhere' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/join_workspace' }] } });
    await patch({ join_workspace: 'default', email_domains: ['example.com'] });
    const { browser, location } = await signOn(BOB);
    expect(location).toBe('/');
    const me = await browser.ask<{ permissions: string[]; user: object }>('GET', '/api/obs/me');
    expect(me.body.user).toMatchObject({ email: 'bob@example.com', name: 'Bob' });
    expect(me.body.permissions).toEqual(['telemetry.read', 'configuration.read']);
    await engine.connection().instanceDb.execute(sql`DELETE FROM members WHERE role = 'viewer'`);
    // Removed, and so not new any more.
    const removed = await signOn(BOB);
    expect((await removed.browser.ask('GET', '/api/obs/me')).status).toBe(403);
    expect(await count(members)).toBe(1);
  });

  test('an account whose address nobody has shown to be theirs is handed over without what was prepared in it', async () => {
    const planted = await program.signedIn();
    await engine.connection().instanceDb.update(users).set({ emailVerified: false });
    const { location, browser } = await signOn(ADA);
    expect(location).toBe('/');
    expect((await browser.ask<Profile>('GET', '/api/obs/profile')).body.has_password).toBe(false);
    const password = await program.openBrowser().ask('POST', '/api/auth/sign-in/email', { email: EMAIL, password: PASSWORD });
    expect(password.status).toBe(401);
    await vi.waitFor(async () => expect((await planted.ask('GET', '/api/obs/me')).status).toBe(401), { timeout: 3_000 });
  });

  test('the second factor is asked for here as well', async () => {
    const begun = await owner.ask<{ secret: string }>('POST', '/api/auth/two-factor/enrol', { password: PASSWORD });
    await owner.ask('POST', '/api/auth/two-factor/confirm', { code: totpCode(begun.body.secret, Date.now() - 30_000) });
    const { browser, location } = await signOn(ADA);
    expect(location).toBe('/sign-in?step=code&return_to=%2F');
    expect((await browser.ask('GET', '/api/obs/me')).status).toBe(401);
    const code = totpCode(begun.body.secret, Date.now());
    expect((await browser.ask('POST', '/api/auth/sign-in/second-factor', { code })).status).toBe(200);
    expect((await browser.ask('GET', '/api/obs/me')).status).toBe(200);
  });

  test('a callback that is sent twice, in another browser, with another state or without its cookie is worth nothing', async () => {
    real.signsIn(ADA);
    const browser = program.openBrowser();
    const back = await real.visit(await start(browser));
    const cookies = new Map(browser.cookies);
    const call = async (by: Browser, search = back.search) => (await by.ask('GET', `${back.pathname}${search}`)).headers.get('location');
    expect(await call(program.openBrowser())).toBe('/sign-in?error=expired');
    const otherState = new URLSearchParams(back.search);
    otherState.set('state', 'another');
    expect(await call(browser, `?${otherState}`)).toBe('/sign-in?error=expired');
    const stranger = program.openBrowser();
    await start(stranger);
    expect(await call(stranger)).toBe('/sign-in?error=expired');
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect(await call(browser)).toBe('/');
    const thief = program.openBrowser();
    for (const [name, value] of cookies) thief.cookies.set(name, value);
    expect(await call(thief)).toBe('/sign-in?error=expired');
    expect((await thief.ask('GET', '/api/obs/me')).status).toBe(401);
  });

  test('ten minutes after its start it is too late', async () => {
    real.signsIn(ADA);
    const browser = program.openBrowser();
    const back = await real.visit(await start(browser));
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 600_000);
      expect((await browser.ask('GET', `${back.pathname}${back.search}`)).headers.get('location')).toBe('/sign-in?error=expired');
    } finally {
      vi.useRealTimers();
    }
  });

  test('who cancels at the provider comes back to the sign-in page', async () => {
    const browser = program.openBrowser();
    real.refuses();
    const back = await real.visit(await start(browser));
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect((await browser.ask('GET', `${back.pathname}${back.search}`)).headers.get('location')).toBe('/sign-in?error=provider-refused');
  });

  test('when the provider changes its keys, the next sign-in uses the new ones', async () => {
    expect((await signOn(ADA)).location).toBe('/');
    real.serve(provider.redirect_uri ?? '', 'second');
    expect((await signOn(ADA)).location).toBe('/');
  });

  test('switched off or removed it is not offered, and does not let in', async () => {
    const methods = () => program.openBrowser().ask('GET', '/api/auth/methods');
    expect((await methods()).body).toMatchObject({ providers: [{ id: provider.id, name: 'Example Corp' }] });
    await patch({ enabled: false });
    expect((await methods()).body).toMatchObject({ providers: [] });
    expect(await start(program.openBrowser())).toBe('/sign-in?error=provider-gone');
    await patch({ enabled: true });
    real.signsIn(ADA);
    const browser = program.openBrowser();
    const back = await real.visit(await start(browser));
    expect((await owner.ask('DELETE', `/api/obs/identity-providers/${provider.id}`)).status).toBe(204);
    expect((await browser.ask('GET', `${back.pathname}${back.search}`)).headers.get('location')).toBe('/sign-in?error=provider-gone');
  });

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/%0d%0aset-cookie:x', '/\tx'])(
    'afterwards nobody is sent to %s',
    async (returnTo) => {
      const { location } = await signOn(ADA, undefined, `?return_to=${encodeURIComponent(returnTo)}`);
      expect(new URL(location ?? '', BASE).origin).toBe(BASE);
      expect(location).toMatch(/^\/(?![/\\])/);
    },
  );

  test('the test of a provider says in words what it found', async () => {
    const check = () =>
      owner.ask<{ ok: boolean; findings: { ok: boolean; text: string }[] }>('POST', `/api/obs/identity-providers/${provider.id}/test`);
    const good = await check();
    expect(good.body.findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(good.body).toMatchObject({ ok: true });
    expect(good.body.findings.map(({ text }) => text)).toContain('It has 1 key to sign with.');
    await patch({ issuer: `${real.issuer}/nowhere`, client_secret: 'x' });
    const bad = await check();
    expect(bad.body.ok).toBe(false);
    expect(bad.body.findings[0]?.text).toMatch(/^The provider could not be asked/);
    expect(await start(program.openBrowser())).toBe('/sign-in?error=provider-failed');
    expect(program.warnings.join()).toContain('Example Corp could not be asked');
  });

  test('the client secret is answered to nobody, logged nowhere, and goes to no other issuer', async () => {
    await signOn(ADA);
    const listed = await owner.ask('GET', '/api/obs/identity-providers');
    const rows = await engine.connection().instanceDb.select().from(auditEntries);
    const { rows: stored } = await engine.connection().instanceDb.execute(sql`SELECT p::text AS row FROM identity_providers p`);
    for (const shown of [listed.body, rows, stored, program.warnings]) expect(JSON.stringify(shown)).not.toContain('a client secret of the test');
    expect(JSON.stringify(stored)).not.toContain(Buffer.from('a client secret').toString('hex'));
    expect(listed.body).toMatchObject({ items: [{ client_secret: '***', usable: true }] });
    expect(await patch({ issuer: `${real.issuer}/elsewhere` })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/client_secret' }] } });
    expect(
      await owner.ask('POST', '/api/obs/identity-providers', { name: 'Example Corp', issuer: real.issuer, client_id: 'x', client_secret: 'y' }),
    ).toMatchObject({
      status: 409,
    });
  });

  test.each([
    ['http://login.example.com', /https/],
    ['https://10.0.0.1', /private/],
    ['https://login.example.com?x=1', /\?/],
    ['https://login.example.com/.well-known/openid-configuration', /part before/],
    ['not an address', /address/],
    ['ftp://login.example.com', /https/],
  ])('the issuer %s is refused by field', async (issuer, reason) => {
    const refused = await owner.ask('POST', '/api/obs/identity-providers', { name: 'Other', issuer, client_id: 'x', client_secret: 'y' });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/issuer', message: expect.stringMatching(reason) }] } });
  });

  test('only who manages the instance sees and changes providers', async () => {
    await engine.connection().instanceDb.update(users).set({ instanceOwner: false });
    const admin = await program.signedIn('198.51.100.3');
    const calls = [
      ['GET', ''],
      ['POST', ''],
      ['PATCH', `/${provider.id}`],
      ['DELETE', `/${provider.id}`],
      ['POST', `/${provider.id}/test`],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await admin.ask(method, `/api/obs/identity-providers${path}`, method === 'GET' || method === 'DELETE' ? undefined : {});
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
  });
});
