import { randomUUID } from 'node:crypto';
import type { Scope } from '@sightglass/contract/permissions';
import { SessionSchema, SessionWithRunsSchema } from '@sightglass/contract/session';
import { UserDetailSchema, UserSchema } from '@sightglass/contract/user';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { createLiveSpans, type LiveSpans } from '../../live/liveSpans.ts';
import { pendingCopy } from '../../live/testing/pendingCopy.ts';
import { createTestPipeline, type MadeSpan, START_MS, traceRequest } from '../../receive/testing/traceRequests.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { sessionRoutes } from './sessions.ts';
import { userRoutes } from './users.ts';

const NOW_MS = START_MS + 3_600_000;
let store: TemporaryTelemetry;
let live: LiveSpans;
let workspaces = 0;
let workspace = testWorkspace('none');
const process = createTestPipeline();

beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());
beforeEach(() => {
  workspaces += 1;
  workspace = testWorkspace(`sessions${workspaces}`);
  live = createLiveSpans();
});

async function send(...spans: MadeSpan[]): Promise<void> {
  const { decoded, live: begun = [] } = process(workspace, traceRequest(spans));
  live.note({ workspaceId: workspace, atMs: NOW_MS, spans: begun });
  for (const { name, native } of decoded?.tables ?? []) await store.telemetry.insertNative(name, native, randomUUID());
}

interface Asking {
  of?: typeof workspace;
  scopes?: Scope[];
  hiddenAgents?: string[];
}
async function get(path: string, { of = workspace, scopes = ['read'], hiddenAgents = [] }: Asking = {}) {
  const app = appOfCaller(of, scopes);
  const deps = {
    readerOf: ({ workspaceId }: { workspaceId: typeof workspace }) => createTelemetryReader(store.telemetry, workspaceId, { hiddenAgents }),
    liveOf: (workspaceId: typeof workspace) => live.ofWorkspace(workspaceId, NOW_MS),
    now: () => BigInt(NOW_MS) * 1_000_000n,
  };
  sessionRoutes(app, deps);
  userRoutes(app, deps);
  const answer = await app.request(`/api/obs/${path}`);
  return { status: answer.status, body: (await answer.json()) as { items: unknown[]; next_cursor: string | null } };
}

const sessions = async (query = '', asking: Asking = {}) =>
  (await get(`sessions${query}`, asking)).body.items.map((item) => SessionSchema.strict().parse(item));
const users = async (query = '', asking: Asking = {}) =>
  (await get(`users${query}`, asking)).body.items.map((item) => UserSchema.strict().parse(item));

/** A run of a conversation: an agent and its model call. */
function turn(n: number, { session = 's,1', user = 'ana', atMs = n * 60_000, asks = `question ${n}`, agent = 'helper' } = {}): [MadeSpan, MadeSpan] {
  const traceId = traceIdOf(n);
  const text = (role: string, content: string) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
  return [
    {
      traceId,
      spanId: spanIdOf(n * 2),
      name: 'turn',
      atMs,
      durationMs: 2_000,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': agent,
        'gen_ai.conversation.id': session,
        'user.id': user,
        'user.email': `${user}@example.com`,
        'sightglass.department': 'sales',
      },
    },
    {
      traceId,
      spanId: spanIdOf(n * 2 + 1),
      parentSpanId: spanIdOf(n * 2),
      name: 'chat',
      atMs: atMs + 100,
      durationMs: 1_000,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 100 * n,
        'gen_ai.usage.output_tokens': n,
        'gen_ai.usage.cost': 0.25,
        'gen_ai.input.messages': text('user', asks),
        'gen_ai.output.messages': text('assistant', `answer ${n}`),
      },
    },
  ];
}

describe('200', () => {
  it('a session adds up its runs and shows how it began and what was said last', async () => {
    await send(...turn(1), ...turn(2), ...turn(3, { session: 'other', user: 'bob' }));
    expect(await sessions()).toMatchObject([
      { session_id: 'other', user_id: 'bob', runs: 1 },
      {
        session_id: 's,1',
        user_id: 'ana',
        department: 'sales',
        agents: ['helper'],
        status: 'ended',
        started_at: '2026-11-20T09:01:00Z',
        last_at: '2026-11-20T09:02:02Z',
        duration_ms: 62_000,
        runs: 2,
        failed_runs: 0,
        traces: 2,
        llm_calls: 2,
        errors: 0,
        input_tokens: 300,
        output_tokens: 3,
        input_preview: 'question 1',
        output_preview: 'answer 2',
      },
    ]);
  });

  it('its page tells its runs in order, of this very session', async () => {
    await send(...turn(2), ...turn(1), ...turn(3, { session: '1' }), ...turn(4, { session: 's' }));
    const { status, body } = await get(`sessions/${encodeURIComponent('s,1')}`);
    expect(status).toBe(200);
    const found = SessionWithRunsSchema.strict().parse(body);
    expect(found.session).toMatchObject({ session_id: 's,1', runs: 2 });
    expect(found.runs.map(({ input_context, output_summary }) => [input_context, output_summary])).toEqual([
      ['question 1', 'answer 1'],
      ['question 2', 'answer 2'],
    ]);
    expect(found.next_cursor).toBeNull();
    const first = SessionWithRunsSchema.parse((await get(`sessions/${encodeURIComponent('s,1')}?limit=1`)).body);
    expect(first.runs).toHaveLength(1);
    expect(first.next_cursor).not.toBeNull();
  });

  it('is told from its beginning however long ago that was, and from less when asked', async () => {
    await send(...turn(1, { atMs: -40 * 86_400_000 }), ...turn(2));
    const whole = SessionWithRunsSchema.parse((await get(`sessions/${encodeURIComponent('s,1')}`)).body);
    expect(whole.session.runs).toBe(2);
    expect(whole.runs).toHaveLength(2);
    const day = SessionWithRunsSchema.parse((await get(`sessions/${encodeURIComponent('s,1')}?from=now-24h`)).body);
    expect(day.session.runs).toBe(1);
    expect(day.runs).toHaveLength(1);
    expect((await sessions())[0]).toMatchObject({ runs: 1 });
  });

  it.each<[string, number]>([
    ['?session_id=s%2C1', 1],
    ['?user_id=bob,ana', 1],
    ['?user_id=bob', 0],
    ['?agent_id=helper', 1],
    ['?department=sales', 1],
    ['?model=gpt-4o', 1],
    ['?environment=prod', 0],
    ['?status=ended', 1],
    ['?status=live', 0],
    ['?min_runs=2', 1],
    ['?min_runs=3', 0],
    ['?min_errors=1', 0],
    ['?min_duration_ms=62000', 1],
    ['?min_duration_ms=62001', 0],
    ['?min_cost_usd=0.01', 0],
    ['?q=QUESTION%202', 1],
    ['?q=ana', 1],
    ['?q=nothing', 0],
  ])('sessions%s', async (query, found) => {
    await send(...turn(1), ...turn(2));
    expect(await sessions(query)).toHaveLength(found);
  });

  it('is live while something of it is in progress, or was a moment ago', async () => {
    const [agent] = turn(1, { atMs: 3_590_000 });
    await send(pendingCopy(agent));
    expect(await sessions()).toMatchObject([
      { session_id: 's,1', status: 'live', runs: 0, agents: ['helper'], user_id: 'ana', last_at: '2026-11-20T10:00:00Z' },
    ]);
    expect(await sessions('?status=live&q=HELPER')).toHaveLength(1);
    expect(await sessions('?status=ended')).toEqual([]);
    const begun = SessionWithRunsSchema.parse((await get(`sessions/${encodeURIComponent('s,1')}`)).body);
    expect(begun).toMatchObject({ session: { status: 'live' }, runs: [{ status: 'running' }] });
    await send(...turn(1, { atMs: 3_590_000 }), ...turn(2, { session: 'older' }));
    expect(await sessions()).toMatchObject([
      { session_id: 's,1', status: 'live', runs: 1 },
      { session_id: 'older', status: 'ended' },
    ]);
  });

  it('pages hold no more than was asked for while sessions begin', async () => {
    await send(...turn(1), pendingCopy(turn(5, { session: 'begun', atMs: 3_590_000 })[0]));
    const first = await get('sessions?limit=1');
    expect(first.body.items).toMatchObject([{ session_id: 'begun' }]);
    const second = await get(`sessions?limit=1&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ items: [{ session_id: 's,1' }], next_cursor: null });
  });

  it('a user adds up runs, sessions and what they cost', async () => {
    await send(...turn(1), ...turn(2, { session: 'other' }), ...turn(3, { user: 'bob' }));
    expect(await users('?sort=-runs')).toMatchObject([
      {
        user_id: 'ana',
        email: 'ana@example.com',
        department: 'sales',
        agents: ['helper'],
        runs: 2,
        sessions: 2,
        traces: 2,
        calls: 2,
        llm_calls: 2,
        input_tokens: 300,
      },
      { user_id: 'bob', runs: 1, sessions: 1 },
    ]);
    const { body } = await get('users/ana');
    expect(UserDetailSchema.strict().parse(body)).toMatchObject({
      user: { user_id: 'ana', runs: 2 },
      by_agent: [{ agent_id: 'helper', runs: 2, calls: 2, errors: 0, input_tokens: 300 }],
      by_model: [{ model: 'gpt-4o', provider: 'openai', calls: 2, output_tokens: 3 }],
    });
  });

  it.each<[string, number]>([
    ['?user_id=ana', 1],
    ['?q=ANA@', 1],
    ['?q=sales', 2],
    ['?q=question', 0],
    ['?agent_id=nobody', 0],
    ['?min_errors=1', 0],
    ['?department=sales&limit=1', 1],
  ])('users%s', async (query, found) => {
    await send(...turn(1), ...turn(3, { user: 'bob' }));
    expect(await users(query)).toHaveLength(found);
  });
});

describe('400', () => {
  it.each([
    ['sessions?status=bad', '?status'],
    ['sessions?sort=name', '?sort'],
    ['sessions?min_runs=-1', '?min_runs'],
    ['sessions?cursor=x', '?cursor'],
    ['sessions?from=now&to=now-1h', '?from'],
    ['sessions/s?from=now&to=now-1h', '?from'],
    ['sessions/s?limit=501', '?limit'],
    ['users?sort=started_at', '?sort'],
    ['users?limit=501', '?limit'],
    ['users?min_cost_usd=x', '?min_cost_usd'],
    ['users/ana?from=never', '?from'],
  ])('%s', async (path, pointer) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid-request', errors: [{ pointer, message: expect.any(String) }] });
  });

  it('a cursor of another list', async () => {
    await send(...turn(1), ...turn(3, { session: 'other', user: 'bob' }));
    const { body } = await get('sessions?limit=1');
    expect((await get(`users?cursor=${body.next_cursor}`)).status).toBe(400);
    expect((await get(`sessions?sort=cost&cursor=${body.next_cursor}`)).status).toBe(400);
  });
});

describe('404', () => {
  it('of what is not there, or another workspace’s', async () => {
    await send(...turn(1), pendingCopy(turn(2, { session: 'begun' })[0]));
    const foreign = { of: testWorkspace('foreign') };
    for (const path of [`sessions/${encodeURIComponent('s,1')}`, 'sessions/begun', 'users/ana']) {
      expect((await get(path)).status).toBe(200);
      expect((await get(path, foreign)).status).toBe(404);
    }
    expect(await sessions('', foreign)).toEqual([]);
    expect(await users('', foreign)).toEqual([]);
    expect((await get(`sessions/${encodeURIComponent("' OR 1=1 --")}`)).status).toBe(404);
    expect((await get('users/nobody')).status).toBe(404);
  });

  it('of what only a hidden agent did', async () => {
    await send(...turn(1), ...turn(3, { session: 'shown', user: 'bob', agent: 'writer' }));
    const hidden = { hiddenAgents: ['helper'] };
    expect(await sessions('', hidden)).toMatchObject([{ session_id: 'shown' }]);
    expect(await users('', hidden)).toMatchObject([{ user_id: 'bob' }]);
    expect((await get(`sessions/${encodeURIComponent('s,1')}`, hidden)).status).toBe(404);
    expect((await get('users/ana', hidden)).status).toBe(404);
  });
});

it('403 without the scope to read', async () => {
  for (const path of ['sessions', 'sessions/x', 'users', 'users/x']) expect((await get(path, { scopes: ['ingest'] })).status).toBe(403);
});
