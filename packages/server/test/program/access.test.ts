/**
 * Who may do what, walked: every route of the OpenAPI document is asked for by nobody, by a key of each scope, by a member of each role,
 * and by the neighbours, who ask for this workspace's ids. What the document declares is what has to happen.
 */
import { randomBytes } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import {
  BUILT_IN_ROLES,
  type BuiltInRole,
  type Permission,
  permissionsOfRole,
  permissionsOfScopes,
  type Scope,
  SCOPES,
} from '@sightglass/contract/permissions';
import type { Access } from '@sightglass/contract/routes/defineRoute';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { insertAlert } from '../../src/alerts/lifecycle/testing/insertedAlert.ts';
import { connectControl } from '../../src/control/connect.ts';
import { workspaces } from '../../src/control/tables/workspaces.ts';
import { instanceSecret } from '../../src/secret.ts';
import { type Client, createClient, everythingSettled } from './apiClient.ts';
import { joinAs, sessionClient } from './members.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

interface Operation {
  path: string;
  method: string;
  access: Access;
}

/** Stands in everything that this workspace owns; the neighbours must never read it. */
const OURS = `ours-${randomBytes(6).toString('hex')}`;
const TRACE = randomBytes(16).toString('hex');
const SPAN = randomBytes(8).toString('hex');
const NEIGHBOUR = 'neighbours';

/** Routes that end what a member's walk needs: their session or their membership. */
const ENDS_THE_WALK = new Set(['delete /api/obs/members/me', 'delete /api/auth/sessions', 'delete /api/auth/sessions/{id}']);

let program: Program;
let owner: Client;
let neighbour: Client;
let operations: Operation[];
const keys = new Map<Scope, Client>();
const members = new Map<BuiltInRole, Client>();
/** What stands for a parameter in the path: things of this workspace that exist. */
let ourIds: Record<string, Record<string, string>>;
let ourAlert: string;

beforeAll(async () => {
  const cookies = new Map<BuiltInRole, string>();
  const local = await startProgram({ env: HEADLESS });
  for (const role of BUILT_IN_ROLES) cookies.set(role, await joinAs(local, await ownerOf(local), `${role}@example.com`, role));
  await local.stop();
  ourAlert = await leaveAlert(local.dataDir);
  // Where telemetry from this machine needs no key, a walk could not tell that it does elsewhere.
  program = await startProgram({ dataDir: local.dataDir, env: { SIGHTGLASS_AUTH: 'required', CRON_SECRET: 'the secret of a cron' } });
  owner = createClient(program, OWNER.key);
  for (const [role, cookie] of cookies) members.set(role, sessionClient(program, cookie));
  const document = await owner.get<{ paths: Record<string, Record<string, { 'x-access'?: Access }>> }>('/api/obs/openapi.json');
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, access: operation['x-access'] as Access })),
  );
  for (const scope of SCOPES) {
    const { key } = await owner.post<{ key: string }>('/api/obs/api-keys', { name: `${scope} of ${OURS}`, scopes: [scope] });
    keys.set(scope, createClient(program, key));
  }
  await owner.post('/api/obs/workspaces', { slug: NEIGHBOUR, name: 'Neighbours' });
  const scopes = ['ingest', 'read', 'govern', 'admin'];
  const { key } = await owner.post<{ key: string }>(`/api/obs/workspaces/${NEIGHBOUR}/api-keys`, { name: 'theirs', scopes });
  neighbour = createClient(program, key);
  ourIds = await makeThings();
}, 2 * START_MS_MAX);

/** An alert of the workspace, as if a rule had been evaluated; answers its id. Nobody else may have the directory open. */
async function leaveAlert(dataDir: string): Promise<string> {
  const control = await connectControl({ dataDir, secret: instanceSecret(dataDir, undefined) });
  try {
    const [workspace] = await control.instanceDb.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.slug, OWNER.workspace));
    const inserted = await insertAlert(control, workspace?.id as WorkspaceId, Date.now(), { ruleName: OURS, labels: { agent_id: OURS } });
    return inserted.alertId;
  } finally {
    await control.close();
  }
}

/** Only an owner makes owners, and a key is none. */
async function ownerOf(target: Program): Promise<Client> {
  const answer = await createClient(target).postJson('/api/auth/sign-in/email', { email: OWNER.email, password: OWNER.password });
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ');
  const session = sessionClient(target, cookie);
  return {
    ...session,
    post: async <T>(path: string, body: unknown) => {
      const made = await session.send(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
      if (!made.ok) throw new Error(`${path}: ${made.status} ${await made.text()}`);
      return (await made.json()) as T;
    },
  };
}

/** One of everything that has an id. A route whose path names something else has to be added here, or the walk fails. */
async function makeThings(): Promise<typeof ourIds> {
  const names = { 'gen_ai.agent.name': OURS, 'user.id': OURS, 'session.id': OURS, 'gen_ai.conversation.id': OURS };
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': `${OURS}-model`, ...names };
  await owner.sendSpans([{ traceId: TRACE, spanId: SPAN, name: OURS, attributes }]);
  await owner.post('/api/obs/ingest/events', { event_type: 'error', agent_id: OURS, message: OURS });
  await everythingSettled(owner);
  const price = await owner.post<{ id: string }>('/api/obs/pricing', {
    provider: 'custom',
    model: `${OURS}-model`,
    input_per_mtok: '1',
    output_per_mtok: '2',
  });
  const [apiKey] = (await owner.get<{ items: { id: string }[] }>('/api/obs/api-keys')).items;
  const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  await owner.post('/api/obs/pricing/recompute', { ...range, dry_run: false });
  const idIn = async (path: string, name = 'id') => String((await owner.get<{ items: Record<string, unknown>[] }>(path)).items[0]?.[name]);
  const made = async (path: string, body: object) => (await owner.post<{ id: string }>(path, body)).id;
  return {
    '/api/obs/traces/{trace_id}': { trace_id: TRACE },
    '/api/obs/traces/{trace_id}/spans/{span_id}': { trace_id: TRACE, span_id: SPAN },
    '/api/obs/agents/{agent_id}': { agent_id: OURS },
    '/api/obs/metrics/agent/{agent_id}': { agent_id: OURS },
    '/api/obs/runs/{run_id}': { run_id: TRACE },
    '/api/obs/sessions/{session_id}': { session_id: OURS },
    '/api/obs/users/{user_id}': { user_id: OURS },
    '/api/obs/api-keys/{id}': { id: apiKey?.id ?? '' },
    '/api/obs/pricing/{id}': { id: price.id },
    '/api/obs/pricing/recompute/{job_id}': { job_id: await idIn('/api/obs/pricing/recompute', 'job_id') },
    '/api/obs/members/{user_id}': { user_id: await idIn('/api/obs/members', 'user_id') },
    '/api/obs/roles/{id}': { id: await made('/api/obs/roles', { name: OURS, permissions: ['telemetry.read'] }) },
    '/api/obs/teams/{id}': { id: await made('/api/obs/teams', { name: OURS, agents: [OURS] }) },
    '/api/obs/alerts/rules/{id}': {
      id: await made('/api/obs/alerts/rules', {
        name: `${OURS} rule`,
        severity: 'info',
        kind: 'cost_per_day',
        config: { threshold_usd: '1' },
        enabled: false,
      }),
    },
    '/api/obs/alerts/channels/{id}': { id: await made('/api/obs/alerts/channels', { name: OURS, kind: 'email', config: { to: ['a@example.com'] } }) },
    '/api/obs/invitations/{id}': { id: await idIn('/api/obs/invitations') },
    '/api/obs/workspaces/{slug}': { slug: OWNER.workspace },
    '/api/obs/alerts/{id}': { id: ourAlert },
    '/api/obs/alerts/silences/{id}': {
      id: await made('/api/obs/alerts/silences', { matchers: { agent_id: OURS }, ends_at: '2100-01-01T00:00:00Z', comment: OURS }),
    },
    '/api/obs/workspace-deletions/{workspace_id}': { workspace_id: (await owner.get<{ workspace: { id: string } }>('/api/obs/me')).workspace.id },
  };
}

/** What is the instance's, and no workspace's: another workspace has no more to do with it than any. */
const isOfInstance = ({ access }: Operation) => typeof access !== 'string' && access.every((name) => name === 'instance.manage');
const ofWorkspace = (operation: Operation) => !['everyone', 'person', 'cron'].includes(String(operation.access)) && !isOfInstance(operation);

/** The path with what stands for its parameters: what `ids` says of the longest beginning that names them all. */
function fill(path: string, ids: typeof ourIds | undefined): string | undefined {
  if (!path.includes('{')) return path;
  const known = Object.keys(ids ?? {})
    .filter((beginning) => path === beginning || path.startsWith(`${beginning}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (ids !== undefined && known === undefined) return undefined;
  const params = (known === undefined ? undefined : ids?.[known]) ?? {};
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? (ids === undefined ? 'nothing' : `no-${name}`)));
}

const ask = (client: Client, { path, method }: Operation, ids?: typeof ourIds) =>
  client.send(fill(path, ids) ?? path, {
    method: method.toUpperCase(),
    headers: { 'content-type': 'application/json' },
    ...(method === 'get' ? {} : { body: '{}' }),
  });

const nameOf = ({ method, path }: Operation) => `${method} ${path}`;
/** What somebody with these permissions has to meet; `person`: whether they have an account. */
const mayUse = (access: Access, permissions: ReadonlySet<Permission>, person: boolean): boolean =>
  access === 'everyone' ||
  access === 'caller' ||
  (access !== 'cron' && (access === 'person' ? person : access.some((permission) => permissions.has(permission))));

/** Walks every route and answers those that met something else than the document says. */
async function walk(client: Client, may: (access: Access) => boolean, skip: ReadonlySet<string> = new Set()): Promise<string[]> {
  const wrong: string[] = [];
  for (const operation of operations) {
    if (operation.access === 'everyone' || skip.has(nameOf(operation))) continue;
    const { status } = await ask(client, operation);
    const refused = status === 401 || status === 403;
    // What is for the operator's cron knows neither keys nor members.
    const asDeclared = may(operation.access) ? !refused && status < 500 : status === (operation.access === 'cron' ? 401 : 403);
    if (!asDeclared) wrong.push(`${nameOf(operation)}: ${status}`);
  }
  return wrong;
}

test('every route declares who may use it', () => {
  expect(operations.filter(({ access }) => access === undefined).map(nameOf)).toEqual([]);
  expect(operations.length).toBeGreaterThan(60);
});

test('nobody in particular is asked for a key everywhere but where everyone may go', async () => {
  const nobody = createClient(program);
  const wrong: string[] = [];
  for (const operation of operations) {
    const { status } = await ask(nobody, operation);
    if (operation.access === 'everyone' ? status >= 500 : status !== 401) wrong.push(`${nameOf(operation)}: ${status}`);
  }
  expect(wrong).toEqual([]);
});

test.each(SCOPES)('a key with the scope %s may do what the table says, and nothing else', async (scope) => {
  const permissions = permissionsOfScopes([scope]);
  expect(await walk(keys.get(scope) as Client, (access) => mayUse(access, permissions, false))).toEqual([]);
});

test.each(BUILT_IN_ROLES)('a member with the role %s may do what the table says, and nothing else', async (role) => {
  const permissions = permissionsOfRole(role);
  expect(await walk(members.get(role) as Client, (access) => mayUse(access, permissions, true), ENDS_THE_WALK)).toEqual([]);
});

describe('the neighbours', () => {
  test('meet 404 for everything of ours that has an id, by whatever route', async () => {
    const unknown = operations.filter((operation) => ofWorkspace(operation) && fill(operation.path, ourIds) === undefined);
    expect(unknown.map(nameOf), 'say in makeThings() what stands for these paths').toEqual([]);
    const wrong: string[] = [];
    for (const operation of operations.filter((each) => each.path.includes('{') && ofWorkspace(each))) {
      const answer = await ask(neighbour, operation, ourIds);
      const mayNot = !mayUse(operation.access, permissionsOfScopes(['ingest', 'read', 'govern', 'admin']), false);
      // A body of nothing may be refused before anybody looks for the thing.
      if (answer.status !== 404 && !(answer.status === 400 && operation.method !== 'get') && !(mayNot && answer.status === 403)) {
        wrong.push(`${nameOf(operation)}: ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('read not one row of ours in any list', async () => {
    const wrong: string[] = [];
    const wide = 'from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z';
    for (const operation of operations.filter(({ method, path }) => method === 'get' && !path.includes('{'))) {
      const mine = await (await owner.send(`${operation.path}?${wide}`)).text();
      const theirs = await (await neighbour.send(`${operation.path}?${wide}`)).text();
      if (theirs.includes(OURS) || theirs.includes(TRACE)) wrong.push(nameOf(operation));
      if (operation.path === '/api/obs/traces' || operation.path === '/api/obs/agents') expect(mine).toContain(OURS);
    }
    expect(wrong).toEqual([]);
  });

  test('have changed nothing of ours', async () => {
    for (const [path, params] of Object.entries(ourIds)) {
      // Nothing was deleted, so nothing tells how far that is.
      if (!operations.some((operation) => operation.method === 'get' && operation.path === path) || path.includes('workspace-deletions')) continue;
      const { status } = await owner.send(fill(path, { [path]: params }) ?? path);
      expect(status, path).toBe(200);
    }
    const { items } = await owner.get<{ items: { revoked_at: string | null }[] }>('/api/obs/api-keys');
    expect(items.every(({ revoked_at }) => revoked_at === null)).toBe(true);
  });
});
