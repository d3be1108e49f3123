/** The Events API of the built program: what is said of a run is told by every part of it, and kept through a crash. */
import { randomBytes } from 'node:crypto';
import type { Agent } from '@sightglass/contract/agent';
import type { AgentEvent, EventReceipt } from '@sightglass/contract/event';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, eventually } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const INGEST = '/api/obs/ingest/events';
const START = Date.UTC(2026, 10, 20, 9, 0, 30);
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const EVENTS = '/api/obs/events?from=2026-11-01T00:00:00Z&to=2026-12-31T00:00:00Z&limit=500';

let program: Program;
let client: Client;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);

const send = (...events: object[]) => client.post<EventReceipt>(INGEST, { events });
const eventsOf = async (runId: string) => (await client.get<{ items: AgentEvent[] }>(`${EVENTS}&run_id=${runId}`)).items;

/** A run of two calls and a tool that takes longer than a minute; each event can be sent by itself. */
function makeRun() {
  const runId = `run-${randomBytes(6).toString('hex')}`;
  const of = { agent_id: `agent-of-${runId}`, run_id: runId };
  const call = { ...of, event_type: 'llm_call', provider: 'openai', model: 'gpt-4o', input_tokens: 1000, output_tokens: 100 };
  const events = [
    { ...of, event_type: 'run_started', timestamp: at(0), session_id: runId, payload: { input_context: 'Why?' } },
    { ...call, timestamp: at(2), latency_ms: 1500 },
    { ...of, event_type: 'tool_call', timestamp: at(30), latency_ms: 400, tool_name: 'search', status: 'error', error_message: 'nothing found' },
    { ...call, timestamp: at(60), latency_ms: 2500, cost_usd: '0.5' },
    { ...of, event_type: 'run_finished', timestamp: at(95), payload: { output_summary: 'Because.', execution_nodes: ['think', 'search'] } },
  ].map((event, i) => ({ ...event, dedupe_key: `${runId}:${i}` }));
  return { runId, agentId: of.agent_id, events };
}

/** Looks until the trace is settled: for about a second its calls may not know yet what only the run's beginning said. */
const expectWhole = (run: ReturnType<typeof makeRun>) => eventually(() => readWhole(run));

async function readWhole({ runId, agentId, events }: ReturnType<typeof makeRun>): Promise<void> {
  const question = { filters: [{ field: 'run_id', op: '=', value: runId }] };
  expect(
    await client.query({
      ...question,
      measures: ['runs', 'spans', 'llm_calls', 'tool_calls', 'errors', 'cost_usd', 'input_tokens', 'run_duration_ms_max'],
    }),
  ).toEqual([{ runs: 1, spans: 4, llm_calls: 2, tool_calls: 1, errors: 1, cost_usd: '0.5035', input_tokens: 2000, run_duration_ms_max: 95_000 }]);
  expect(await client.query({ ...question, source: 'events', measures: ['events', 'event_errors'] })).toEqual([
    { events: events.length, event_errors: 1 },
  ]);
  const found = await client.traces({ session_id: runId });
  expect(found).toMatchObject([
    {
      root_name: agentId,
      run_id: runId,
      agent_id: agentId,
      trace_type: 'agent_run',
      status: 'error',
      span_count: 4,
      error_count: 1,
      llm_calls: 2,
      cost_usd: '0.5035',
      input_tokens: 2000,
      output_tokens: 200,
      start_time: '2026-11-20T09:00:30Z',
      duration_ns: '95000000000',
      input_preview: 'Why?',
      output_preview: 'Because.',
    },
  ]);
  const { spans } = await client.trace(found[0]?.trace_id ?? '');
  const [root, ...calls] = spans;
  expect(root).toMatchObject({ kind: 'agent', status: 'success', parent_span_id: null });
  expect(calls.map(({ kind, parent_span_id, session_id }) => [kind, parent_span_id, session_id])).toEqual(
    ['llm', 'tool', 'llm'].map((kind) => [kind, root?.span_id, runId]),
  );
  const listed = await eventsOf(runId);
  expect(listed.map(({ event_type, cost_usd, cost_source }) => [event_type, cost_usd, cost_source])).toEqual([
    ['run_finished', null, null],
    ['llm_call', '0.5', 'reported'],
    ['tool_call', null, null],
    ['llm_call', '0.0035', 'price_book'],
    ['run_started', null, null],
  ]);
  expect(new Set(listed.map(({ trace_id }) => trace_id))).toEqual(new Set([found[0]?.trace_id]));
}

describe('a run told by events', () => {
  const ORDERS: readonly [string, readonly number[][]][] = [
    ['in one request', [[0, 1, 2, 3, 4]]],
    ['as it happened, one by one', [[0], [1], [2], [3], [4]]],
    ['backwards, one by one', [[4], [3], [2], [1], [0]]],
    ['its end before its beginning', [[4, 1], [0, 3], [2]]],
    ['all at the same time', []],
  ];
  test.each(ORDERS)('%s is the same trace, run, cost and tokens everywhere', async (_, requests) => {
    const run = makeRun();
    const batches = requests.map((indices) => indices.map((i) => run.events[i] as object));
    for (const batch of batches) expect(await send(...batch)).toEqual({ accepted: batch.length, rejected: 0, duplicates: 0, errors: [] });
    if (batches.length === 0) await Promise.all(run.events.map((event) => send(event)));
    await expectWhole(run);
    expect(await send(...run.events)).toEqual({ accepted: 0, rejected: 0, duplicates: 5, errors: [] });
    await expectWhole(run);
  });

  test('is known as a run while it runs, and its agent can send heartbeats', async () => {
    const run = makeRun();
    await send(run.events[0] as object);
    await eventually(async () => expect(await client.traces({ session_id: run.runId })).toMatchObject([{ status: 'running', span_count: 1 }]));
    expect((await client.postJson('/api/obs/ingest/heartbeat', { agent_id: 'nobody' })).status).toBe(404);
    await eventually(() => client.post('/api/obs/ingest/heartbeat', { agent_id: run.agentId, status: 'degraded', metadata: { queue: 3 } }));
    await eventually(async () => {
      const agent = await client.get<Agent>(`/api/obs/agents/${run.agentId}`);
      expect(agent).toMatchObject({ agent_id: run.agentId, status: 'degraded', heartbeat_metadata: { queue: 3 } });
      expect(agent.last_heartbeat_at).not.toBeNull();
    });
    await send(...run.events.slice(1));
    await expectWhole(run);
  });

  test('is kept through kill -9 right after the answer, and its repeats are told from the first moment on', {
    timeout: 2 * START_MS_MAX,
  }, async () => {
    const [before, after] = [makeRun(), makeRun()];
    await send(...before.events);
    await send(...after.events.slice(0, 3));
    await program.kill();
    program = await startProgram({ dataDir: program.dataDir, env: HEADLESS });
    client = createClient(program, OWNER.key);
    expect(await send(...before.events, ...after.events)).toEqual({ accepted: 2, rejected: 0, duplicates: 8, errors: [] });
    await expectWhole(before);
    await expectWhole(after);
  });
});

test('agents of traced programs are known, too', async () => {
  const traceId = randomBytes(16).toString('hex');
  const parent = { traceId, spanId: 'a'.repeat(16), attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'traced agent' } };
  await client.sendSpans([{ traceId, spanId: 'b'.repeat(16), parentSpanId: parent.spanId }]);
  await client.sendSpans([parent]);
  const agent = await eventually(() => client.get<Agent>(`/api/obs/agents/${encodeURIComponent('traced agent')}`));
  expect(agent).toMatchObject({ agent_id: 'traced agent', status: 'unknown', last_heartbeat_at: null });
});
