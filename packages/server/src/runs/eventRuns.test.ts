/** Runs that are told by events alone, in any order. */
import { rmSync } from 'node:fs';
import { RunListQuerySchema } from '@sightglass/contract/routes/runs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyControlDir } from '../../test/emptyControl.ts';
import { type ControlConnection, connectControl } from '../control/connect.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { type EventProgram, startEventProgram } from '../events/testing/eventProgram.ts';
import { createTelemetryReader } from '../explore/reader.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { getRun } from './getRun.ts';
import { listRuns } from './listRuns.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);
const NOW_NS = BigInt(NOW) * 1_000_000n;
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

let store: TemporaryTelemetry;
let control: ControlConnection;
let controlDir: string;
let program: EventProgram;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  controlDir = await emptyControlDir();
  control = await connectControl({ dataDir: controlDir, secret: 'the secret of a test' });
  program = startEventProgram({ telemetry: store.telemetry, control, nowMs: () => NOW });
});
afterAll(async () => {
  await program.agents.stop();
  await control.close();
  await store.remove();
  rmSync(controlDir, { recursive: true, force: true });
});

const about = { agent_id: 'planner', run_id: 'r-1', session_id: 's-1', user_id: 'ana', flow_id: 'f-1' };
const STARTED = {
  ...about,
  dedupe_key: 'started',
  event_type: 'run_started',
  timestamp: at(-60),
  payload: { input_context: { question: 'Where is it?' } },
};
const CALL = {
  ...about,
  dedupe_key: 'call',
  event_type: 'llm_call',
  timestamp: at(-50),
  latency_ms: 2_000,
  provider: 'openai',
  model: 'gpt-4o-mini',
  input_tokens: 1_000,
  output_tokens: 100,
  cost_usd: '1.25',
};
const TOOL = {
  ...about,
  dedupe_key: 'tool',
  event_type: 'tool_call',
  timestamp: at(-45),
  latency_ms: 500,
  tool_name: 'search',
  status: 'error',
  error_message: 'no route',
};
const FINISHED = {
  ...about,
  dedupe_key: 'finished',
  event_type: 'run_finished',
  timestamp: at(-40),
  payload: { output_summary: 'Found it.', execution_nodes: ['plan', { node: 'search', ok: true }] },
};

const workspaceOf = async (name: string) => {
  const id = testWorkspace(name);
  await control.instanceDb.insert(workspaces).values({ id, slug: name, name });
  return id;
};
const listed = async (workspace: ReturnType<typeof testWorkspace>, query: Record<string, string> = {}) => {
  const page = await listRuns(createTelemetryReader(store.telemetry, workspace), RunListQuerySchema.parse(query), NOW_NS);
  if (!page.ok) throw new Error(page.error.detail);
  return page.value.items;
};

it('runs until its end is told', async () => {
  const workspace = await workspaceOf('begun');
  await program.send(workspace, STARTED, CALL);
  await program.store();
  expect(await listed(workspace)).toMatchObject([
    { run_id: 'r-1', status: 'running', finished_at: null, duration_ms: null, llm_calls: 1, cost_usd: '1.25', flow_id: 'f-1', output_summary: null },
  ]);
  // It has been running for a minute.
  expect(await listed(workspace, { min_duration_ms: '60000', sort: '-duration' })).toHaveLength(1);
  expect(await listed(workspace, { min_duration_ms: '60001' })).toEqual([]);
});

it('is the same run in every order of arrival', async () => {
  const answers = [];
  for (const [i, order] of [
    [STARTED, CALL, TOOL, FINISHED],
    [FINISHED, TOOL, CALL, STARTED],
    [CALL, FINISHED, STARTED, TOOL],
  ].entries()) {
    const workspace = await workspaceOf(`order${i}`);
    for (const event of order) {
      await program.send(workspace, event);
      await program.store();
    }
    const detail = await getRun(createTelemetryReader(store.telemetry, workspace), 'r-1', undefined, NOW_NS);
    if (!detail.ok) throw new Error(detail.error.detail);
    const { steps, failures, event_count, models, input_context } = detail.value;
    answers.push({ runs: await listed(workspace), steps, failures, event_count, models, input_context });
  }
  expect(answers[0]).toMatchObject({
    runs: [
      {
        run_id: 'r-1',
        agent_id: 'planner',
        session_id: 's-1',
        user_id: 'ana',
        flow_id: 'f-1',
        status: 'success',
        started_at: '2026-11-20T11:59:00Z',
        finished_at: '2026-11-20T11:59:20Z',
        duration_ms: 20_000,
        llm_calls: 1,
        tool_calls: 1,
        errors: 1,
        input_tokens: 1_000,
        output_tokens: 100,
        cost_usd: '1.25',
        execution_nodes: ['plan', { node: 'search', ok: true }],
        output_summary: 'Found it.',
      },
    ],
    steps: [
      { name: 'llm_call gpt-4o-mini', kind: 'llm', status: 'success' },
      { name: 'tool_call search', kind: 'tool', status: 'error', message: 'no route' },
    ],
    failures: [{ name: 'tool_call search', message: 'no route' }],
    event_count: 4,
    input_context: '{"question":"Where is it?"}',
  });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});
