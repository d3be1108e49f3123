/**
 * No change without an entry: every route of the OpenAPI document that may change something is used here, and the audit log must tell of
 * it. A new route fails this test until it stands below: with what it leaves in the log, or with the reason why it leaves nothing.
 */
import type { AuditEntry, AuditScope } from '@sightglass/contract/routes/audit';
import { beforeAll, expect, test } from 'vitest';
import { totpCode } from '../../src/identity/testing/totp.ts';
import { type Client, createClient } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

/** Routes that change no control rows, by operation. */
const LEAVES_NOTHING: Readonly<Record<string, string>> = {
  ingestEvents: 'telemetry',
  ingestHeartbeat: 'telemetry',
  export_otlp_http_traces: 'telemetry',
  export_otlp_http_logs: 'telemetry',
  export_otlp_http_metrics: 'telemetry',
  export_langfuse_otlp_traces: 'telemetry',
  export_langsmith_otlp_traces: 'telemetry',
  ingest_langfuse_batch: 'telemetry',
  aggregate: 'computes telemetry from telemetry',
  evaluateAlerts: 'what rules find is no change of anybody’s; alerts have a timeline of their own',
  previewAlertRule: 'a preview; nothing is stored',
  runQuery: 'a question; POST because it may be long',
  testRedaction: 'a preview; nothing is stored',
  estimateCost: 'a preview; nothing is stored',
  mailSignInLink: 'a mail; signing in with it is written down',
  mailPasswordReset: 'a mail; the new password is written down',
  beginTwoFactor: 'a secret that changes nothing until it is confirmed, which is written down',
  testIdentityProvider: 'asks the provider; nothing is stored',
  readInvitation: 'reads; POST so that the token stands in no log of addresses',
  readNotifications: 'what somebody has read is their own',
};

/** Routes whose change needs a state that this file cannot bring about at will, and where the log is tested instead. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  cancelRecompute: 'a recompute of nothing ends at once: packages/server/src/pricing/recompute/jobStore.test.ts',
  acknowledgeAlert: 'an alert has to be open: packages/server/src/http/routes/alerts.test.ts',
  resolveAlert: 'the same',
  snoozeAlert: 'the same',
  acknowledgeByLink: 'the same',
};

/** A person as their browser is known. */
interface Browser {
  userId: string;
  cookie: string;
}

let program: Program;
let owner: Client;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  owner = createClient(program, OWNER.key);
}, START_MS_MAX);

const PASSWORD = 'a long password';
const JSON_TYPE = { 'content-type': 'application/json' };
const send = (method: string, path: string, body?: unknown) =>
  owner.send(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_TYPE }) });
const make = async <T = { id: string }>(path: string, body: unknown): Promise<T> => owner.post<T>(path, body);

async function withSession(path: string, method: string, cookie: string, body?: unknown): Promise<Response> {
  return fetch(program.address + path, { method, headers: { ...JSON_TYPE, cookie }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}
const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ');

const invite = (email: string) => make<{ id: string; link: string }>('/api/obs/invitations', { email, role: 'viewer' });
const accept = (link: string) =>
  withSession('/api/auth/invitation/accept', 'POST', '', {
    token: new URL(link, program.address).searchParams.get('token') ?? '',
    name: 'Grace',
    password: PASSWORD,
  });
async function newMember(email: string): Promise<Browser> {
  const answer = await accept((await invite(email)).link);
  const { user } = (await answer.json()) as { user: { id: string } };
  return { userId: user.id, cookie: cookieOf(answer) };
}
/** The token of the last link that was mailed: in local mode without a mail server the log shows it. */
async function mailedToken(ask: () => Promise<Response>): Promise<string> {
  const shown = () => [...`${program.stdout()}${program.stderr()}`.matchAll(/#token=([\w-]+)/g)].map(([, token]) => token ?? '');
  const before = shown().length;
  expect((await ask()).ok).toBe(true);
  await expect.poll(() => shown().length).toBeGreaterThan(before);
  return shown().at(-1) ?? '';
}

const signInAgain = async (email: string) => cookieOf(await withSession('/api/auth/sign-in/email', 'POST', '', { email, password: PASSWORD }));

/** Somebody with a second factor; `code` is one that holds now. */
async function newMemberWithCodes(email: string): Promise<Browser & { secret: string }> {
  const member = await newMember(email);
  const begun = await withSession('/api/auth/two-factor/enrol', 'POST', member.cookie, { password: PASSWORD });
  const { secret } = (await begun.json()) as { secret: string };
  const confirmed = await withSession('/api/auth/two-factor/confirm', 'POST', member.cookie, { code: totpCode(secret, Date.now()) });
  // Confirming may renew the session.
  return { ...member, cookie: cookieOf(confirmed) || member.cookie, secret };
}
const newProvider = (name: string) =>
  make('/api/obs/identity-providers', { name, issuer: 'https://login.example.com', client_id: 'sightglass', client_secret: 'x' });
const newRole = (name: string) => make('/api/obs/roles', { name, permissions: ['telemetry.read'] });
const newTeam = (name: string) => make('/api/obs/teams', { name });
const newSilence = () => make('/api/obs/alerts/silences', { matchers: { rule_id: 'rul_1' }, ends_at: '2100-01-01T00:00:00Z' });
const rule = (name: string) => ({ name, severity: 'info', kind: 'cost_per_day', config: { threshold_usd: '1' } });
const newRule = (name: string) => make('/api/obs/alerts/rules', rule(name));
const newChannel = (name: string) => make('/api/obs/alerts/channels', { name, kind: 'email', config: { to: ['a@example.com'] } });
const newKey = () => make('/api/obs/api-keys', { name: 'for a test', scopes: ['ingest'] });
const CODE_LIFETIME_MS = 30_000;
const PRICE = { provider: 'openai', model: 'a-model-of-ours', input_per_mtok: '1' };
const SIGN_IN = { email: OWNER.email, password: OWNER.password };

interface Use {
  /** Makes what is needed before; its own entries do not count. */
  before?: () => Promise<unknown>;
  use: (made: never) => Promise<Response>;
  action: string;
  scope?: AuditScope;
}
const using = <Made>(use: { before?: () => Promise<Made>; use: (made: Made) => Promise<Response>; action: string; scope?: AuditScope }): Use => use;

const USES: Readonly<Record<string, Use>> = {
  createApiKey: using({ use: () => send('POST', '/api/obs/api-keys', { name: 'one', scopes: ['ingest'] }), action: 'api_key.create' }),
  changeApiKey: using({ before: newKey, use: ({ id }) => send('PATCH', `/api/obs/api-keys/${id}`, { name: 'two' }), action: 'api_key.change' }),
  revokeApiKey: using({ before: newKey, use: ({ id }) => send('POST', `/api/obs/api-keys/${id}/revoke`), action: 'api_key.revoke' }),
  createWorkspaceApiKey: using({
    use: () => send('POST', `/api/obs/workspaces/${OWNER.workspace}/api-keys`, { name: 'three', scopes: ['read'] }),
    action: 'api_key.create',
  }),
  signInWithPassword: using({ use: () => withSession('/api/auth/sign-in/email', 'POST', '', SIGN_IN), action: 'session.begin' }),
  signOut: using({
    before: async () => cookieOf(await withSession('/api/auth/sign-in/email', 'POST', '', SIGN_IN)),
    use: (cookie) => withSession('/api/auth/sign-out', 'POST', cookie),
    action: 'session.end',
  }),
  createWorkspace: using({
    use: () => send('POST', '/api/obs/workspaces', { slug: 'second', name: 'Second' }),
    action: 'workspace.create',
    scope: 'instance',
  }),
  changeWorkspace: using({ use: () => send('PATCH', `/api/obs/workspaces/${OWNER.workspace}`, { name: 'Renamed' }), action: 'workspace.change' }),
  deleteWorkspace: using({
    before: () => make('/api/obs/workspaces', { slug: 'doomed', name: 'Doomed' }),
    use: () => send('DELETE', '/api/obs/workspaces/doomed?confirm=doomed'),
    action: 'workspace.delete.begin',
    scope: 'instance',
  }),
  putPlan: using({ use: () => send('PUT', '/api/obs/plans/pro', { requests_per_minute: 100 }), action: 'plan.change', scope: 'instance' }),
  createInvitation: using({
    use: () => send('POST', '/api/obs/invitations', { email: 'a@example.com', role: 'viewer' }),
    action: 'invitation.create',
  }),
  resendInvitation: using({
    before: () => invite('b@example.com'),
    use: ({ id }) => send('POST', `/api/obs/invitations/${id}/resend`),
    action: 'invitation.resend',
  }),
  revokeInvitation: using({
    before: () => invite('c@example.com'),
    use: ({ id }) => send('DELETE', `/api/obs/invitations/${id}`),
    action: 'invitation.revoke',
  }),
  acceptInvitation: using({ before: () => invite('d@example.com'), use: ({ link }) => accept(link), action: 'invitation.accept' }),
  changeMember: using({
    before: () => newMember('e@example.com'),
    use: ({ userId }) => send('PATCH', `/api/obs/members/${userId}`, { role: 'editor' }),
    action: 'member.change',
  }),
  removeMember: using({
    before: () => newMember('f@example.com'),
    use: ({ userId }) => send('DELETE', `/api/obs/members/${userId}`),
    action: 'member.remove',
  }),
  leaveWorkspace: using({
    before: () => newMember('g@example.com'),
    use: ({ cookie }) => withSession('/api/obs/members/me', 'DELETE', cookie),
    action: 'member.leave',
  }),
  signInWithLink: using({
    before: () => mailedToken(() => withSession('/api/auth/sign-in/link', 'POST', '', { email: OWNER.email })),
    use: (token) => withSession('/api/auth/sign-in/link/redeem', 'POST', '', { token }),
    action: 'session.begin',
  }),
  signInWithSecondFactor: using({
    before: async () => {
      const { secret } = await newMemberWithCodes('h@example.com');
      return { secret, cookie: await signInAgain('h@example.com') };
    },
    // The next code: the one of now was used to confirm.
    use: ({ cookie, secret }) =>
      withSession('/api/auth/sign-in/second-factor', 'POST', cookie, { code: totpCode(secret, Date.now() + CODE_LIFETIME_MS) }),
    action: 'session.begin',
  }),
  confirmTwoFactor: using({
    before: async () => {
      const { cookie } = await newMember('i@example.com');
      const { secret } = (await (await withSession('/api/auth/two-factor/enrol', 'POST', cookie, { password: PASSWORD })).json()) as {
        secret: string;
      };
      return { cookie, code: totpCode(secret, Date.now()) };
    },
    use: ({ cookie, code }) => withSession('/api/auth/two-factor/confirm', 'POST', cookie, { code }),
    action: 'two_factor.enable',
  }),
  renewBackupCodes: using({
    before: () => newMemberWithCodes('j@example.com'),
    use: ({ cookie }) => withSession('/api/auth/two-factor/backup-codes', 'POST', cookie, { password: PASSWORD }),
    action: 'two_factor.renew_backup_codes',
  }),
  removeTwoFactor: using({
    before: () => newMemberWithCodes('k@example.com'),
    use: ({ cookie }) => withSession('/api/auth/two-factor/remove', 'POST', cookie, { password: PASSWORD }),
    action: 'two_factor.disable',
  }),
  resetTwoFactor: using({
    before: () => newMemberWithCodes('l@example.com'),
    use: ({ userId }) => send('POST', `/api/obs/people/${userId}/reset-two-factor`),
    action: 'two_factor.reset',
  }),
  changePassword: using({
    before: () => newMember('m@example.com'),
    use: ({ cookie }) => withSession('/api/auth/password', 'POST', cookie, { current_password: PASSWORD, new_password: 'another long one' }),
    action: 'password.change',
  }),
  resetPassword: using({
    before: async () => {
      await newMember('n@example.com');
      return mailedToken(() => withSession('/api/auth/password/forgot', 'POST', '', { email: 'n@example.com' }));
    },
    use: (token) => withSession('/api/auth/password/reset', 'POST', '', { token, new_password: 'another long one' }),
    action: 'password.reset',
  }),
  changeProfile: using({
    before: () => newMember('o@example.com'),
    use: ({ cookie }) => withSession('/api/obs/profile', 'PATCH', cookie, { name: 'Renamed' }),
    action: 'person.rename',
  }),
  confirmEmail: using({
    before: async () => {
      const { cookie } = await newMember('p@example.com');
      const change = { email: 'q@example.com', password: PASSWORD };
      return { cookie, token: await mailedToken(() => withSession('/api/obs/profile', 'PATCH', cookie, change)) };
    },
    use: ({ cookie, token }) => withSession('/api/obs/profile/confirm-email', 'POST', cookie, { token }),
    action: 'person.change_email',
  }),
  endSession: using({
    before: async () => {
      const { cookie } = await newMember('r@example.com');
      await signInAgain('r@example.com');
      const { items } = (await (await withSession('/api/auth/sessions', 'GET', cookie)).json()) as { items: { id: string; current: boolean }[] };
      return { cookie, id: items.find(({ current }) => !current)?.id };
    },
    use: ({ cookie, id }) => withSession(`/api/auth/sessions/${id}`, 'DELETE', cookie),
    action: 'session.end',
  }),
  endOtherSessions: using({
    before: async () => {
      const { cookie } = await newMember('s@example.com');
      await signInAgain('s@example.com');
      return cookie;
    },
    use: (cookie) => withSession('/api/auth/sessions', 'DELETE', cookie),
    action: 'session.end',
  }),
  createIdentityProvider: using({
    use: () =>
      send('POST', '/api/obs/identity-providers', { name: 'One', issuer: 'https://login.example.com', client_id: 'sightglass', client_secret: 'x' }),
    action: 'identity_provider.create',
    scope: 'instance',
  }),
  changeIdentityProvider: using({
    before: () => newProvider('Two'),
    use: ({ id }) => send('PATCH', `/api/obs/identity-providers/${id}`, { name: 'Three' }),
    action: 'identity_provider.change',
    scope: 'instance',
  }),
  removeIdentityProvider: using({
    before: () => newProvider('Four'),
    use: ({ id }) => send('DELETE', `/api/obs/identity-providers/${id}`),
    action: 'identity_provider.remove',
    scope: 'instance',
  }),
  createRole: using({ use: () => send('POST', '/api/obs/roles', { name: 'one', permissions: ['telemetry.read'] }), action: 'role.create' }),
  changeRole: using({
    before: () => newRole('two'),
    use: ({ id }) => send('PATCH', `/api/obs/roles/${id}`, { name: 'three' }),
    action: 'role.change',
  }),
  deleteRole: using({ before: () => newRole('four'), use: ({ id }) => send('DELETE', `/api/obs/roles/${id}`), action: 'role.delete' }),
  createTeam: using({ use: () => send('POST', '/api/obs/teams', { name: 'one' }), action: 'team.create' }),
  changeTeam: using({
    before: () => newTeam('two'),
    use: ({ id }) => send('PATCH', `/api/obs/teams/${id}`, { name: 'three' }),
    action: 'team.change',
  }),
  deleteTeam: using({ before: () => newTeam('four'), use: ({ id }) => send('DELETE', `/api/obs/teams/${id}`), action: 'team.delete' }),
  createAlertRule: using({ use: () => send('POST', '/api/obs/alerts/rules', rule('one')), action: 'alert_rule.create' }),
  changeAlertRule: using({
    before: () => newRule('two'),
    use: ({ id }) => send('PATCH', `/api/obs/alerts/rules/${id}`, { severity: 'critical' }),
    action: 'alert_rule.change',
  }),
  deleteAlertRule: using({
    before: () => newRule('three'),
    use: ({ id }) => send('DELETE', `/api/obs/alerts/rules/${id}`),
    action: 'alert_rule.delete',
  }),
  createAlertChannel: using({
    use: () => send('POST', '/api/obs/alerts/channels', { name: 'one', kind: 'email', config: { to: ['a@example.com'] } }),
    action: 'alert_channel.create',
  }),
  changeAlertChannel: using({
    before: () => newChannel('two'),
    use: ({ id }) => send('PATCH', `/api/obs/alerts/channels/${id}`, { enabled: false }),
    action: 'alert_channel.change',
  }),
  testAlertChannel: using({
    before: () => newChannel('three'),
    use: ({ id }) => send('POST', `/api/obs/alerts/channels/${id}/test`),
    action: 'alert_channel.test',
  }),
  deleteAlertChannel: using({
    before: () => newChannel('four'),
    use: ({ id }) => send('DELETE', `/api/obs/alerts/channels/${id}`),
    action: 'alert_channel.delete',
  }),
  createAgent: using({ use: () => send('POST', '/api/obs/agents', { agent_id: 'one' }), action: 'agent.create' }),
  changeAgent: using({
    before: () => make('/api/obs/agents', { agent_id: 'two' }),
    use: () => send('PATCH', '/api/obs/agents/two', { owner: 'Ada' }),
    action: 'agent.change',
  }),
  deleteAgent: using({
    before: () => make('/api/obs/agents', { agent_id: 'three' }),
    use: () => send('DELETE', '/api/obs/agents/three'),
    action: 'agent.delete',
  }),
  putRedaction: using({ use: () => send('PUT', '/api/obs/settings/redaction', { enabled: true }), action: 'settings.redaction.change' }),
  patchRedaction: using({ use: () => send('PATCH', '/api/obs/settings/redaction', { enabled: false }), action: 'settings.redaction.change' }),
  putSampling: using({ use: () => send('PUT', '/api/obs/settings/sampling', {}), action: 'settings.sampling.change' }),
  putEstimates: using({ use: () => send('PUT', '/api/obs/settings/estimates', { enabled: false }), action: 'settings.estimates.change' }),
  putTargets: using({ use: () => send('PUT', '/api/obs/settings/targets', { targets: [] }), action: 'settings.targets.change' }),
  patchTargets: using({
    use: () => send('PATCH', '/api/obs/settings/targets', { targets: [{ kind: 'tool', name: 'search', availability: 0.99 }] }),
    action: 'settings.targets.change',
  }),
  putEncryption: using({ use: () => send('PUT', '/api/obs/settings/encryption', { enabled: true }), action: 'settings.encryption.change' }),
  rotateEncryptionKey: using({ use: () => send('POST', '/api/obs/settings/encryption/rotate'), action: 'encryption_key.rotate' }),
  createSilence: using({
    use: () => send('POST', '/api/obs/alerts/silences', { matchers: { agent_id: 'one' }, ends_at: '2100-01-01T00:00:00Z' }),
    action: 'silence.create',
  }),
  deleteSilence: using({ before: newSilence, use: ({ id }) => send('DELETE', `/api/obs/alerts/silences/${id}`), action: 'silence.delete' }),
  createPrice: using({ use: () => send('POST', '/api/obs/pricing', PRICE), action: 'price.set' }),
  importPrices: using({
    use: () =>
      send('POST', '/api/obs/pricing/import', { format: 'sightglass-prices', version: 1, prices: [{ ...PRICE, model: 'another' }], mode: 'merge' }),
    action: 'price.set',
  }),
  deletePrice: using({
    before: () => make('/api/obs/pricing', { ...PRICE, model: 'a-third' }),
    use: ({ id }) => send('DELETE', `/api/obs/pricing/${id}`),
    action: 'price.remove',
  }),
  recomputeCosts: using({
    use: () => send('POST', '/api/obs/pricing/recompute', { from: 'now-1h', to: 'now', dry_run: false }),
    action: 'costs.recompute',
  }),
};

const newest = async (scope: AuditScope): Promise<AuditEntry[]> =>
  (await owner.get<{ items: AuditEntry[] }>(`/api/obs/audit?limit=20&scope=${scope}`)).items;

test('every route that is not GET is used here, or says why it leaves nothing', async () => {
  const { paths } = await owner.get<{ paths: Record<string, Record<string, { operationId: string }>> }>('/api/obs/openapi.json');
  const operations = Object.values(paths).flatMap((path) =>
    Object.entries(path).flatMap(([method, { operationId }]) => (method === 'get' ? [] : [operationId])),
  );
  expect(operations.length).toBeGreaterThan(30);
  expect(operations.sort()).toEqual([...Object.keys(USES), ...Object.keys(LEAVES_NOTHING), ...Object.keys(TESTED_ELSEWHERE)].sort());
});

test.each(Object.entries(USES))('%s leaves its entry in the audit log', async (_operation, { before, use, action, scope = 'workspace' }) => {
  const made = await before?.();
  const lastSeq = (await newest(scope))[0]?.seq ?? 0;
  const answer = await use(made as never);
  expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([expect.any(Number), '']);
  const entry = (await newest(scope)).find((each) => each.seq > lastSeq && each.action === action);
  expect(entry).toMatchObject({ action, target: expect.stringMatching(/./) as string });
  // A change tells what there was, or what there is, or both; of secrets there is nothing to tell.
  if (!/^(?:encryption_key|password|two_factor\.renew)/.test(action)) expect([entry?.before, entry?.after]).not.toEqual([null, null]);
});

test('a refused sign-in is written down, with from where', async () => {
  await withSession('/api/auth/sign-in/email', 'POST', '', { ...SIGN_IN, password: 'not the password' });
  await expect
    .poll(async () => (await newest('workspace')).find(({ action }) => action === 'session.refuse'))
    .toMatchObject({
      actor: { kind: 'member', name: OWNER.email, address: '127.0.0.1' },
      after: { method: 'password', reason: 'wrong password' },
    });
});

test('the logs hold after all of it', async () => {
  for (const scope of ['workspace', 'instance'] as const) {
    expect(await owner.get(`/api/obs/audit/verify?scope=${scope}`)).toMatchObject({ ok: true });
  }
});
