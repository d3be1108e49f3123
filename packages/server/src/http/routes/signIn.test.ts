import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { type AccountProgram, EMAIL, PASSWORD, startAccountProgram } from '../../identity/testing/accountProgram.ts';
import { MAILS_MAX } from '../../identity/mailedLinks.ts';

const LINK = '/api/auth/sign-in/link';
const REDEEM = '/api/auth/sign-in/link/redeem';

describeOnControlEngines('signing in by mail', (engine) => {
  let program: AccountProgram;
  const open = async (options?: Parameters<typeof startAccountProgram>[1]) => {
    program = await startAccountProgram(engine.connection(), { publicUrl: 'https://obs.example.com', ...options });
    return program;
  };
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => {
    program.stop();
    vi.useRealTimers();
  });
  const askLink = (email: string, peer?: string) => program.openBrowser(peer).ask('POST', LINK, { email });
  const mailed = (count: number) => vi.waitFor(() => expect(program.mails).toHaveLength(count));

  test('a mailed link leads to our own address, whatever Host was sent, and signs in once', async () => {
    await open();
    const asked = await program.openBrowser().ask('POST', LINK, { email: ' Ada@example.com ' }, { host: 'evil.example' });
    expect(asked).toMatchObject({ status: 202, body: { accepted: true } });
    await mailed(1);
    expect(program.mails[0]).toMatchObject({ to: EMAIL });
    expect(program.mails[0]?.text).toMatch(/^https:\/\/obs\.example\.com\/sign-in\/mail#token=[\w-]{43}$/m);
    const token = program.mailedToken();
    const browser = program.openBrowser();
    expect(await browser.ask('POST', REDEEM, { token })).toMatchObject({ status: 200, body: { user: { email: EMAIL } } });
    expect((await browser.ask('GET', '/api/obs/me')).status).toBe(200);
    expect(await program.openBrowser().ask('POST', REDEEM, { token })).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
  });

  test('who has no account gets the same answer and no mail', async () => {
    await open();
    const known = await askLink(EMAIL);
    const unknown = await askLink('nobody@example.com');
    const nonsense = await askLink('no address at all');
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    expect([nonsense.status, nonsense.body]).toEqual([known.status, known.body]);
    await mailed(1);
    await askLink(EMAIL);
    await mailed(2);
    expect(program.mails.map(({ to }) => to)).toEqual([EMAIL, EMAIL]);
  });

  test('mails to one address, and from one peer, are bounded alike with and without an account', async () => {
    await open();
    for (const email of [EMAIL, 'nobody@example.com']) {
      for (let sent = 0; sent < MAILS_MAX.toAddress; sent += 1) expect((await askLink(email, `192.0.2.${sent}`)).status).toBe(202);
      const refused = await askLink(email, '192.0.2.99');
      expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    }
    for (let sent = 0; sent < MAILS_MAX.fromPeer; sent += 1) await askLink(`person-${sent}@example.com`, '198.51.100.1');
    expect((await askLink('one-more@example.com', '198.51.100.1')).status).toBe(429);
    expect((await askLink('one-more@example.com', '198.51.100.2')).status).toBe(202);
  });

  test('after 15 minutes a link is too old', async () => {
    await open();
    await askLink(EMAIL);
    await mailed(1);
    vi.setSystemTime(Date.now() + 15 * 60_000);
    expect((await program.openBrowser().ask('POST', REDEEM, { token: program.mailedToken() })).status).toBe(401);
  });

  test.each([
    ['without a mail server', { mailDelivers: false, publicUrl: 'https://obs.example.com' }],
    ['in required mode without an address', { publicUrl: undefined as unknown as string }],
  ])('%s links are neither offered nor sent', async (_what, options) => {
    await open(options);
    const methods = await program.openBrowser().ask('GET', '/api/auth/methods');
    expect(methods.body).toMatchObject({ mail_link: false });
    for (const path of [LINK, '/api/auth/password/forgot']) {
      expect(await program.openBrowser().ask('POST', path, { email: EMAIL })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    }
    expect(program.mails).toEqual([]);
  });

  test('in local mode links lead to the loopback address that was asked', async () => {
    await open({ publicUrl: undefined as unknown as string, auth: 'local' });
    expect((await program.openBrowser().ask('GET', '/api/auth/methods')).body).toEqual({ mail_link: true, providers: [] });
    await askLink(EMAIL);
    await mailed(1);
    expect(program.mails[0]?.text).toContain('\nhttp://localhost:4318/sign-in/mail#token=');
  });

  test('pages of other sites change nothing', async () => {
    await open();
    const posts: [string, object][] = [
      [LINK, { email: EMAIL }],
      [REDEEM, { token: 'x' }],
      ['/api/auth/sign-in/email', { email: EMAIL, password: PASSWORD }],
      ['/api/auth/sign-in/second-factor', { code: '123456' }],
      ['/api/auth/password/forgot', { email: EMAIL }],
      ['/api/auth/password/reset', { token: 'x', new_password: 'a fine new password' }],
      ['/api/auth/sign-out', {}],
    ];
    for (const [path, body] of posts) {
      const foreign = await program.openBrowser().ask('POST', path, body, { origin: 'https://evil.example' });
      expect([path, foreign.status, foreign.body.code]).toEqual([path, 403, 'foreign-origin']);
    }
    const browser = await program.signedIn();
    const own: [string, string, object | undefined][] = [
      ['POST', '/api/auth/password', { current_password: PASSWORD, new_password: 'a fine new password' }],
      ['POST', '/api/auth/two-factor/enrol', { password: PASSWORD }],
      ['PATCH', '/api/obs/profile', { name: 'Eve' }],
      ['DELETE', '/api/auth/sessions', undefined],
    ];
    for (const [method, path, body] of own) {
      expect([path, (await browser.ask(method, path, body, { 'sec-fetch-site': 'cross-site' })).status]).toEqual([path, 403]);
    }
  });

  test('behind https the session cookie is Secure and bound to the host', async () => {
    await open();
    const answer = await program.openBrowser().ask('POST', '/api/auth/sign-in/email', { email: EMAIL, password: PASSWORD });
    for (const line of answer.headers.getSetCookie()) {
      expect(line).toMatch(/^__Host-sightglass-/);
      expect(line.match(/; *secure/gi)).toHaveLength(1);
      expect(line).toMatch(/; *path=\//i);
      expect(line).not.toMatch(/domain/i);
    }
    const browser = await program.signedIn();
    expect((await browser.ask('GET', '/api/obs/me')).status).toBe(200);
  });

  test('tokens are in no row of the database', async () => {
    await open();
    await askLink(EMAIL);
    await program.openBrowser().ask('POST', '/api/auth/password/forgot', { email: EMAIL });
    await mailed(2);
    const tokens = program.mails.map(({ text }) => /#token=([\w-]+)/.exec(text)?.[1] ?? '');
    const { instanceDb } = engine.connection();
    const tables = [sql`sign_in_links`, sql`verifications`, sql`audit_entries`];
    for (const table of tables) {
      const { rows } = await instanceDb.execute(sql`SELECT t::text AS row FROM ${table} t`);
      for (const token of tokens) expect(JSON.stringify(rows)).not.toContain(token);
    }
    expect(program.warnings).toEqual([]);
  });
});
