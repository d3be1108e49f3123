import { rmSync } from 'node:fs';
import type { Agent } from '@sightglass/contract/agent';
import type { AgentEvent } from '@sightglass/contract/event';
import { AgentEventSchema } from '@sightglass/contract/event';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyControlDir } from '../../../test/emptyControl.ts';
import { type ControlConnection, connectControl } from '../../control/connect.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { type EventProgram, startEventProgram } from '../../events/testing/eventProgram.ts';
import { testWorkspace } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');

let store: TemporaryTelemetry;
let control: ControlConnection;
let controlDir: string;
let program: EventProgram;
let nowMs = NOW;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  controlDir = await emptyControlDir();
  control = await connectControl({ dataDir: controlDir, secret: 'the secret of a test' });
  program = startEventProgram({ telemetry: store.telemetry, control, nowMs: () => nowMs });
  await control.instanceDb.insert(workspaces).values([mine, foreign].map((id) => ({ id, slug: id.slice(4), name: 'Test' })));
  const call = { event_type: 'llm_call', provider: 'openai', model: 'gpt-4o-mini', input_tokens: 1000, output_tokens: 100 };
  await program.send(
    mine,
    { event_type: 'run_started', agent_id: 'planner', run_id: 'r-1', timestamp: at(-60) },
    {
      ...call,
      agent_id: 'planner',
      run_id: 'r-1',
      timestamp: at(-50),
      latency_ms: 20_000,
      tags: { team: 'x' },
      payload: { prompt: 'long', depth: { a: [1, null] } },
    },
    { ...call, agent_id: 'planner', run_id: 'r-1', timestamp: at(-40), cost_usd: '1.25', status: 'timeout' },
    { ...call, model: 'secret-model', agent_id: 'writer, the second', timestamp: at(-30) },
    { event_type: 'tool_call', agent_id: 'writer', timestamp: at(-20), tool_name: 'search', cost_usd: 0.5, status: 'error' },
    { event_type: 'action', agent_id: 'writer', timestamp: at(-10), cost_usd: '0.1', payload: { approval_id: 'apr_1', success: true } },
    // Two of one moment.
    { event_type: 'log', agent_id: 'writer', timestamp: at(-5), message: 'one' },
    { event_type: 'log', agent_id: 'writer', timestamp: at(-5), message: 'two' },
    { event_type: 'log', agent_id: 'ahead', timestamp: at(600), message: 'not yet' },
  );
  await program.send(foreign, { ...call, agent_id: 'planner', run_id: 'r-1', timestamp: at(-55) });
  await program.store();
});
afterAll(async () => {
  await program.agents.stop();
  await control.close();
  await store.remove();
  rmSync(controlDir, { recursive: true, force: true });
});

interface Page {
  items: AgentEvent[];
  next_cursor: string | null;
}
const page = (query: string, workspace = mine) => program.get<Page>(workspace, `/api/obs/events?${query}`);
const list = async (query: string, workspace = mine) => (await page(query, workspace)).items;
const status = async (query: string, scopes: ('read' | 'ingest')[] = ['read']) =>
  (await program.appFor(mine, scopes).request(`/api/obs/events?${query}`)).status;

describe('GET /api/obs/events', () => {
  it('lists the last 24 hours, newest first, in the form of the contract', async () => {
    const items = await list('');
    for (const item of items) AgentEventSchema.parse(item);
    expect(items.map(({ event_type, agent_id }) => `${event_type} ${agent_id}`)).toEqual([
      'log writer',
      'log writer',
      'action writer',
      'tool_call writer',
      'llm_call writer, the second',
      'llm_call planner',
      'llm_call planner',
      'run_started planner',
    ]);
  });

  it.each([
    ['agent_id=planner', 3],
    ['agent_id=planner,writer', 7],
    ['event_type=llm_call', 3],
    ['event_type=llm_call,log', 5],
    ['status=timeout', 1],
    ['status=error,timeout', 2],
    ['run_id=r-1', 3],
    ['run_id=r-1&event_type=llm_call&status=success', 1],
    ['run_id=r-2', 0],
    ['from=2026-11-20T11:59:40Z', 4],
    ['to=2026-11-20T11:59:40Z', 4],
    ['to=now%2B1h', 9],
    ['from=now%2B5m&to=now%2B1h', 1],
  ])('%s finds %i', async (query, found) => {
    expect(await list(query)).toHaveLength(found);
  });

  it('shows what calls cost, by whom it is said, and the trace that they became part of', async () => {
    const [unknown, reported, priced] = await list('event_type=llm_call');
    expect(unknown).toMatchObject({ model: 'secret-model', cost_usd: null, cost_source: null });
    expect(reported).toMatchObject({ cost_usd: '1.25', cost_source: 'reported' });
    expect(priced).toMatchObject({
      cost_usd: '0.00021',
      cost_source: 'price_book',
      tags: { team: 'x' },
      payload: { prompt: 'long', depth: { a: [1, null] } },
    });
    const [started] = await list('event_type=run_started');
    expect(priced?.trace_id).toBe(started?.trace_id);
    expect(priced?.span_id).not.toBe(started?.span_id);
    expect(await list('event_type=tool_call,action')).toMatchObject([
      { cost_usd: '0.1', cost_source: 'reported', trace_id: null, payload: { approval_id: 'apr_1', success: true } },
      { cost_usd: '0.5', cost_source: 'reported', trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
    ]);
  });

  it('shows the cost as it is now, when the span has been priced again', async () => {
    await store.telemetry.run(
      `INSERT INTO spans SELECT * REPLACE (toDecimal128('0.5', 12) AS cost_usd, 'override' AS cost_source, version + 1 AS version) FROM spans FINAL
       WHERE workspace_id = 'wsp_mine' AND request_model = 'secret-model'`,
    );
    expect((await list('event_type=llm_call'))[0]).toMatchObject({ cost_usd: '0.5', cost_source: 'override' });
  });

  it('pages by cursor without repeating or skipping while events arrive', async () => {
    const whole = await list('');
    const seen: AgentEvent[] = [];
    let cursor = '';
    for (let i = 0; i < 20; i++) {
      const { items, next_cursor } = await page(`limit=3${cursor}`);
      seen.push(...items);
      if (next_cursor === null) break;
      cursor = `&cursor=${next_cursor}`;
      nowMs += 1000;
      await program.send(mine, { event_type: 'custom', agent_id: 'late', timestamp: new Date(nowMs).toISOString() });
      await program.store();
    }
    expect(seen).toEqual(whole);
    expect(await list('agent_id=late&to=now%2B1m')).not.toHaveLength(0);
  });

  it('pages by offset', async () => {
    const range = `to=${at(0)}`;
    const whole = await list(range);
    const pages = await Promise.all([0, 3, 6, 9].map((offset) => list(`${range}&limit=3&offset=${offset}`)));
    expect(pages.flat()).toEqual(whole);
    expect(await status(`offset=3&cursor=${(await page(`${range}&limit=3`)).next_cursor}`)).toBe(400);
  });

  it('shows nothing of other workspaces', async () => {
    expect(await list('', foreign)).toHaveLength(1);
    const { next_cursor } = await page('limit=1');
    expect(await list(`limit=500&cursor=${next_cursor}`, foreign)).toHaveLength(1);
  });

  it.each(['limit=501', 'limit=0', 'offset=-1', 'offset=100001', 'event_type=llm', 'status=fine', 'from=then', 'cursor=abc', 'from=now&to=now'])(
    'answers 400 for %s',
    async (query) => {
      expect(await status(query)).toBe(400);
    },
  );

  it('needs the scope read', async () => {
    expect(await status('', ['ingest'])).toBe(403);
  });
});

describe('questions to the event log', () => {
  const ask = async (question: object) =>
    (
      await program.post<{ rows: object[] }>(mine, '/api/obs/query', {
        source: 'events',
        from: at(-3600),
        to: at(0),
        measures: ['events'],
        ...question,
      })
    ).rows;

  it.each([
    [{ measures: ['events', 'event_errors', 'heartbeats'] }, [{ events: 8, event_errors: 2, heartbeats: 0 }]],
    [
      { group_by: ['agent_id'] },
      [
        { agent_id: 'writer', events: 4 },
        { agent_id: 'planner', events: 3 },
        { agent_id: 'writer, the second', events: 1 },
      ],
    ],
    [{ filters: [{ field: 'attributes.prompt', op: '=', value: 'long' }] }, [{ events: 1 }]],
    [{ filters: [{ field: 'attributes.team', op: 'exists' }] }, [{ events: 1 }]],
    [
      { group_by: ['attributes.success'], filters: [{ field: 'event_type', op: '=', value: 'action' }] },
      [{ 'attributes.success': 'true', events: 1 }],
    ],
    [{ filters: [{ field: 'trace_id', op: 'exists' }] }, [{ events: 5 }]],
    [{ filters: [{ field: 'latency_ms', op: '>', value: 1000 }] }, [{ events: 1 }]],
  ])('%o', async (question, expected) => {
    expect(await ask(question)).toEqual(expected);
  });
});

describe('GET /api/obs/agents', () => {
  it('lists every agent that an event named, and pages', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let i = 0; i < 10; i++) {
      const answer = await program.get<{ items: Agent[]; next_cursor: string | null }>(mine, `/api/obs/agents?limit=2${cursor}`);
      seen.push(...answer.items.map(({ agent_id }) => agent_id));
      if (answer.next_cursor === null) break;
      cursor = `&cursor=${answer.next_cursor}`;
    }
    expect(seen.sort()).toEqual(['ahead', 'late', 'planner', 'writer', 'writer, the second']);
    expect((await program.appFor(mine).request('/api/obs/agents?cursor=abc')).status).toBe(400);
  });

  it('shows one, and only what is true: no heartbeat, no status', async () => {
    expect(await program.get(mine, `/api/obs/agents/${encodeURIComponent('writer, the second')}`)).toEqual({
      agent_id: 'writer, the second',
      name: null,
      owner: null,
      department: null,
      tags: [],
      versions: [],
      registered: false,
      created_at: '2026-11-20T12:00:00Z',
      first_seen_at: '2026-11-20T12:00:00Z',
      last_seen_at: '2026-11-20T12:00:00Z',
      last_heartbeat_at: null,
      status: 'unknown',
      heartbeat_status: null,
      heartbeat_interval_seconds: null,
      heartbeat_metadata: null,
      // What it is judged by has tests of its own.
      health: expect.objectContaining({ score: 100, window_hours: 24 }) as unknown,
    });
  });

  it.each(['nobody', 'writer%00', 'x'.repeat(1001)])('answers 404 for an agent that is not there', async (id) => {
    expect((await program.appFor(mine).request(`/api/obs/agents/${id}`)).status).toBe(404);
  });

  it('does not show agents of other workspaces', async () => {
    expect((await program.appFor(foreign).request('/api/obs/agents/writer')).status).toBe(404);
    expect((await program.get<{ items: Agent[] }>(foreign, '/api/obs/agents')).items).toHaveLength(1);
  });
});
