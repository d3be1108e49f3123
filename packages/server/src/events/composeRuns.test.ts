/** Runs told by events, against the real store, in every order. */
import { rmSync } from 'node:fs';
import type { AgentEvent } from '@sightglass/contract/event';
import type { Span, TraceSummary } from '@sightglass/contract/trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyControlDir } from '../../test/emptyControl.ts';
import { type ControlConnection, connectControl } from '../control/connect.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { type EventProgram, startEventProgram } from './testing/eventProgram.ts';

const START = Date.UTC(2026, 10, 20, 9, 0, 30);
const RANGE = 'from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z';
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

let store: TemporaryTelemetry;
let control: ControlConnection;
let controlDir: string;
let program: EventProgram;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  controlDir = await emptyControlDir();
  control = await connectControl({ dataDir: controlDir, secret: 'the secret of a test' });
  program = startEventProgram({ telemetry: store.telemetry, control, nowMs: () => START + 3_600_000 });
});
afterAll(async () => {
  await program.agents.stop();
  await control.close();
  await store.remove();
  rmSync(controlDir, { recursive: true, force: true });
});

let workspaces = 0;
const newWorkspace = () => {
  workspaces += 1;
  return testWorkspace(`run${workspaces}`);
};
type Workspace = ReturnType<typeof newWorkspace>;

/** What anyone can read of the only run of a workspace. */
async function readRun(workspace: Workspace) {
  const { items } = await program.get<{ items: TraceSummary[] }>(workspace, `/api/obs/traces?${RANGE}`);
  const traces = await Promise.all(
    items.map(({ trace_id }) => program.get<{ trace: TraceSummary; spans: Span[] }>(workspace, `/api/obs/traces/${trace_id}`)),
  );
  const { rows } = await program.post<{ rows: object[] }>(workspace, '/api/obs/query', {
    measures: ['runs', 'spans', 'llm_calls', 'tool_calls', 'cost_usd', 'input_tokens', 'errors', 'run_errors', 'traces', 'run_duration_ms_max'],
    from: '2026-11-20T00:00:00Z',
    to: '2026-11-21T00:00:00Z',
  });
  const { items: events } = await program.get<{ items: AgentEvent[] }>(workspace, `/api/obs/events?${RANGE}`);
  return { items, traces, rows, events };
}

const whole = [
  {
    event_type: 'run_started',
    agent_id: 'planner',
    run_id: 'r-1',
    timestamp: at(0),
    user_id: 'u-1',
    session_id: 's-1',
    payload: { input_context: 'Where is my order?' },
  },
  {
    event_type: 'llm_call',
    agent_id: 'planner',
    run_id: 'r-1',
    timestamp: at(2),
    latency_ms: 1500,
    provider: 'openai',
    model: 'gpt-4o',
    input_tokens: 1000,
    output_tokens: 100,
  },
  {
    event_type: 'tool_call',
    agent_id: 'planner',
    run_id: 'r-1',
    timestamp: at(3),
    latency_ms: 400,
    tool_name: 'lookup',
    status: 'error',
    error_message: 'no such order',
  },
  {
    event_type: 'run_finished',
    agent_id: 'planner',
    run_id: 'r-1',
    timestamp: at(95),
    status: 'success',
    payload: { output_summary: 'It is on its way.', execution_nodes: ['plan', 'lookup'] },
  },
].map((event, i) => ({ ...event, dedupe_key: `e${i}` }));

function permutations<T>(list: readonly T[]): T[][] {
  return list.length < 2 ? [[...list]] : list.flatMap((first, i) => permutations(list.filter((_, j) => j !== i)).map((rest) => [first, ...rest]));
}

describe('a run told by events', () => {
  it('is one span with its calls under it, and counts once everywhere', async () => {
    const workspace = newWorkspace();
    await program.send(workspace, ...whole);
    await program.store();
    const { items, traces, rows } = await readRun(workspace);
    expect(items).toMatchObject([
      {
        root_name: 'planner',
        trace_type: 'agent_run',
        run_id: 'r-1',
        agent_id: 'planner',
        user_id: 'u-1',
        session_id: 's-1',
        start_time: '2026-11-20T09:00:30Z',
        duration_ns: '95000000000',
        status: 'error',
        span_count: 3,
        error_count: 1,
        llm_calls: 1,
        input_tokens: 1000,
        output_tokens: 100,
        cost_usd: '0.0035',
        input_preview: 'Where is my order?',
        output_preview: 'It is on its way.',
      },
    ]);
    const [root, call, tool] = traces[0]?.spans ?? [];
    expect(root).toMatchObject({ kind: 'agent', parent_span_id: null, status: 'success', input: 'Where is my order?', output: 'It is on its way.' });
    expect(root?.attributes).toEqual({ 'sightglass.run.execution_nodes': ['plan', 'lookup'] });
    expect(call).toMatchObject({
      kind: 'llm',
      parent_span_id: root?.span_id,
      start_time: '2026-11-20T09:00:30.5Z',
      cost_source: 'price_book',
      user_id: 'u-1',
    });
    expect(tool).toMatchObject({ kind: 'tool', parent_span_id: root?.span_id, status: 'error', status_message: 'no such order', session_id: 's-1' });
    expect(rows).toEqual([
      {
        runs: 1,
        spans: 3,
        llm_calls: 1,
        tool_calls: 1,
        cost_usd: '0.0035',
        input_tokens: 1000,
        errors: 1,
        run_errors: 0,
        traces: 1,
        run_duration_ms_max: 95_000,
      },
    ]);
  });

  it('ends the same whatever the order in which its requests come', { timeout: 120_000 }, async () => {
    const reference = newWorkspace();
    await program.send(reference, ...whole);
    await program.store();
    const expected = await readRun(reference);
    const requests = { start: whole.slice(0, 1), calls: whole.slice(1, 3), end: whole.slice(3) };
    for (const order of permutations(['start', 'calls', 'end'] as const)) {
      const workspace = newWorkspace();
      for (const part of order) {
        await program.send(workspace, ...requests[part]);
        await program.store();
      }
      expect(await readRun(workspace), order.join()).toEqual(expected);
    }
  });

  it('shows as running until its end is told, and its length is not counted before', async () => {
    const workspace = newWorkspace();
    await program.send(workspace, ...whole.slice(0, 2));
    await program.store();
    const { items, rows } = await readRun(workspace);
    expect(items).toMatchObject([{ status: 'running', span_count: 2, duration_ns: '2000000000' }]);
    expect(rows).toMatchObject([{ runs: 1, run_duration_ms_max: null }]);
    await program.send(workspace, ...whole.slice(2));
    await program.store();
    expect((await readRun(workspace)).rows).toMatchObject([{ runs: 1, spans: 3, run_duration_ms_max: 95_000 }]);
  });

  it('of which only the end is known begins as long before as it took', async () => {
    const workspace = newWorkspace();
    await program.send(workspace, { ...whole[3], latency_ms: 95_500 });
    await program.store();
    expect((await readRun(workspace)).items).toMatchObject([{ start_time: '2026-11-20T09:00:29.5Z', duration_ns: '95500000000', span_count: 1 }]);
    // Its beginning corrects that; nothing is left of the other minute.
    await program.send(workspace, whole[0]);
    await program.store();
    const { items, rows } = await readRun(workspace);
    expect(items).toMatchObject([{ start_time: '2026-11-20T09:00:30Z', duration_ns: '95500000000', span_count: 1 }]);
    expect(rows).toMatchObject([{ runs: 1, spans: 1 }]);
  });

  it('moves out of the minute in which its end alone had put it', async () => {
    const workspace = newWorkspace();
    await program.send(workspace, whole[3]);
    await program.store();
    expect((await readRun(workspace)).items).toMatchObject([{ start_time: '2026-11-20T09:02:05Z' }]);
    await program.send(workspace, whole[0]);
    await program.store();
    const stored = await store.telemetry.rows('SELECT 1 FROM spans WHERE workspace_id = {workspace:String}', { workspace });
    expect(stored).toHaveLength(1);
    expect((await readRun(workspace)).items).toMatchObject([{ start_time: '2026-11-20T09:00:30Z', duration_ns: '95000000000' }]);
  });

  it('begins with the first beginning and ends with the last end that was told', async () => {
    const workspace = newWorkspace();
    const again = (event: object | undefined, seconds: number, fields: object = {}) => ({
      ...event,
      dedupe_key: `${seconds}`,
      timestamp: at(seconds),
      ...fields,
    });
    for (const event of [
      whole[0],
      again(whole[0], -120),
      whole[3],
      again(whole[3], 200, { status: 'cancelled' }),
      again(whole[3], 50, { status: 'error' }),
    ]) {
      await program.send(workspace, event);
      await program.store();
    }
    const { items, rows } = await readRun(workspace);
    expect(items).toMatchObject([{ status: 'cancelled', start_time: '2026-11-20T08:58:30Z', duration_ns: '320000000000', span_count: 1 }]);
    expect(rows).toMatchObject([{ runs: 1, spans: 1 }]);
  });

  it('stands in the trace that its end names, also when its beginning named none', async () => {
    const workspace = newWorkspace();
    const trace_id = 'ab'.repeat(16);
    await program.send(workspace, whole[0]);
    await program.store();
    await program.send(workspace, { ...whole[3], trace_id });
    await program.store();
    expect((await readRun(workspace)).items).toMatchObject([{ trace_id, span_count: 1, start_time: '2026-11-20T09:00:30Z' }]);
  });

  it('without run id is told by its trace, and without both by nothing', async () => {
    const workspace = newWorkspace();
    const named = { agent_id: 'planner', trace_id: 'cd'.repeat(16) };
    await program.send(
      workspace,
      { ...named, event_type: 'run_started', timestamp: at(0) },
      { ...named, event_type: 'run_finished', timestamp: at(5) },
    );
    await program.send(workspace, { event_type: 'run_started', agent_id: 'loner', timestamp: at(9) });
    await program.store();
    expect((await readRun(workspace)).items).toMatchObject([
      { agent_id: 'loner', status: 'running' },
      { trace_id: named.trace_id, run_id: named.trace_id, duration_ns: '5000000000', span_count: 1 },
    ]);
  });

  it('is another one in another workspace', async () => {
    const [a, b] = [newWorkspace(), newWorkspace()];
    await program.send(a, whole[0]);
    await program.send(b, { ...whole[3], timestamp: at(600) });
    await program.store();
    expect((await readRun(a)).items).toMatchObject([{ status: 'running', start_time: '2026-11-20T09:00:30Z' }]);
    expect((await readRun(b)).items).toMatchObject([{ status: 'success', start_time: '2026-11-20T09:10:30Z' }]);
  });

  it('is not touched when its spans are made again', async () => {
    const workspace = newWorkspace();
    await program.send(workspace, ...whole);
    const frames = [...program.journal];
    await program.store();
    const before = await readRun(workspace);
    program.journal.push(...frames);
    await program.store();
    expect(await readRun(workspace)).toEqual(before);
  });

  it('leaves traces alone that another program sent', async () => {
    const workspace = newWorkspace();
    const trace_id = 'ef'.repeat(16);
    const call = {
      event_type: 'llm_call',
      agent_id: 'planner',
      trace_id,
      span_id: '11'.repeat(8),
      timestamp: at(0),
      total_tokens: 50,
      model: 'gpt-4o',
    };
    await program.send(workspace, call);
    await program.store();
    const { items, traces } = await readRun(workspace);
    expect(items).toMatchObject([{ trace_id, run_id: trace_id, cost_usd: null, input_tokens: null, unpriced_calls: 1 }]);
    expect(traces[0]?.spans).toMatchObject([{ span_id: call.span_id, parent_span_id: null, cost_usd: null, cost_source: null }]);
  });
});
