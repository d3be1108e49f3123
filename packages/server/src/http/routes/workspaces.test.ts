import type { UserId, WorkspaceId } from '@sightglass/contract/ids';
import { PLAN_RETENTION_DAYS, PLANS } from '@sightglass/contract/plan';
import { getCostForecast } from '@sightglass/contract/routes/costForecast';
import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { TEST_SECRET } from '../../../test/emptyControl.ts';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import { type ApiKeyStore, createApiKeyStore } from '../../apiKeys/apiKeys.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { users } from '../../control/tables/people.ts';
import { members, workspaces } from '../../control/tables/workspaces.ts';
import { bootstrapInstance, type Instance } from '../../identity/bootstrap.ts';
import { createSignIn, type SignIn } from '../../identity/signIn.ts';
import { openPlanBook, type PlanBook } from '../../plans/planBook.ts';
import { createId } from '../../prefixedId.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { createTurns } from '../../turns.ts';
import { type GoneWorkspaces, openGoneWorkspaces } from '../../workspaces/deletion/goneWorkspaces.ts';
import { startWorkspaceDeletions, type WorkspaceDeletions } from '../../workspaces/deletion/workspaceDeletions.ts';
import { createApp } from '../app.ts';
import { createAuthenticate } from '../authenticate.ts';
import { identityRoutes } from './identity.ts';
import { planRoutes } from './plans.ts';
import { workspaceRoutes } from './workspaces.ts';

const INSTANCE_KEY = `sg_${'i'.repeat(40)}`;
const PATH = '/api/obs/workspaces';

describeOnControlEngines('the routes of workspaces and plans', (engine) => {
  let keys: ApiKeyStore;
  let signIn: SignIn;
  let instance: Instance;
  let gone: GoneWorkspaces;
  let plans: PlanBook;
  let deletions: WorkspaceDeletions;
  let stored: TemporaryTelemetry;
  let now = Date.now();
  const clock = () => now;
  const warn = (message: string, error: unknown) => {
    throw new Error(message, { cause: error });
  };

  beforeAll(async () => {
    const control = engine.connection();
    stored = await openTemporaryTelemetry();
    const made = await bootstrapInstance({ control, init: { apiKey: INSTANCE_KEY }, clock });
    if (!made.ok) throw new Error(made.error.detail);
    instance = made.value;
    keys = createApiKeyStore({ control, clock, warn });
    signIn = await createSignIn({ control, secret: TEST_SECRET, clock, warn });
    gone = await openGoneWorkspaces({ control, clock: Date.now, warn });
    plans = await openPlanBook({ control, clock: () => now, warn });
    const log = pino({ level: 'silent' });
    const { telemetry } = stored;
    deletions = await startWorkspaceDeletions({
      control,
      telemetry,
      gone,
      allStored: async () => undefined,
      exclusively: createTurns(),
      nowMs: Date.now,
      log,
    });
  });
  afterAll(async () => {
    await deletions.close();
    await Promise.all([keys.stop(), gone.stop(), plans.stop()]);
    await stored.remove();
  });

  function app() {
    const control = engine.connection();
    const access = { keys, sessions: signIn.sessions, mode: 'required', firstWorkspaceId: instance.firstWorkspaceId } as const;
    const authenticate = createAuthenticate({ ...access, isGone: gone.has, planQuotaOf: plans.quotaOf });
    const made = createApp({ log: pino({ level: 'silent' }), authenticate, plans });
    identityRoutes(made, { control, keys, authMode: 'required', version: '0.1.0' });
    workspaceRoutes(made, { control, keys, planBook: plans, deletions, sessions: signIn.sessions, clock });
    planRoutes(made, { control, planBook: plans });
    made.openapi(getCostForecast, (c) => c.json({} as never, 200));
    return made;
  }

  interface Body {
    id: string;
    key: string;
    slug: string;
    name: string;
    plan: string;
    time_zone: string;
    code: string;
    detail: string;
    errors: { pointer: string }[];
    items: { id: string; slug: string; plan: string; limits: object; workspaces: number; retention_days_default: number }[];
    workspaces: { slug: string }[];
    workspace: { slug: string };
  }

  /** As a person with a cookie or with a key. Two seconds pass before, so that what was remembered of sessions is over. */
  async function ask(who: string, method: string, path: string, body?: unknown): Promise<{ status: number; headers: Headers; body: Body }> {
    now += 2_000;
    return askAtOnce(who, method, path, body);
  }
  async function askAtOnce(who: string, method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
    const headers: Record<string, string> = { host: 'obs.example.com', ...more };
    if (who.startsWith('sg_')) headers.authorization = `Bearer ${who}`;
    else headers.cookie = who;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await app().request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  let made = 0;
  async function newWorkspace(): Promise<{ id: WorkspaceId; slug: string }> {
    const slug = `made-${++made}`;
    const { body } = await ask(INSTANCE_KEY, 'POST', PATH, { slug, name: `Made ${made}` });
    return { id: body.id as WorkspaceId, slug };
  }
  async function keyOf(workspaceId: WorkspaceId, scopes: Parameters<ApiKeyStore['create']>[1]['scopes']): Promise<string> {
    const created = await keys.create(SYSTEM_ACTOR, { workspaceId, name: 'of a test', scopes });
    if (!created.ok) throw new Error(created.error.detail);
    return created.value.key;
  }
  async function memberOf(workspaceId: WorkspaceId, role: 'owner' | 'admin' | 'viewer'): Promise<string> {
    const userId = createId('user') as UserId;
    await engine
      .connection()
      .instanceDb.insert(users)
      .values({ id: userId, name: role, email: `${userId}@example.com` });
    await engine.connection().instanceDb.insert(members).values({ workspaceId, userId, role });
    const link = new URL(await signIn.createSignInLink(userId), 'http://x');
    const answer = await signIn.withLink(link.searchParams.get('token') ?? '', new Headers(), '203.0.113.7');
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value.setCookies.map((line) => line.slice(0, line.indexOf(';'))).join('; ');
  }
  const auditOf = (target: string) =>
    engine.connection().instanceDb.select().from(auditEntries).where(sql`target = ${target}`).orderBy(auditEntries.createdAt, auditEntries.seq);

  test('200: an admin renames the workspace and sets its time zone, which holds at once and stands in the audit log', async () => {
    const { id, slug } = await newWorkspace();
    const admin = await memberOf(id, 'admin');
    expect(await ask(admin, 'GET', `${PATH}/${slug}`)).toMatchObject({ status: 200, body: { id, slug, plan: 'free', time_zone: 'UTC' } });
    const changed = await ask(admin, 'PATCH', `${PATH}/${slug}`, { name: 'New name', time_zone: 'Europe/Vienna', slug: `${slug}-new` });
    expect(changed).toMatchObject({ status: 200, body: { slug: `${slug}-new`, name: 'New name', time_zone: 'Europe/Vienna' } });
    expect((await ask(admin, 'GET', '/api/obs/me')).body).toMatchObject({
      workspace: { slug: `${slug}-new`, name: 'New name', time_zone: 'Europe/Vienna' },
    });
    expect((await auditOf(id)).at(-1)).toMatchObject({
      action: 'workspace.change',
      workspaceId: id,
      before: { name: 'Made 1' },
      after: { name: 'New name' },
    });
  });

  test('who makes or renames a workspace finds it at once, under its new slug', async () => {
    const userId = instance.ownerId;
    const link = new URL(await signIn.createSignInLink(userId), 'http://x');
    const signedIn = await signIn.withLink(link.searchParams.get('token') ?? '', new Headers(), '203.0.113.7');
    if (!signedIn.ok) throw new Error(signedIn.error.detail);
    const owner = signedIn.value.setCookies.map((line) => line.slice(0, line.indexOf(';'))).join('; ');
    expect(await askAtOnce(owner, 'GET', '/api/obs/me')).toMatchObject({ status: 200 });
    expect(await askAtOnce(owner, 'POST', PATH, { slug: 'at-once', name: 'At once' })).toMatchObject({ status: 201 });
    expect(await askAtOnce(owner, 'GET', '/api/obs/me', undefined, { 'x-workspace': 'at-once' })).toMatchObject({ status: 200 });
    expect(await askAtOnce(owner, 'PATCH', `${PATH}/at-once`, { slug: 'renamed' })).toMatchObject({ status: 200 });
    expect(await askAtOnce(owner, 'GET', '/api/obs/me', undefined, { 'x-workspace': 'renamed' })).toMatchObject({
      status: 200,
      body: { workspace: { slug: 'renamed' } },
    });
    expect(await askAtOnce(owner, 'GET', '/api/obs/me', undefined, { 'x-workspace': 'at-once' })).toMatchObject({ status: 404 });
  });

  test('400: what is no time zone, an empty name, a field that is unknown, nothing at all', async () => {
    const { slug } = await newWorkspace();
    for (const body of [{ time_zone: 'Mars/Olympus' }, { name: '  ' }, { colour: 'red' }, {}, { plan: 'gold' }])
      expect(await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${slug}`, body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  test('403: a viewer, and an admin who sets the plan; the instance sets it, and it stands in both audit logs', async () => {
    const { id, slug } = await newWorkspace();
    const [admin, viewer] = [await memberOf(id, 'admin'), await memberOf(id, 'viewer')];
    expect(await ask(viewer, 'PATCH', `${PATH}/${slug}`, { name: 'Mine' })).toMatchObject({ status: 403 });
    expect(await ask(admin, 'PATCH', `${PATH}/${slug}`, { name: 'x', plan: 'enterprise' })).toMatchObject({
      status: 403,
      body: { code: 'missing-scope' },
    });
    expect((await ask(admin, 'GET', `${PATH}/${slug}`)).body).toMatchObject({ plan: 'free', name: `Made ${made}` });
    expect(await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${slug}`, { plan: 'team' })).toMatchObject({ status: 200, body: { plan: 'team' } });
    expect(
      (await auditOf(id))
        .filter(({ action }) => action === 'workspace.change')
        .map(({ workspaceId }) => workspaceId)
        .sort(),
    ).toEqual([id, null].sort());
    expect(plans.planOf(id)).toBe('team');
  });

  test('404: another workspace, for reading, changing and deleting, and one that is not there', async () => {
    const [{ id }, other] = [await newWorkspace(), await newWorkspace()];
    const who = [await memberOf(id, 'owner'), await keyOf(id, ['read', 'admin'])];
    for (const asker of who) {
      for (const slug of [other.slug, 'nothing-here']) {
        expect(await ask(asker, 'GET', `${PATH}/${slug}`)).toMatchObject({ status: 404 });
        expect(await ask(asker, 'PATCH', `${PATH}/${slug}`, { name: 'Mine' })).toMatchObject({ status: 404 });
      }
    }
    expect(await ask(who[0] ?? '', 'DELETE', `${PATH}/${other.slug}?confirm=${other.slug}`)).toMatchObject({ status: 404 });
    expect(await ask(who[1] ?? '', 'DELETE', `${PATH}/${other.slug}?confirm=${other.slug}`)).toMatchObject({ status: 403 });
  });

  test('409: a slug that is taken', async () => {
    const [one, two] = [await newWorkspace(), await newWorkspace()];
    expect(await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${one.slug}`, { slug: two.slug })).toMatchObject({
      status: 409,
      body: { code: 'conflict', errors: [{ pointer: '/slug' }] },
    });
  });

  test('204: an owner deletes it once the slug is confirmed, and from then on nobody can use it', async () => {
    const { id, slug } = await newWorkspace();
    const [owner, admin, key] = [await memberOf(id, 'owner'), await memberOf(id, 'admin'), await keyOf(id, ['ingest', 'read'])];
    const elsewhere = await newWorkspace();
    expect(await ask(key, 'GET', '/api/obs/me')).toMatchObject({ status: 200 });
    expect(await ask(admin, 'DELETE', `${PATH}/${slug}?confirm=${slug}`)).toMatchObject({ status: 403 });
    for (const query of ['', '?confirm=', `?confirm=${elsewhere.slug}`])
      expect(await ask(owner, 'DELETE', `${PATH}/${slug}${query}`)).toMatchObject({ status: 400, body: { errors: [{ pointer: '?confirm' }] } });
    expect(await ask(owner, 'DELETE', `${PATH}/${slug}?confirm=${slug}`)).toMatchObject({ status: 204 });

    expect(await ask(key, 'GET', '/api/obs/me')).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
    expect(await ask(owner, 'GET', '/api/obs/me')).toMatchObject({ status: 403, body: { detail: expect.stringContaining('not a member') } });
    expect(await ask(INSTANCE_KEY, 'GET', `${PATH}/${slug}`)).toMatchObject({ status: 404 });
    expect(await ask(INSTANCE_KEY, 'DELETE', `${PATH}/${slug}?confirm=${slug}`)).toMatchObject({ status: 404 });
    const listed = (await ask(INSTANCE_KEY, 'GET', `${PATH}?limit=100`)).body.items.map((item) => item.slug);
    expect(listed).not.toContain(slug);
    expect(listed).toContain(elsewhere.slug);
    expect(await ask(INSTANCE_KEY, 'GET', `/api/obs/workspace-deletions/${id}`)).toMatchObject({ status: 200, body: { state: 'done', slug } });
    expect(await ask(await keyOf(elsewhere.id, ['admin', 'read']), 'GET', `/api/obs/workspace-deletions/${id}`)).toMatchObject({ status: 404 });
    // The name is free again, and what bears it is another workspace.
    const again = await ask(INSTANCE_KEY, 'POST', PATH, { slug, name: 'Again' });
    expect(again).toMatchObject({ status: 201 });
    expect(again.body.id).not.toBe(id);
  });

  test('a workspace that is being deleted is offered to nobody, whatever is left of it', async () => {
    const { id, slug } = await newWorkspace();
    const owner = await memberOf(id, 'owner');
    await engine.connection().instanceDb.update(workspaces).set({ deletingSince: sql`now()` }).where(eq(workspaces.id, id));
    expect(await ask(owner, 'GET', '/api/obs/me')).toMatchObject({ status: 403 });
    expect(await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${slug}`, { name: 'x' })).toMatchObject({ status: 404 });
    expect(await ask(INSTANCE_KEY, 'POST', `${PATH}/${slug}/api-keys`, { name: 'x', scopes: ['read'] })).toMatchObject({ status: 404 });
  });

  test('on a fresh instance no plan limits anything or leaves anything out, and each shows the days that it keeps telemetry', async () => {
    const { status, body } = await ask(INSTANCE_KEY, 'GET', '/api/obs/plans');
    expect(status).toBe(200);
    expect(body.items.map(({ plan, limits, retention_days_default }) => ({ plan, limits, retention_days_default }))).toEqual(
      PLANS.map((plan) => ({ plan, limits: { features_off: [] }, retention_days_default: PLAN_RETENTION_DAYS[plan] })),
    );
    for (const plan of PLANS) {
      const { id, slug } = await newWorkspace();
      expect(await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${slug}`, { plan })).toMatchObject({ status: 200 });
      expect(plans.quotaOf(id)).toBeUndefined();
      expect(plans.retentionDaysOf(id)).toBe(PLAN_RETENTION_DAYS[plan]);
      expect(await ask(await keyOf(id, ['read']), 'GET', '/api/obs/costs/forecast')).toMatchObject({ status: 200 });
    }
  });

  test('plans are for who manages the instance, and what is no limit is refused', async () => {
    const { id } = await newWorkspace();
    for (const asker of [await memberOf(id, 'owner'), await keyOf(id, ['read', 'admin', 'govern', 'ingest'])]) {
      expect(await ask(asker, 'GET', '/api/obs/plans')).toMatchObject({ status: 403 });
      expect(await ask(asker, 'PUT', '/api/obs/plans/free', { features_off: [] })).toMatchObject({ status: 403 });
    }
    for (const body of [
      { requests_per_minute: 0 },
      { retention_days: 1.5 },
      { features_off: ['everything'] },
      { features_off: ['forecast', 'forecast'] },
      { price: 1 },
    ])
      expect(await ask(INSTANCE_KEY, 'PUT', '/api/obs/plans/free', body)).toMatchObject({ status: 400 });
    expect(await ask(INSTANCE_KEY, 'PUT', '/api/obs/plans/gold', {})).toMatchObject({ status: 404 });
  });

  test('a feature that a plan leaves out is refused with a sentence that says which plan, and comes back when it is included', async () => {
    const { id, slug } = await newWorkspace();
    await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${slug}`, { plan: 'business' });
    const reader = await keyOf(id, ['read']);
    const put = await ask(INSTANCE_KEY, 'PUT', '/api/obs/plans/business', { features_off: ['forecast'], retention_days: 30 });
    expect(put).toMatchObject({ status: 200, body: { limits: { features_off: ['forecast'], retention_days: 30 }, workspaces: 2 } });
    expect(await ask(reader, 'GET', '/api/obs/costs/forecast')).toMatchObject({
      status: 403,
      body: {
        code: 'feature-off',
        detail:
          'The plan business of this workspace does not include cost forecasts. An owner of the instance can change that under Settings → Plans.',
      },
    });
    expect(plans.retentionDaysOf(id)).toBe(30);
    expect((await auditOf('business')).at(-1)).toMatchObject({ action: 'plan.change', workspaceId: null, after: { features_off: ['forecast'] } });
    await ask(INSTANCE_KEY, 'PUT', '/api/obs/plans/business', {});
    expect(await ask(reader, 'GET', '/api/obs/costs/forecast')).toMatchObject({ status: 200 });
  });

  test('the requests of all keys of a workspace count together, with Retry-After and RateLimit headers, and those of others do not', async () => {
    const [one, other] = [await newWorkspace(), await newWorkspace()];
    for (const { slug } of [one, other]) await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${slug}`, { plan: 'enterprise' });
    await ask(INSTANCE_KEY, 'PUT', '/api/obs/plans/enterprise', { requests_per_minute: 2 });
    const [a, b, c] = [await keyOf(one.id, ['read']), await keyOf(one.id, ['read']), await keyOf(other.id, ['read'])];
    // No second passes between these.
    const send = (key: string) => app().request('/api/obs/me', { headers: { authorization: `Bearer ${key}`, host: 'obs.example.com' } });
    expect([(await send(a)).status, (await send(b)).status]).toEqual([200, 200]);
    const refused = await send(a);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.headers.get('ratelimit-policy')).toBe('"workspace-requests";q=2;w=60');
    expect(refused.headers.get('ratelimit')).toBe('"workspace-requests";r=0;t=30');
    expect(await refused.json()).toMatchObject({ detail: 'The rate limit of the plan enterprise for this workspace is reached; wait 30 s.' });
    expect((await send(c)).status).toBe(200);
    await ask(INSTANCE_KEY, 'PUT', '/api/obs/plans/enterprise', {});
    expect((await send(b)).status).toBe(200);
  });

  test.runIf(engine.another !== undefined)('plans and deletions that another instance makes hold here within a second', async () => {
    const { id, slug } = await newWorkspace();
    const other = await engine.another?.();
    if (other === undefined) throw new Error('there is no other instance');
    const [plansThere, goneThere] = [
      await openPlanBook({ control: other, clock: Date.now, warn }),
      await openGoneWorkspaces({ control: other, clock: Date.now, warn }),
    ];
    try {
      await ask(INSTANCE_KEY, 'PATCH', `${PATH}/${slug}`, { plan: 'pro' });
      await ask(INSTANCE_KEY, 'PUT', '/api/obs/plans/pro', { items_per_second: 5, features_off: ['health'] });
      await expect.poll(() => plansThere.refusedFeature(id, 'health')?.code).toBe('feature-off');
      expect(plansThere.quotaOf(id)).toBeDefined();
      await ask(INSTANCE_KEY, 'DELETE', `${PATH}/${slug}?confirm=${slug}`);
      await expect.poll(() => goneThere.has(id)).toBe(true);
    } finally {
      await Promise.all([plansThere.stop(), goneThere.stop()]);
    }
  });
});
