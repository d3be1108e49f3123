/**
 * Agents that are hidden from a member, in the built program: of two viewers one is in the team that the agents belong to. Every route
 * that reads is asked by both, as the OpenAPI document lists them, so that a route that is added later is asked, too.
 */
import { randomBytes } from 'node:crypto';
import type { Measure } from '@sightglass/contract/querySpec';
import type { SentInvitation } from '@sightglass/contract/routes/invitations';
import { beforeAll, describe, expect, test } from 'vitest';
import { pendingCopy } from '../../src/live/testing/pendingCopy.ts';
import { logRequest } from '../../src/receive/testing/logRequests.ts';
import { metricRequest } from '../../src/receive/testing/metricRequests.ts';
import { type MadeSpan, START_MS, traceRequest } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient, eventually, everythingSettled } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Stands in everything that is of hidden agents, ids of traces but: those are hexadecimal. */
const SECRET = 'secret';
const HIDDEN = ['secret-agent', 'secret-service'];
const newTraceId = () => randomBytes(16).toString('hex');
/** What is open and what is hidden lies in the last half hour; what is mixed in one trace, two hours before. */
const NOW_MS = Date.now() - 60_000;
const MIXED_MS = NOW_MS - 2 * 3_600_000;
const RECENT = { from: new Date(NOW_MS - 30 * 60_000).toISOString(), to: new Date(NOW_MS + 30 * 60_000).toISOString() };
const LONG = { from: new Date(NOW_MS - 6 * 3_600_000).toISOString(), to: RECENT.to };

let program: Program;
let owner: Client;
let twin: Client;
let insider: string;
let outsider: string;
const traces = { open: newTraceId(), hidden: newTraceId(), late: newTraceId(), running: newTraceId(), mixed: newTraceId() };
const hiddenIds = [traces.hidden, traces.late, traces.running];

const agentSpan = (traceId: string, agent: string, more: Partial<MadeSpan> = {}): MadeSpan => ({
  traceId,
  spanId: '1'.repeat(16),
  name: `run of ${agent}`,
  atMs: NOW_MS - START_MS,
  durationMs: 500,
  attributes: {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': agent,
    'user.id': `user of ${agent}`,
    'session.id': `session of ${agent}`,
  },
  ...more,
});
const callSpan = (traceId: string, whose: string, more: Partial<MadeSpan> = {}): MadeSpan => ({
  traceId,
  spanId: '2'.repeat(16),
  parentSpanId: '1'.repeat(16),
  name: `call of ${whose}`,
  atMs: NOW_MS - START_MS + 5,
  durationMs: 300,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': whose === 'open' ? 'gpt-4o' : `${whose}-model`,
    'gen_ai.usage.input_tokens': 1_000,
    'gen_ai.usage.output_tokens': 10,
    'gen_ai.input.messages': `[{"role":"user","parts":[{"type":"text","content":"words of ${whose}"}]}]`,
  },
  ...more,
});
const post = (client: Client, path: string, body: unknown) => client.send(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
const sendSpans = async (client: Client, service: string, ...spans: MadeSpan[]) =>
  expect((await post(client, '/v1/traces', traceRequest(spans, { 'service.name': service }))).status).toBe(200);
const gauge = (name: string, attributes: object[] = []) => ({
  name,
  gauge: { dataPoints: [{ timeUnixNano: `${NOW_MS}000000`, asDouble: 7, attributes }] },
});

/** What the twin workspace holds as well. */
async function sendOpen(client: Client): Promise<void> {
  await sendSpans(client, 'open-service', agentSpan(traces.open, 'open-agent'), callSpan(traces.open, 'open'));
  const at = { atMs: NOW_MS - START_MS };
  const logs = [
    { ...at, message: 'of an open span', traceId: traces.open, spanId: '2'.repeat(16) },
    { ...at, message: 'of no trace' },
  ];
  expect((await post(client, '/v1/logs', logRequest(logs, { 'service.name': 'open-service' }))).status).toBe(200);
  expect((await post(client, '/v1/metrics', metricRequest([gauge('open.gauge')], { 'service.name': 'open-service' }))).status).toBe(200);
  const event = { event_type: 'custom', agent_id: 'open-agent', timestamp: new Date(NOW_MS).toISOString(), message: 'open' };
  expect((await post(client, '/api/obs/ingest/events', event)).status).toBe(200);
}

async function sendHidden(client: Client): Promise<void> {
  const run = agentSpan(traces.hidden, 'secret-agent');
  await sendSpans(client, 'secret-service', run, callSpan(traces.hidden, SECRET));
  // Until its parent comes nobody knows whose it is: the first version of its row is the service's.
  await sendSpans(client, 'open-service', callSpan(traces.late, SECRET));
  await sendSpans(client, 'open-service', agentSpan(traces.late, 'secret-agent'));
  await sendSpans(client, 'open-service', pendingCopy(agentSpan(traces.running, 'secret-agent', { attributes: { agent_name: 'secret-agent' } })));
  const mixedAt = { atMs: MIXED_MS - START_MS };
  await sendSpans(
    client,
    'open-service',
    {
      traceId: traces.mixed,
      spanId: `${'0'.repeat(15)}9`,
      name: 'GET /open',
      kind: 2,
      durationMs: 100,
      ...mixedAt,
      attributes: { 'http.request.method': 'GET', 'http.route': '/open' },
    },
    // Whose request it is, is of the whole trace, and no secret of the agent.
    agentSpan(traces.mixed, 'secret-agent', {
      ...mixedAt,
      parentSpanId: `${'0'.repeat(15)}9`,
      durationMs: 60_000,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'secret-agent', 'user.id': 'ada' },
    }),
    callSpan(traces.mixed, SECRET, mixedAt),
  );
  const at = { atMs: NOW_MS - START_MS };
  const inOpenService = [
    { ...at, message: 'secret of a hidden span', traceId: traces.hidden, spanId: '2'.repeat(16) },
    { ...at, message: 'secret of a hidden trace', traceId: traces.hidden },
    { ...at, message: 'secret of a span that was not sent', traceId: traces.late, spanId: '7'.repeat(16) },
    { ...at, message: 'secret that names its agent', attributes: { 'gen_ai.agent.name': 'secret-agent' } },
  ];
  expect((await post(client, '/v1/logs', logRequest(inOpenService, { 'service.name': 'open-service' }))).status).toBe(200);
  expect((await post(client, '/v1/logs', logRequest([{ ...at, message: 'secret of no trace' }], { 'service.name': 'secret-service' }))).status).toBe(
    200,
  );
  const ofAgent = [{ key: 'gen_ai.agent.name', value: { stringValue: 'secret-agent' } }];
  for (const [service, metric] of [
    ['secret-service', gauge('secret.of.service')],
    ['open-service', gauge('secret.of.agent', ofAgent)],
  ] as const) {
    expect((await post(client, '/v1/metrics', metricRequest([metric], { 'service.name': service }))).status).toBe(200);
  }
  const timestamp = new Date(NOW_MS).toISOString();
  const events = [
    { event_type: 'llm_call', agent_id: 'secret-agent', timestamp, model: 'gpt-4o', input_tokens: 10, output_tokens: 1, message: SECRET },
    { event_type: 'custom', agent_id: 'secret-agent', timestamp, message: SECRET },
  ];
  expect((await post(client, '/api/obs/ingest/events', { events })).status).toBe(200);
}

/** A new member, by invitation; answers the cookie. */
async function join(name: string): Promise<string> {
  const invitation = await owner.post<SentInvitation>('/api/obs/invitations', { email: `${name}@example.com`, role: 'viewer' });
  const token = new URL(invitation.link ?? '').searchParams.get('token');
  const joined = await post(owner, '/api/auth/invitation/accept', { token, name, password: 'a long password' });
  expect(joined.status).toBe(200);
  return joined.headers
    .getSetCookie()
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ');
}

const asked = (cookie: string, path: string, init: RequestInit = {}) =>
  fetch(program.address + path, {
    ...init,
    headers: { cookie, 'sec-fetch-site': 'same-origin', ...(init.headers as Record<string, string> | undefined) },
  });
const query = async (who: string | Client, question: object): Promise<Record<string, unknown>[]> => {
  if (typeof who !== 'string') return who.query(question as Record<string, unknown>);
  const answer = await asked(who, '/api/obs/query', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ ...RECENT, ...question }) });
  return ((await answer.json()) as { rows: Record<string, unknown>[] }).rows;
};

beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  owner = createClient(program, OWNER.key);
  await owner.post('/api/obs/workspaces', { slug: 'twin', name: 'Twin' });
  const { key } = await owner.post<{ key: string }>('/api/obs/workspaces/twin/api-keys', { name: 'twin', scopes: ['ingest', 'read'] });
  twin = createClient(program, key);
  insider = await join('insider');
  outsider = await join('outsider');
  const { items } = await owner.get<{ items: { user_id: string; email: string }[] }>('/api/obs/members');
  const userId = items.find(({ email }) => email.startsWith('insider'))?.user_id;
  await owner.post('/api/obs/teams', { name: 'Insiders', members: [userId], agents: HIDDEN });
  await owner.post('/api/obs/alerts/rules', {
    name: 'Silence',
    severity: 'info',
    kind: 'no_heartbeat',
    config: { minutes: 60, agent_id: 'secret-agent' },
    enabled: false,
  });
  await sendOpen(owner);
  await sendOpen(twin);
  await sendHidden(owner);
  await everythingSettled(twin);
  await everythingSettled(owner);
  await eventually(async () =>
    expect((await owner.trace(traces.late)).spans.map(({ agent_id }) => agent_id)).toEqual(['secret-agent', 'secret-agent']),
  );
  const beats: [Client, string][] = [
    [owner, 'secret-agent'],
    [owner, 'open-agent'],
    [twin, 'open-agent'],
  ];
  for (const [client, agent_id] of beats) {
    expect((await post(client, '/api/obs/ingest/heartbeat', { agent_id, status: 'healthy', metadata: { of: agent_id } })).status).toBe(200);
  }
  await eventually(async () => expect((await query(twin, { source: 'events', measures: ['heartbeats'] }))[0]).toMatchObject({ heartbeats: 1 }));
}, 3 * START_MS_MAX);

/** Every reading route by its path in the document, with ids filled in. */
async function walk(cookie: string, ids: Readonly<Record<string, string>>): Promise<Map<string, { status: number; text: string }>> {
  const { paths } = await owner.get<{ paths: Record<string, Record<string, unknown>> }>('/api/obs/openapi.json');
  const answers = new Map<string, { status: number; text: string }>();
  for (const [path, methods] of Object.entries(paths)) {
    if (methods.get === undefined || !path.startsWith('/api/')) continue;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(ids[name] ?? 'nothing'));
    const answer = await asked(cookie, `${filled}?${new URLSearchParams(LONG)}`);
    answers.set(path, { status: answer.status, text: await answer.text() });
  }
  return answers;
}

const OF_HIDDEN = {
  trace_id: traces.hidden,
  span_id: '2'.repeat(16),
  agent_id: 'secret-agent',
  run_id: traces.hidden,
  session_id: 'session of secret-agent',
  user_id: 'user of secret-agent',
};
/** Of the same length, and of nobody. */
const OF_NOBODY = {
  trace_id: 'f'.repeat(32),
  span_id: 'e'.repeat(16),
  agent_id: 'nobody-agent',
  run_id: 'f'.repeat(32),
  session_id: 'session of nobody-agent',
  user_id: 'user of nobody-agent',
};

describe('agents of a team', () => {
  test('are found by no reading route for whoever is not in it, as if there were none', async () => {
    const [within, without, nobody] = [await walk(insider, OF_HIDDEN), await walk(outsider, OF_HIDDEN), await walk(outsider, OF_NOBODY)];
    const telling = [...within].filter(([, { text }]) => text.includes(SECRET) || hiddenIds.some((id) => text.includes(id))).map(([path]) => path);
    // The one in the team sees them there, so the other would if anything let them through.
    expect(telling).toEqual(
      expect.arrayContaining([
        '/api/obs/traces',
        '/api/obs/traces/{trace_id}',
        '/api/obs/traces/{trace_id}/spans/{span_id}',
        '/api/obs/logs',
        '/api/obs/events',
        '/api/obs/agents',
        '/api/obs/agents/{agent_id}',
        '/api/obs/alerts/rules',
      ]),
    );
    for (const [path, { status, text }] of without) {
      if (status === 404) {
        const missing = nobody.get(path);
        const told = (answer: string, ids: Readonly<Record<string, string>>) =>
          Object.values(ids).reduce((rest, id) => rest.replaceAll(id, 'ID'), (JSON.parse(answer) as { detail: string }).detail);
        expect([missing?.status, told(missing?.text ?? '', OF_NOBODY)], path).toEqual([404, told(text, OF_HIDDEN)]);
        continue;
      }
      expect(text, path).not.toContain(SECRET);
      for (const id of hiddenIds) expect(text, path).not.toContain(id);
    }
  }, 60_000);

  test('count for nothing in any measure: the numbers are those of a workspace without them', async () => {
    const { items } = await owner.get<{ items: Measure[] }>('/api/obs/measures');
    const differing: string[] = [];
    let moved = 0;
    for (const source of ['spans', 'logs', 'metric_points', 'events'] as const) {
      const measures = items.filter((measure) => measure.source === source).map(({ name }) => name);
      for (let i = 0; i < measures.length; i += 8) {
        const question = { ...RECENT, source, measures: measures.slice(i, i + 8) };
        const [whole, shown, expected] = [await query(insider, question), await query(outsider, question), await query(twin, question)];
        if (JSON.stringify(whole) !== JSON.stringify(expected)) moved += 1;
        if (JSON.stringify(shown) !== JSON.stringify(expected)) differing.push(JSON.stringify({ source, shown, expected }));
      }
    }
    expect(differing).toEqual([]);
    expect(moved).toBeGreaterThan(3);
  }, 60_000);

  test.each([
    ['spans', 'spans', ['agent_id', 'name']],
    ['logs', 'logs', ['agent_id', 'message']],
    ['metric_points', 'points', ['metric_name', 'service_name']],
    ['events', 'events', ['agent_id']],
  ])('are no group of a question about %s', async (source, measure, groups) => {
    const question = { source, measures: [measure], group_by: groups };
    expect(JSON.stringify(await query(insider, question))).toContain(SECRET);
    const shown = await query(outsider, question);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(shown).toEqual(await query(twin, { ...RECENT, ...question }));
  });

  test('do not colour what was remembered for others, nor the other way round', async () => {
    const today = async (cookie: string) =>
      ((await (await asked(cookie, '/api/obs/metrics/overview')).json()) as { last_7_days: { llm_calls: number }[] }).last_7_days.map(
        ({ llm_calls }) => llm_calls,
      );
    const first = [await today(outsider), await today(insider)];
    expect([await today(outsider), await today(insider)]).toEqual(first);
    expect(first[0]).not.toEqual(first[1]);
  });

  test('leave of a trace in which they take part what is not theirs', async () => {
    const traceOf = async (cookie: string) =>
      (await (await asked(cookie, `/api/obs/traces/${traces.mixed}`)).json()) as {
        trace: { span_count: number; cost_usd: string | null; duration_ns: string };
        spans: { name: string }[];
      };
    expect((await traceOf(insider)).trace).toMatchObject({ span_count: 3, duration_ns: '60000000000' });
    const shown = await traceOf(outsider);
    expect(shown.spans.map(({ name }) => name)).toEqual(['GET /open']);
    expect(shown.trace).toMatchObject({ span_count: 1, cost_usd: null, duration_ns: '100000000' });
    const list = (await (await asked(outsider, `/api/obs/traces?${new URLSearchParams(LONG)}`)).json()) as {
      items: { trace_id: string; duration_ns: string }[];
    };
    expect(list.items.find(({ trace_id }) => trace_id === traces.mixed)?.duration_ns).toBe('100000000');
  });

  test('are seen at once by whoever joins the team', async () => {
    const { items: teams } = await owner.get<{ items: { id: string; members: string[] }[] }>('/api/obs/teams');
    const { items: members } = await owner.get<{ items: { user_id: string }[] }>('/api/obs/members');
    const [team] = teams;
    const path = `/api/obs/teams/${team?.id}`;
    const patch = (body: unknown) => owner.send(path, { method: 'PATCH', headers: JSON_TYPE, body: JSON.stringify(body) });
    const status = async () => (await asked(outsider, '/api/obs/agents/secret-agent')).status;
    expect(await status()).toBe(404);
    expect((await patch({ members: members.map(({ user_id }) => user_id) })).status).toBe(200);
    await eventually(async () => expect(await status()).toBe(200));
    expect((await patch({ members: team?.members })).status).toBe(200);
    await eventually(async () => expect(await status()).toBe(404));
  });
});
