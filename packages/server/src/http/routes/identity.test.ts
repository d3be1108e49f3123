import { SCOPES, type Scope } from '@sightglass/contract/permissions';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { type ApiKeyStore, createApiKeyStore } from '../../apiKeys/apiKeys.ts';
import { coveredScopes } from '../../access/permits.ts';
import { bootstrapInstance, type Instance } from '../../identity/bootstrap.ts';
import { createSignIn, type SignIn } from '../../identity/signIn.ts';
import { createApp } from '../app.ts';
import { type AuthenticateDependencies, createAuthenticate, refuseForeignHosts } from '../authenticate.ts';
import { unconnected } from '../../identity/testing/unconnected.ts';
import { accountRoutes } from './accounts.ts';
import { identityRoutes } from './identity.ts';
import { workspaceRoutes } from './workspaces.ts';

const INIT_KEY = `sg_${'i'.repeat(40)}`;
const EMAIL = 'ada@example.com';
const PASSWORD = 'a long password';
const HOST = 'localhost:4318';
const peer = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

/** What becomes of workspaces is tested beside their own routes. */
const refuseDeletion = () => Promise.reject(new Error('no workspace is deleted here'));

interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}
/** The fields that these tests look at, of whatever was answered. */
interface Body {
  id: string;
  key: string;
  prefix: string;
  code: string;
  detail: string;
  revoked_at: string | null;
  scopes: string[];
  errors: { pointer: string }[];
  items: { id: string; slug: string }[];
  workspace?: { slug: string };
}

describeOnControlEngines('the identity routes', (engine) => {
  let keys: ApiKeyStore;
  let signIn: SignIn;
  let instance: Instance;
  let now = Date.now();

  beforeAll(async () => {
    const control = engine.connection();
    const clock = () => now;
    const warn = (message: string, error: unknown) => {
      throw new Error(message, { cause: error });
    };
    const made = await bootstrapInstance({ control, init: { email: EMAIL, password: PASSWORD, apiKey: INIT_KEY }, clock });
    if (!made.ok) throw new Error(made.error.detail);
    instance = made.value;
    keys = createApiKeyStore({ control, clock, warn });
    signIn = await createSignIn({ control, secret: 'a secret of the test, thirty-two', clock, warn });
  });
  afterAll(() => keys.stop());

  /** The real application in either mode, with one more route for telemetry. */
  function appIn(mode: 'local' | 'required') {
    const deps: AuthenticateDependencies = { keys, sessions: signIn.sessions, mode, firstWorkspaceId: instance.firstWorkspaceId };
    const authenticate = createAuthenticate(deps);
    const app = createApp({ log: pino({ level: 'silent' }), authenticate });
    app.use('*', refuseForeignHosts(mode));
    identityRoutes(app, { control: engine.connection(), keys, authMode: mode, version: '0.1.0' });
    accountRoutes(app, { signIn, ...unconnected(mode) });
    workspaceRoutes(app, {
      control: engine.connection(),
      keys,
      planBook: { refresh: async () => undefined },
      deletions: { run: refuseDeletion, find: async () => undefined },
      sessions: signIn.sessions,
      clock: () => now,
    });
    app.post('/v1/traces', async (c) => {
      const caller = await authenticate(c);
      return caller.ok
        ? c.json({ kind: caller.value.kind, scopes: coveredScopes(caller.value.permissions), workspace: caller.value.workspaceId })
        : c.json(caller.error, 401);
    });
    app.get('/healthz', (c) => c.json({ status: 'ok' }));
    return app;
  }

  async function ask(
    path: string,
    options: { mode?: 'local' | 'required'; method?: string; headers?: Record<string, string>; body?: unknown; from?: string } = {},
  ): Promise<Answer> {
    now += 1;
    const { mode = 'required', method = 'GET', headers = {}, body, from = '127.0.0.1' } = options;
    const init: RequestInit = { method, headers: { host: HOST, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await appIn(mode).request(path, init, peer(from));
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text === '' ? '{}' : text) as Body };
  }
  const withKey = (key: string) => ({ authorization: `Bearer ${key}` });

  async function keyWith(...scopes: Scope[]): Promise<string> {
    const { body, status } = await ask('/api/obs/api-keys', { method: 'POST', headers: withKey(INIT_KEY), body: { name: 'for a test', scopes } });
    expect(status).toBe(201);
    return body.key;
  }
  async function cookie(): Promise<string> {
    const { status, headers } = await ask('/api/auth/sign-in/email', { method: 'POST', body: { email: EMAIL, password: PASSWORD } });
    expect(status).toBe(200);
    return headers
      .getSetCookie()
      .map((line) => line.slice(0, line.indexOf(';')))
      .join('; ');
  }

  test('the first key has every scope, and /me says who asks', async () => {
    const { status, body } = await ask('/api/obs/me', { headers: withKey(INIT_KEY) });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user: null,
      workspace: { slug: 'default', time_zone: 'UTC' },
      workspaces: [{ slug: 'default' }],
      auth_mode: 'required',
      version: '0.1.0',
    });
    expect(body.scopes.sort()).toEqual([...SCOPES].sort());
  });

  test('no key is 401, a wrong key is 401 in either mode, a wrong scope is 403 and names what is needed', async () => {
    expect(await ask('/api/obs/me')).toMatchObject({ status: 401, body: { code: 'not-signed-in', type: '/docs/errors/not-signed-in' } });
    for (const mode of ['local', 'required'] as const) {
      const wrong = await ask('/api/obs/me', { mode, headers: withKey(`sg_${'w'.repeat(43)}`) });
      expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
      expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
      expect((await ask('/v1/traces', { mode, method: 'POST', headers: { authorization: 'nonsense' } })).status).toBe(401);
    }
    const reader = await keyWith('read');
    const refused = await ask('/api/obs/api-keys', { headers: withKey(reader) });
    expect(refused).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect(refused.body.detail).toContain('admin');
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
  });

  test('a key is shown once, listed without it, and dead after it was revoked', async () => {
    const made = await ask('/api/obs/api-keys', {
      method: 'POST',
      headers: withKey(INIT_KEY),
      body: { name: ' collector ', scopes: ['ingest'], expires_at: '2099-01-01T00:00:00+01:00', rate_limit: { requests_per_minute: 5 } },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'collector',
      scopes: ['ingest'],
      expires_at: '2098-12-31T23:00:00.000Z',
      last_used_at: null,
      revoked_at: null,
      rate_limit: { requests_per_minute: 5 },
      prefix: made.body.key.slice(0, 8),
    });
    const list = await ask('/api/obs/api-keys', { headers: withKey(INIT_KEY) });
    const { key, ...shown } = made.body;
    expect(list.body.items).toContainEqual(shown);
    expect(JSON.stringify(list.body)).not.toContain(key);
    const revoked = await ask(`/api/obs/api-keys/${shown.id}/revoke`, { method: 'POST', headers: withKey(INIT_KEY) });
    expect(revoked).toMatchObject({ status: 200, body: { id: shown.id } });
    expect(revoked.body.revoked_at).not.toBeNull();
    expect((await ask('/api/obs/me', { headers: withKey(key) })).status).toBe(401);
    expect((await ask('/api/obs/api-keys/key_nothing/revoke', { method: 'POST', headers: withKey(INIT_KEY) })).status).toBe(404);
  });

  test('a rate limit answers 429 with Retry-After', async () => {
    const made = await ask('/api/obs/api-keys', {
      method: 'POST',
      headers: withKey(INIT_KEY),
      body: { name: 'slow', scopes: ['read'], rate_limit: { requests_per_minute: 2 } },
    });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push(await ask('/api/obs/me', { headers: withKey(made.body.key) }));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(statuses[2]?.headers.get('retry-after')).toBe('30');
  });

  test('a rate limit is changed and taken away, by admins of the workspace alone', async () => {
    const made = await ask('/api/obs/api-keys', { method: 'POST', headers: withKey(INIT_KEY), body: { name: 'collector', scopes: ['ingest'] } });
    const path = `/api/obs/api-keys/${made.body.id}`;
    const patch = (body: object, key = INIT_KEY, at = path) => ask(at, { method: 'PATCH', headers: withKey(key), body });
    const limit = { items_per_second: 100, bytes_per_second: 1_000_000, burst_seconds: 30 };
    expect(await patch({ rate_limit: limit })).toMatchObject({ status: 200, body: { id: made.body.id, name: 'collector', rate_limit: limit } });
    expect(await patch({ name: ' slower ' })).toMatchObject({ status: 200, body: { name: 'slower', rate_limit: limit } });
    expect(await patch({ rate_limit: null })).toMatchObject({ status: 200, body: { name: 'slower', rate_limit: null } });
    expect(await patch({ rate_limit: { burst_seconds: 5 } })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/rate_limit' }] } });
    expect(await patch({ rate_limit: { items_per_second: 0.5 } })).toMatchObject({ status: 400 });
    expect((await patch({ name: 'x' }, await keyWith('read', 'ingest', 'govern'))).status).toBe(403);
    expect((await patch({ name: 'x' }, INIT_KEY, '/api/obs/api-keys/key_nothing')).status).toBe(404);
  });

  test.each([
    ['no name', { scopes: ['read'] }, '/name'],
    ['an empty name', { name: '  ', scopes: ['read'] }, '/name'],
    ['no scope', { name: 'x', scopes: [] }, '/scopes'],
    ['an unknown scope', { name: 'x', scopes: ['root'] }, '/scopes/0'],
    ['no time', { name: 'x', scopes: ['read'], expires_at: 'tomorrow' }, '/expires_at'],
    ['a time that has passed', { name: 'x', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
    ['a limit of nothing', { name: 'x', scopes: ['read'], rate_limit: { requests_per_minute: 0 } }, '/rate_limit/requests_per_minute'],
  ])('a key with %s is refused by field', async (_what, body, pointer) => {
    const refused = await ask('/api/obs/api-keys', { method: 'POST', headers: withKey(INIT_KEY), body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(refused.body.errors.map((error) => error.pointer)).toContain(pointer);
  });

  test('only the scope instance makes workspaces, reaches into them, and grants itself', async () => {
    const admin = await keyWith('admin', 'read');
    const create = (slug: string, key: string) =>
      ask('/api/obs/workspaces', { method: 'POST', headers: withKey(key), body: { slug, name: 'Second' } });
    expect(await create('second', admin)).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect(await create('second', INIT_KEY)).toMatchObject({ status: 201, body: { slug: 'second', name: 'Second', plan: 'free', time_zone: 'UTC' } });
    expect(await create('second', INIT_KEY)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await create('Not A Slug', INIT_KEY)).status).toBe(400);

    const keyIn = (slug: string, key: string, scopes: Scope[]) =>
      ask(`/api/obs/workspaces/${slug}/api-keys`, { method: 'POST', headers: withKey(key), body: { name: 'x', scopes } });
    expect(await keyIn('second', admin, ['read'])).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await keyIn('nowhere', INIT_KEY, ['read'])).toMatchObject({ status: 404 });
    expect(await keyIn('default', admin, ['read'])).toMatchObject({ status: 201 });
    expect(await keyIn('default', admin, ['instance'])).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    expect((await ask('/api/obs/api-keys', { method: 'POST', headers: withKey(admin), body: { name: 'x', scopes: ['instance'] } })).status).toBe(403);

    const second = await keyIn('second', INIT_KEY, ['admin', 'read']);
    expect(second).toMatchObject({ status: 201 });
    expect((await ask('/api/obs/me', { headers: withKey(second.body.key) })).body.workspace?.slug).toBe('second');
    const own = await ask('/api/obs/workspaces', { headers: withKey(second.body.key) });
    expect(own.body.items.map((workspace) => workspace.slug)).toEqual(['second']);
    const all = await ask('/api/obs/workspaces', { headers: withKey(INIT_KEY) });
    expect(all.body.items.map((workspace) => workspace.slug).sort()).toEqual(['default', 'second']);
    const [foreign] = (await ask('/api/obs/api-keys', { headers: withKey(second.body.key) })).body.items;
    expect((await ask(`/api/obs/api-keys/${foreign?.id}/revoke`, { method: 'POST', headers: withKey(admin) })).status).toBe(404);
  });

  test('a member’s session reads, and changes things from our own pages only', async () => {
    const headers = { cookie: await cookie() };
    const me = await ask('/api/obs/me', { headers });
    expect(me.body).toMatchObject({ user: { id: instance.ownerId, email: EMAIL }, workspace: { slug: 'default' } });
    expect(me.body.scopes).toEqual(expect.arrayContaining(['read', 'govern', 'admin', 'instance']));
    const create = (more: Record<string, string>) =>
      ask('/api/obs/api-keys', { method: 'POST', headers: { ...headers, ...more }, body: { name: 'by a person', scopes: ['read'] } });
    expect(await create({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 201 });
    expect(await create({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403, body: { code: 'foreign-origin' } });
    expect(await create({ origin: 'http://localhost:3000' })).toMatchObject({ status: 403, body: { code: 'foreign-origin' } });
    expect(await create({ origin: 'null' })).toMatchObject({ status: 403 });
    expect((await ask('/api/obs/me', { headers: { ...headers, upgrade: 'websocket', origin: 'http://evil.example' } })).status).toBe(403);
  });

  test('a member picks the workspace by header or cookie', async () => {
    await ask('/api/obs/workspaces', { method: 'POST', headers: withKey(INIT_KEY), body: { slug: 'third', name: 'Third' } });
    const session = await cookie();
    const slugOf = async (headers: Record<string, string>) => (await ask('/api/obs/me', { headers })).body.workspace?.slug;
    expect(await slugOf({ cookie: session })).toBe('default');
    expect(await slugOf({ cookie: session, 'x-workspace': 'third' })).toBe('third');
    expect(await slugOf({ cookie: `${session}; sightglass-workspace=third` })).toBe('third');
    expect(await slugOf({ cookie: `${session}; sightglass-workspace=gone` })).toBe('default');
    expect(await ask('/api/obs/me', { headers: { cookie: session, 'x-workspace': 'gone' } })).toMatchObject({ status: 404 });
  });

  test('scopes follow the role', async () => {
    const { instanceDb: db } = engine.connection();
    const scopesAs = async (role: string) => {
      await db.execute(sql`UPDATE members SET role = ${role}`);
      await db.execute(sql`UPDATE users SET instance_owner = false`);
      const { body } = await ask('/api/obs/me', { headers: { cookie: await cookie() } });
      return body.scopes;
    };
    try {
      expect(await scopesAs('admin')).toEqual(['ingest', 'read', 'govern', 'admin']);
      expect(await scopesAs('editor')).toEqual(['read', 'govern']);
      expect(await scopesAs('viewer')).toEqual(['read']);
      expect(await scopesAs('auditor')).toEqual(['read']);
      await db.execute(sql`DELETE FROM members WHERE user_id = ${instance.ownerId} AND workspace_id <> ${instance.firstWorkspaceId}`);
      expect(await ask('/api/obs/api-keys', { headers: { cookie: await cookie() } })).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    } finally {
      await db.execute(sql`UPDATE members SET role = 'owner'`);
      await db.execute(sql`UPDATE users SET instance_owner = true`);
    }
  });

  test('signing out ends the session; the cookie is Secure behind TLS', async () => {
    const session = await cookie();
    const out = await ask('/api/auth/sign-out', { method: 'POST', headers: { cookie: session, 'x-forwarded-proto': 'https' }, body: {} });
    expect(out).toMatchObject({ status: 200, body: { signed_out: true } });
    for (const line of out.headers.getSetCookie()) expect(line).toMatch(/; Secure$/);
    expect((await ask('/api/obs/me', { headers: { cookie: session } })).status).toBe(401);
    const plain = await ask('/api/auth/sign-in/email', { method: 'POST', body: { email: EMAIL, password: PASSWORD } });
    expect(plain.headers.getSetCookie().join()).not.toMatch(/Secure/i);
    expect(plain.body).toEqual({ user: { id: instance.ownerId, email: EMAIL, name: 'Owner' } });
  });

  test('sign-in refuses wrong passwords, other sites’ pages, and bodies that are none', async () => {
    const attempt = (body: unknown, headers = {}) => ask('/api/auth/sign-in/email', { method: 'POST', headers, body });
    expect(await attempt({ email: EMAIL, password: 'wrong' })).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
    expect(await attempt({ email: EMAIL, password: PASSWORD }, { origin: 'http://evil.example' })).toMatchObject({ status: 403 });
    expect(await attempt({ email: EMAIL })).toMatchObject({ status: 400 });
    expect(
      (await ask('/api/auth/sign-up/email', { method: 'POST', body: { email: 'eve@example.com', password: PASSWORD, name: 'Eve' } })).status,
    ).toBe(404);
  });

  test('the printed link signs in once; previews do not use it up; opened again it leads on', async () => {
    const path = await signIn.createSignInLink(instance.ownerId);
    const app = appIn('local');
    const visit = (init: RequestInit = {}) => app.request(path, { ...init, headers: { host: HOST, ...init.headers } }, peer('127.0.0.1'));
    expect((await visit({ method: 'HEAD' })).status).toBe(204);
    expect((await visit({ headers: { 'sec-purpose': 'prefetch;prerender' } })).status).toBe(204);
    const first = await visit();
    expect([first.status, first.headers.get('location'), first.headers.get('cache-control'), first.headers.get('referrer-policy')]).toEqual([
      303,
      '/',
      'no-store',
      'no-referrer',
    ]);
    const session = first.headers.getSetCookie().map((line) => line.slice(0, line.indexOf(';')));
    const me = await ask('/api/obs/me', { mode: 'local', headers: { cookie: session.join('; ') } });
    expect(me.body).toMatchObject({ user: { id: instance.ownerId }, auth_mode: 'local' });
    expect((await visit()).headers.get('location')).toBe('/sign-in?error=link');
    expect((await visit({ headers: { cookie: session.join('; ') } })).headers.get('location')).toBe('/');
  });

  test('in local mode telemetry from loopback needs no key, and nothing else is open', async () => {
    const send = (options: Parameters<typeof ask>[1] = {}) => ask('/v1/traces', { mode: 'local', method: 'POST', ...options });
    expect(await send()).toMatchObject({ status: 200, body: { kind: 'loopback', scopes: ['ingest'], workspace: instance.firstWorkspaceId } });
    expect(await send({ headers: { authorization: 'Bearer ' } })).toMatchObject({ status: 200 });
    expect(await send({ headers: { origin: 'http://localhost:3000' } })).toMatchObject({ status: 200 });
    expect(await send({ headers: { origin: 'http://evil.example' } })).toMatchObject({ body: { code: 'foreign-origin' } });
    expect(await send({ from: '192.0.2.1' })).toMatchObject({ body: { code: 'not-signed-in' } });
    expect(await send({ mode: 'required' })).toMatchObject({ body: { code: 'not-signed-in' } });
    expect(await send({ headers: withKey(INIT_KEY) })).toMatchObject({ body: { kind: 'key' } });
    expect((await ask('/api/obs/me', { mode: 'local' })).status).toBe(401);
  });

  test('in local mode a host that is no loopback name is refused everywhere, in required mode nowhere', async () => {
    for (const path of ['/healthz', '/api/obs/me', '/anything/of/the/ui']) {
      const foreign = await ask(path, { mode: 'local', headers: { host: 'rebound.example:4318' } });
      expect(foreign).toMatchObject({ status: 403, body: { code: 'foreign-host' } });
    }
    expect((await ask('/v1/traces', { mode: 'local', method: 'POST', headers: { host: 'rebound.example' } })).status).toBe(403);
    expect((await ask('/healthz', { mode: 'local', headers: { host: '127.0.0.1:9999' } })).status).toBe(200);
    expect((await ask('/healthz', { mode: 'required', headers: { host: 'obs.example.com' } })).status).toBe(200);
  });
});
