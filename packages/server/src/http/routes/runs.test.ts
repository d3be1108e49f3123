import { randomUUID } from 'node:crypto';
import type { Scope } from '@sightglass/contract/permissions';
import { type Run, RunDetailSchema, RunSchema } from '@sightglass/contract/run';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { createLiveSpans, type LiveSpans } from '../../live/liveSpans.ts';
import { pendingCopy } from '../../live/testing/pendingCopy.ts';
import { createTestPipeline, type MadeSpan, START_MS, traceRequest } from '../../receive/testing/traceRequests.ts';
import { settleTraces } from '../../settle/settleTraces.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { runRoutes } from './runs.ts';

const NOW_MS = START_MS + 600_000;
let store: TemporaryTelemetry;
let live: LiveSpans;
let workspaces = 0;
let workspace = testWorkspace('none');
let version = BigInt(Date.now());
const process = createTestPipeline();

beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());
beforeEach(() => {
  workspaces += 1;
  workspace = testWorkspace(`runs${workspaces}`);
  live = createLiveSpans();
});

/** A request as the program treats it. */
async function send(...spans: MadeSpan[]): Promise<void> {
  const { decoded, live: begun = [] } = process(workspace, traceRequest(spans));
  live.note({ workspaceId: workspace, atMs: NOW_MS, spans: begun });
  for (const { name, native } of decoded?.tables ?? []) await store.telemetry.insertNative(name, native, randomUUID());
  if (decoded !== undefined) live.noteStored([{ workspaceId: workspace, receivedAtMs: NOW_MS, notes: decoded.notes ?? {} }]);
  version += 1n;
  await settleTraces(store.telemetry, workspace, [...new Set(spans.map(({ traceId }) => traceId))], version);
}

async function get(
  path: string,
  { of = workspace, scopes = ['read'], hiddenAgents = [] }: { of?: typeof workspace; scopes?: Scope[]; hiddenAgents?: string[] } = {},
) {
  const app = appOfCaller(of, scopes);
  runRoutes(app, {
    readerOf: ({ workspaceId }) => createTelemetryReader(store.telemetry, workspaceId, { hiddenAgents }),
    liveOf: (workspaceId) => live.ofWorkspace(workspaceId, NOW_MS),
    now: () => BigInt(NOW_MS) * 1_000_000n,
  });
  const answer = await app.request(`/api/obs/runs${path}`);
  return { status: answer.status, body: (await answer.json()) as { items: Run[]; next_cursor: string | null; code?: string } };
}

async function list(query: Record<string, string> = {}): Promise<Run[]> {
  const { status, body } = await get(`?${new URLSearchParams(query)}`);
  expect(status).toBe(200);
  return body.items.map((item) => RunSchema.strict().parse(item));
}

async function detail(runId: string, query = '') {
  const { status, body } = await get(`/${encodeURIComponent(runId)}${query}`);
  expect(status).toBe(200);
  return RunDetailSchema.strict().parse(body);
}

const AGENT = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' };
const message = (role: string, text: string) => JSON.stringify([{ role, parts: [{ type: 'text', content: text }] }]);
const TRACE = traceIdOf(1);
const agent: MadeSpan = {
  traceId: TRACE,
  spanId: spanIdOf(1),
  name: 'plan',
  atMs: 0,
  durationMs: 5_000,
  attributes: { ...AGENT, 'sightglass.run_id': 'run/1,a', 'gen_ai.conversation.id': 's-1', 'user.id': 'ana', 'sightglass.department': 'sales' },
};
const search: MadeSpan = {
  traceId: TRACE,
  spanId: spanIdOf(2),
  parentSpanId: agent.spanId,
  name: 'search the shelves',
  atMs: 100,
  durationMs: 300,
  failed: true,
  attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'shelves' },
};
const call: MadeSpan = {
  traceId: TRACE,
  spanId: spanIdOf(3),
  parentSpanId: agent.spanId,
  name: 'answer',
  atMs: 500,
  durationMs: 1_000,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.input.messages': message('user', 'Where is the "green" book?'),
    'gen_ai.output.messages': message('assistant', 'On shelf 7.'),
  },
};

describe('200', () => {
  it('a run is what its spans say together', async () => {
    await send(agent, search, call);
    const [run] = await list();
    expect(run).toEqual({
      run_id: 'run/1,a',
      agent_id: 'planner',
      trace_id: TRACE,
      span_id: agent.spanId,
      name: 'plan',
      flow_id: null,
      session_id: 's-1',
      user_id: 'ana',
      department: 'sales',
      environment: null,
      status: 'success',
      started_at: '2026-11-20T09:00:00Z',
      finished_at: '2026-11-20T09:00:05Z',
      duration_ms: 5_000,
      llm_calls: 1,
      tool_calls: 1,
      errors: 1,
      input_tokens: 100,
      output_tokens: 20,
      cost_usd: null,
      unpriced_calls: 1,
      approximate_calls: 0,
      input_context: 'Where is the "green" book?',
      execution_nodes: ['search the shelves', 'answer'],
      output_summary: 'On shelf 7.',
    });
  });

  it('its page has steps, failures first, models, tools and the whole texts', async () => {
    await send(agent, search, call);
    const run = await detail('run/1,a');
    expect(run).toMatchObject({
      input_span_id: call.spanId,
      output_span_id: call.spanId,
      step_count: 2,
      steps: [
        {
          span_id: search.spanId,
          name: 'search the shelves',
          kind: 'tool',
          status: 'error',
          message: 'it failed',
          duration_ns: '300000000',
          steps: 0,
        },
        { span_id: call.spanId, kind: 'llm', status: 'success', message: null },
      ],
      failures: [{ span_id: search.spanId, name: 'search the shelves', message: 'it failed' }],
      models: [{ model: 'gpt-4o', provider: 'openai', calls: 1, errors: 0, input_tokens: 100, output_tokens: 20, cost_usd: null }],
      tools: [{ tool_name: 'shelves', calls: 1, errors: 1, duration_ms: 300 }],
      span_count: 3,
      event_count: 0,
      log_count: 0,
    });
    expect(JSON.parse(run.input_context ?? '')).toMatchObject([{ role: 'user' }]);
  });

  it.each<[string, Record<string, string>, number]>([
    ['agent', { agent_id: 'planner' }, 1],
    ['another agent', { agent_id: 'writer' }, 0],
    ['one of several agents', { agent_id: 'writer, planner' }, 1],
    ['an id with a comma', { run_id: 'run/1,a' }, 1],
    ['status', { status: 'success' }, 1],
    ['other statuses', { status: 'error,timeout' }, 0],
    ['user', { user_id: 'ana' }, 1],
    ['session', { session_id: 's-2' }, 0],
    ['department', { department: 'sales' }, 1],
    ['a flow that nobody named', { flow_id: 'x' }, 0],
    ['duration', { min_duration_ms: '5000' }, 1],
    ['a longer one', { min_duration_ms: '5000.5' }, 0],
    ['cost', { min_cost_usd: '0.01' }, 0],
    ['text of a message, quotes and case and all', { q: 'the "GREEN" book' }, 1],
    ['text of a failure', { q: 'it fail' }, 1],
    ['text of nothing', { q: 'blue' }, 0],
    ['a range that ends when it begins', { from: '2026-11-20T08:00:00Z', to: '2026-11-20T09:00:00Z' }, 0],
  ])('filter by %s', async (_, query, found) => {
    await send(agent, search, call);
    expect(await list(query)).toHaveLength(found);
  });

  it('of several traces that name a run the newest is answered, or the one that is asked for', async () => {
    const again = traceIdOf(2);
    await send(agent, search, call);
    await send({ ...agent, traceId: again, spanId: spanIdOf(9), atMs: 60_000 });
    expect((await list({ run_id: 'run/1,a' })).map(({ trace_id }) => trace_id)).toEqual([again, TRACE]);
    expect((await detail('run/1,a')).trace_id).toBe(again);
    expect((await detail('run/1,a', `?trace_id=${TRACE.toUpperCase()}`)).trace_id).toBe(TRACE);
  });

  it('a cursor goes on in the same list while runs arrive', async () => {
    const runs = Array.from({ length: 5 }, (_, i) => ({ traceId: traceIdOf(10 + i), spanId: spanIdOf(10 + i), atMs: i * 1_000, attributes: AGENT }));
    await send(...runs);
    const first = (await get('?limit=2')).body;
    await send(
      { traceId: traceIdOf(20), spanId: spanIdOf(20), atMs: 2_500, attributes: AGENT },
      { traceId: traceIdOf(21), spanId: spanIdOf(21), atMs: 9_000, attributes: AGENT },
    );
    const second = (await get(`?limit=50&cursor=${first.next_cursor}`)).body;
    expect([...first.items, ...second.items].map(({ trace_id }) => trace_id)).toEqual([4, 3, 20 - 10, 2, 1, 0].map((i) => traceIdOf(10 + i)));
    expect(second.next_cursor).toBeNull();
  });
});

describe('a run in progress', () => {
  const running = { ...agent, attributes: { ...agent.attributes, 'gen_ai.input.messages': message('user', 'Find it') } };

  it('stands in the list from its beginning, once, and ends as any other', async () => {
    await send(pendingCopy(running));
    expect(await list()).toMatchObject([
      {
        run_id: 'run/1,a',
        status: 'running',
        finished_at: null,
        duration_ms: null,
        agent_id: 'planner',
        user_id: 'ana',
        llm_calls: 0,
        cost_usd: null,
        input_context: 'Find it',
      },
    ]);
    await send(search, call);
    expect(await list()).toMatchObject([
      { run_id: 'run/1,a', status: 'running', llm_calls: 1, tool_calls: 1, errors: 1, input_tokens: 100, output_summary: 'On shelf 7.' },
    ]);
    expect(await detail('run/1,a')).toMatchObject({ status: 'running', step_count: 2, span_count: 2, failures: [{ span_id: search.spanId }] });
    await send(running);
    expect(await list()).toMatchObject([{ run_id: 'run/1,a', status: 'success', duration_ms: 5_000, llm_calls: 1 }]);
    expect(await detail('run/1,a')).toMatchObject({ status: 'success', span_count: 3 });
  });

  it('is met by filters that its beginning answers', async () => {
    await send(pendingCopy(running));
    const found = async (query: Record<string, string>) => (await list(query)).length;
    expect(await found({ status: 'running', user_id: 'ana,bob', q: 'FIND' })).toBe(1);
    expect(await found({ status: 'success' })).toBe(0);
    expect(await found({ user_id: 'bob' })).toBe(0);
    expect(await found({ min_cost_usd: '0.1' })).toBe(0);
    expect(await found({ min_duration_ms: '600000' })).toBe(1);
    expect(await found({ min_duration_ms: '600001' })).toBe(0);
  });

  it('a nested agent is no run, and what goes on below an ended run begins none', async () => {
    const nested = { ...agent, spanId: spanIdOf(5), parentSpanId: agent.spanId, atMs: 10, attributes: AGENT };
    await send(pendingCopy(running), pendingCopy(nested));
    expect(await list()).toHaveLength(1);
    await send(running);
    expect(await list()).toMatchObject([{ span_id: agent.spanId, status: 'success' }]);
  });
});

describe('400', () => {
  it.each([
    ['?limit=501', '?limit'],
    ['?from=yesterday', '?from'],
    ['?status=bad', '?status'],
    ['?sort=name', '?sort'],
    ['?min_duration_ms=-1', '?min_duration_ms'],
    ['?min_cost_usd=1e-9', '?min_cost_usd'],
    ['?q=', '?q'],
    ['?cursor=x', '?cursor'],
  ])('%s', async (path, pointer) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid-request', errors: [{ pointer, message: expect.any(String) }] });
  });
});

describe('404', () => {
  it.each([
    ['a run that is not there', `/${traceIdOf(77)}`],
    ['an id of any kind', `/${encodeURIComponent("' OR 1=1 --")}`],
    ['a run in another trace', `/${encodeURIComponent('run/1,a')}?trace_id=${traceIdOf(77)}`],
    ['a trace id that is none', `/${encodeURIComponent('run/1,a')}?trace_id=1`],
  ])('%s', async (_, path) => {
    await send(agent);
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'not-found' });
  });

  it('another workspace’s run, stored or running', async () => {
    await send(agent, pendingCopy({ ...agent, traceId: traceIdOf(3), spanId: spanIdOf(30) }));
    const foreign = testWorkspace('foreign');
    expect((await get('', { of: foreign })).body).toEqual({ items: [], next_cursor: null });
    expect((await get(`/${encodeURIComponent('run/1,a')}`, { of: foreign })).status).toBe(404);
  });

  it('a run of an agent that is hidden from the caller', async () => {
    await send(agent, call);
    const hidden = { hiddenAgents: ['planner'] };
    expect((await get('', hidden)).body.items).toEqual([]);
    expect((await get(`/${encodeURIComponent('run/1,a')}`, hidden)).status).toBe(404);
    expect((await get('', { hiddenAgents: ['writer'] })).body.items).toHaveLength(1);
  });
});

it('403 without the scope to read', async () => {
  for (const path of ['', '/x']) expect((await get(path, { scopes: ['ingest'] })).status).toBe(403);
});
