import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spanIdOfObservation } from '../normalise/langfuse/langfuseIds.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { startOverdueSchedule } from './overdueSchedule.ts';
import { type IngestionProgram, startIngestionProgram } from './testing/ingestionProgram.ts';

/** Real time: parts are deleted a month after they came. */
const NOW = Date.now();
const HOUR_MS = 3_600_000;

let store: TemporaryTelemetry;
let program: IngestionProgram;
let nowMs = NOW;
const start = (journal: IngestionProgram['journal'] = []) => startIngestionProgram({ telemetry: store.telemetry, journal, nowMs: () => nowMs });

beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
beforeEach(() => {
  nowMs = NOW;
  program = start();
});
afterAll(() => store.remove());

interface Item {
  id: string;
  type: string;
  timestamp: string;
  body: Record<string, unknown>;
}

let made = 0;
const newWorkspace = () => {
  made += 1;
  return testWorkspace(`parts${made}`);
};
type Workspace = ReturnType<typeof newWorkspace>;

const recorded = (name: string): Item[] =>
  (JSON.parse(readFileSync(new URL(`../../test/fixtures/otlp/langfuse-v3-${name}-1.traces.json`, import.meta.url), 'utf8')) as { batch: Item[] })
    .batch;

const TRACE = 'b2f1c0de-0000-4000-8000-00000000abcd';
const TRACE_ID = TRACE.replaceAll('-', '');

let items = 0;
/** An item of a trace, written at `at` seconds after nine o'clock. */
function item(type: string, at: number, body: Record<string, unknown>): Item {
  items += 1;
  const isTrace = type === 'trace-create';
  return { id: `item-${items}`, type, timestamp: time(at), body: isTrace ? { id: TRACE, ...body } : { traceId: TRACE, ...body } };
}
const time = (at: number) => new Date(Date.UTC(2026, 10, 20, 9, 0, 0) + at * 1_000).toISOString();

/** Sends batches one after the other, each stored before the next. */
async function sendEach(workspace: Workspace, batches: readonly (readonly Item[])[]): Promise<void> {
  for (const batch of batches) {
    const { errors } = await program.send(workspace, ...batch);
    expect(errors).toEqual([]);
    await program.store();
  }
}

const told = async (workspace: Workspace, batches: readonly (readonly Item[])[], traceId = TRACE_ID) => {
  await sendEach(workspace, batches);
  return program.trace(workspace, traceId);
};
const traceIdIn = (batch: readonly Item[]) => String(batch.find(({ type }) => type === 'trace-create')?.body.id).replaceAll('-', '');

const countOf = async (workspace: Workspace, table: string) =>
  Number(
    (await store.telemetry.rows<{ n: number }>(`SELECT count() AS n FROM ${table} FINAL WHERE workspace_id = {workspace:String}`, { workspace }))[0]
      ?.n,
  );

describe('the recordings', () => {
  it('an agent run is one trace with the words of the trace at its root, tokens, cost, session and user', async () => {
    const batch = recorded('agent');
    const workspace = newWorkspace();
    const { trace, spans } = await told(workspace, [batch], traceIdIn(batch));
    expect(trace).toMatchObject({
      root_name: 'handle-claim',
      status: 'success',
      span_count: 7,
      llm_calls: 3,
      input_tokens: 1577 + 2384 + 3863,
      output_tokens: 626 + 219 + 389,
      cost_usd: '0.0319',
      agent_id: 'handle-claim',
      session_id: 'sess-l3-1',
      user_id: 'user-204',
      environment: 'staging',
      trace_type: 'agent_run',
    });
    expect(spans.filter(({ parent_span_id }) => parent_span_id === null)).toHaveLength(1);
    expect(spans.map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual([
      'claim-closed other',
      'handle-claim chain',
      'issue_refund chain',
      'llm-step-0 llm',
      'llm-step-1 llm',
      'llm-step-2 llm',
      'lookup_order chain',
    ]);
    expect(spans[0]).toMatchObject({
      name: 'handle-claim',
      duration_ns: '182000000',
      input: 'Order A-1042 arrived broken. Please refund it.',
      output: 'I refunded 84.90 EUR for order A-1042. The reference is RF-77120.',
      attributes: { 'langfuse.trace.tags': ['claims', 'beta'], 'langfuse.trace.metadata.tenant': 'acme', 'langfuse.trace.id': batch[0]?.body.id },
    });
    expect(spans[1]).toMatchObject({
      name: 'llm-step-0',
      request_model: 'gpt-4o',
      response_model: 'gpt-4o-2024-08-06',
      provider: 'openai',
      input_tokens: 1577,
      output_tokens: 626,
      attributes: { 'langfuse.trace.tags': ['claims', 'beta'], 'langfuse.release': '2026.03.2', 'langfuse.observation.id': batch[1]?.body.id },
    });
    expect(await countOf(workspace, 'observation_parts')).toBe(batch.length);
  });

  it('a failed call is an error with its message', async () => {
    const batch = recorded('error');
    const { trace, spans } = await told(newWorkspace(), [batch], traceIdIn(batch));
    expect(trace).toMatchObject({ root_name: 'chat', status: 'error', error_count: 1, span_count: 2, unpriced_calls: 0 });
    expect(spans.find(({ name }) => name === 'llm')).toMatchObject({
      status: 'error',
      status_message: '500 The server had an error while processing your request. Sorry about that!',
      error_origin: true,
    });
  });

  it('a retrieval and its answer stand under the trace, which was told after the first of them', async () => {
    const batch = recorded('rag');
    const { trace, spans } = await told(newWorkspace(), [batch], traceIdIn(batch));
    expect(trace).toMatchObject({ root_name: 'rag', span_count: 3, input_tokens: 4997, output_tokens: 755, user_id: 'user-33' });
    expect(spans.map(({ name }) => name)).toEqual(['rag', 'retrieve', 'answer']);
    expect(spans[1]?.output).toContain('kb-31');
  });

  const orders: [string, (batch: Item[]) => Item[][]][] = [
    ['item by item', (batch) => batch.map((single) => [single])],
    ['item by item, backwards', (batch) => batch.toReversed().map((single) => [single])],
    ['in two halves', (batch) => [batch.slice(0, batch.length / 2), batch.slice(batch.length / 2)]],
    ['the second half first', (batch) => [batch.slice(batch.length / 2), batch.slice(0, batch.length / 2)]],
    ['updates first', (batch) => [batch.filter(({ type }) => type.endsWith('update')), batch.filter(({ type }) => !type.endsWith('update'))]],
    ['all of it twice', (batch) => [batch, batch]],
  ];
  it.each(orders)('%s: the same as in one batch', async (_, split) => {
    const batch = recorded('agent');
    const whole = await told(newWorkspace(), [batch], traceIdIn(batch));
    program = start();
    expect(await told(newWorkspace(), split(batch), traceIdIn(batch))).toEqual(whole);
  });
});

describe('a trace in parts', () => {
  const begin = () => [
    item('trace-create', 0, { name: 'answer', input: 'Why?', userId: 'u1', sessionId: 's1', tags: ['a'] }),
    item('span-create', 0.1, { id: 'search', name: 'search', startTime: time(0.1), input: { q: 'why' } }),
    item('generation-create', 1, { id: 'call', name: 'call', startTime: time(1), model: 'gpt-4o', parentObservationId: 'search' }),
  ];
  const end = () => [
    item('generation-update', 3, {
      id: 'call',
      endTime: time(3),
      output: 'Because.',
      usage: { input: 100, output: 10, unit: 'TOKENS' },
      completionStartTime: time(1.5),
    }),
    item('span-update', 4, { id: 'search', endTime: time(4) }),
  ];

  it('runs until its observations have ended; those that run are not counted', async () => {
    const workspace = newWorkspace();
    const running = await told(workspace, [begin()]);
    expect(running.trace).toMatchObject({ root_name: 'answer', status: 'running', span_count: 1, llm_calls: 0, user_id: 'u1' });
    const ended = await told(workspace, [end()]);
    expect(ended.trace).toMatchObject({
      status: 'success',
      span_count: 3,
      llm_calls: 1,
      input_tokens: 100,
      output_tokens: 10,
      duration_ns: '4000000000',
    });
    expect(ended.spans[2]).toMatchObject({
      name: 'call',
      ttft_ms: 500,
      output: 'Because.',
      session_id: 's1',
      parent_span_id: ended.spans[1]?.span_id,
    });
  });

  it('goes on after a restart, with what the journal still held', async () => {
    const workspace = newWorkspace();
    await program.send(workspace, ...begin());
    const left = [...program.journal];
    program = start(left);
    await program.store();
    program = start();
    const { trace, spans } = await told(workspace, [end()]);
    expect(trace).toMatchObject({ status: 'success', span_count: 3, llm_calls: 1 });
    expect(spans.map(({ user_id }) => user_id)).toEqual(['u1', 'u1', 'u1']);
  });

  it('a segment that is finished twice changes nothing', async () => {
    const workspace = newWorkspace();
    const whole = await told(workspace, [begin(), end()]);
    const count = await countOf(workspace, 'spans');
    const again = end();
    await sendEach(workspace, [again, again]);
    expect(await program.trace(workspace, TRACE_ID)).toEqual(whole);
    expect(await countOf(workspace, 'spans')).toBe(count);
  });

  it('a second observation at the top takes the root away from the first one, whose name it had', async () => {
    const workspace = newWorkspace();
    const first = item('span-create', 0, { id: 'chain', name: 'answer', startTime: time(0), endTime: time(5), input: 'chain in' });
    const child = item('span-create', 1, { id: 'child', name: 'child', startTime: time(1), endTime: time(2), parentObservationId: 'chain' });
    const merged = await told(workspace, [[item('trace-create', 0, { name: 'answer', output: 'trace out' }), first, child]]);
    expect(merged.spans.map(({ name }) => name)).toEqual(['answer', 'child']);
    expect(merged.spans[0]).toMatchObject({ parent_span_id: null, input: 'chain in', output: 'trace out', duration_ns: '5000000000' });
    expect(merged.spans[1]?.parent_span_id).toBe(merged.spans[0]?.span_id);

    const apart = await told(workspace, [[item('span-create', 6, { id: 'other', name: 'other', startTime: time(6), endTime: time(7) })]]);
    expect(apart.spans.map(({ name }) => name).sort()).toEqual(['answer', 'answer', 'child', 'other']);
    expect(apart.spans.filter(({ parent_span_id }) => parent_span_id === null)).toHaveLength(1);
    const chain = spanIdOfObservation('chain', TRACE);
    expect(apart.spans.find(({ name }) => name === 'child')?.parent_span_id).toBe(chain);
    expect(apart.spans.find(({ span_id }) => span_id === chain)).toMatchObject({ name: 'answer', input: 'chain in', output: null });
  });

  it('an observation that turns out to be the trace leaves no second row behind', async () => {
    const workspace = newWorkspace();
    const { spans } = await told(workspace, [
      [item('span-create', 0, { id: 'chain', name: 'answer', startTime: time(0), endTime: time(5) })],
      [item('trace-create', 0, { name: 'answer' })],
    ]);
    expect(spans.map(({ name, parent_span_id }) => [name, parent_span_id])).toEqual([['answer', null]]);
    expect(await countOf(workspace, 'spans')).toBe(1);
  });

  it('a root that turns out to begin in an earlier minute moves there', async () => {
    const workspace = newWorkspace();
    const { trace, spans } = await told(workspace, [
      [
        item('trace-create', 120, { name: 'answer' }),
        item('span-create', 121, { id: 'late', name: 'late', startTime: time(121), endTime: time(122) }),
      ],
      [item('span-create', 123, { id: 'early', name: 'early', startTime: time(0), endTime: time(1) })],
    ]);
    expect(spans.map(({ name }) => name).sort()).toEqual(['answer', 'early', 'late']);
    expect(trace).toMatchObject({ span_count: 3, start_time: '2026-11-20T09:00:00Z', duration_ns: '122000000000' });
    expect(await countOf(workspace, 'spans')).toBe(3);
  });

  it('what the trace says later reaches the observations that were told before', async () => {
    const workspace = newWorkspace();
    const { spans } = await told(workspace, [
      [item('trace-create', 0, { name: 'answer' }), item('span-create', 1, { id: 'a', name: 'a', startTime: time(1), endTime: time(2) })],
      [
        item('trace-create', 3, { userId: 'u9', tags: ['late'], metadata: { a: 1 } }),
        item('trace-create', 4, { metadata: { b: { c: 2 } }, name: null }),
      ],
    ]);
    expect(spans.map(({ user_id }) => user_id)).toEqual(['u9', 'u9']);
    expect(spans.map(({ attributes }) => attributes['langfuse.trace.tags'])).toEqual([['late'], ['late']]);
    expect(spans[0]).toMatchObject({
      name: 'answer',
      attributes: { 'langfuse.trace.metadata.a': 1, 'langfuse.trace.metadata.b': '{"c":2}' },
    });
  });

  it('an observation whose trace is never told stands alone', async () => {
    const { trace, spans } = await told(newWorkspace(), [
      [
        item('generation-create', 0, {
          id: 'lonely',
          name: 'lonely',
          startTime: time(0),
          endTime: time(1),
          model: 'gpt-4o',
          usage: { input: 10, output: 1 },
        }),
      ],
    ]);
    expect(trace).toMatchObject({ root_name: 'lonely', llm_calls: 1, input_tokens: 10, agent_id: null });
    expect(spans[0]?.parent_span_id).toBeNull();
  });

  it('an agent among its observations is the run and names itself', async () => {
    const { trace, spans } = await told(newWorkspace(), [
      [
        item('trace-create', 0, { name: 'request' }),
        item('agent-create', 0.5, { id: 'ag', name: 'planner', startTime: time(0.5), endTime: time(9) }),
        item('tool-create', 1, { id: 'to', name: 'look_up', startTime: time(1), endTime: time(2), parentObservationId: 'ag' }),
        item('event-create', 3, { name: 'noted', startTime: time(3) }),
      ],
    ]);
    expect(spans.map(({ name, kind, agent_id, tool_name }) => [name, kind, agent_id, tool_name])).toEqual([
      ['request', 'chain', 'request', null],
      ['planner', 'agent', 'planner', null],
      ['look_up', 'tool', 'planner', 'look_up'],
      ['noted', 'other', 'request', null],
    ]);
    const runs = await store.telemetry.rows<{ name: string }>(`SELECT name FROM spans FINAL WHERE workspace_id = {workspace:String} AND is_run = 1`, {
      workspace: `wsp_parts${made}`,
    });
    expect(runs).toEqual([{ name: 'planner' }]);
    expect(trace.trace_type).toBe('agent_run');
  });
});

describe('observations that never end', () => {
  it('are written as running after an hour, and the trace is done; an end that comes still wins', async () => {
    const workspace = newWorkspace();
    await sendEach(workspace, [
      [
        item('trace-create', 0, { name: 'answer' }),
        item('generation-create', 1, { id: 'open', name: 'open', startTime: time(1), model: 'gpt-4o' }),
        item('span-update', 2, { id: 'unbegun', name: 'unbegun', endTime: time(2) }),
      ],
    ]);
    nowMs = NOW + HOUR_MS - 1;
    await program.composeOverdue(0, nowMs - HOUR_MS);
    expect((await program.trace(workspace, TRACE_ID)).spans.map(({ name, status }) => [name, status])).toEqual([['answer', 'running']]);

    nowMs = NOW + HOUR_MS + 1;
    await program.composeOverdue(0, nowMs - HOUR_MS);
    const overdue = await program.trace(workspace, TRACE_ID);
    expect(overdue.spans.map(({ name, status, duration_ns }) => [name, status, duration_ns])).toEqual([
      ['answer', 'success', '2000000000'],
      ['open', 'running', '0'],
      ['unbegun', 'running', '0'],
    ]);
    await program.composeOverdue(0, nowMs - HOUR_MS);
    expect(await program.trace(workspace, TRACE_ID)).toEqual(overdue);

    const ended = await told(workspace, [[item('generation-update', 600, { id: 'open', endTime: time(3), usage: { input: 5, output: 5 } })]]);
    expect(ended.spans.find(({ name }) => name === 'open')).toMatchObject({ status: 'success', duration_ns: '2000000000', input_tokens: 5 });
    expect(ended.trace.span_count).toBe(3);
  });
});

it('observations that became overdue while no program ran are found at the next start', async () => {
  const workspace = newWorkspace();
  await sendEach(workspace, [
    [item('trace-create', 0, { name: 'answer' }), item('span-create', 1, { id: 'open', name: 'open', startTime: time(1) })],
  ]);
  nowMs = NOW + 40 * 24 * HOUR_MS;
  program = start();
  const { composer, settle } = program;
  await startOverdueSchedule({ telemetry: store.telemetry, composer, settle, nowMs: () => nowMs, log: pino({ level: 'silent' }) }).close();
  const { spans } = await program.trace(workspace, TRACE_ID);
  expect(spans.map(({ name, status }) => [name, status])).toEqual([
    ['answer', 'success'],
    ['open', 'running'],
  ]);
});

it('another workspace that sends the same ids has a trace of its own', async () => {
  const mine = newWorkspace();
  const theirs = newWorkspace();
  const batch = (name: string) => [
    item('trace-create', 0, { name }),
    item('span-create', 0, { id: 's', name: 's', startTime: time(0), endTime: time(1) }),
  ];
  await sendEach(mine, [batch('mine')]);
  await sendEach(theirs, [batch('theirs')]);
  expect((await program.trace(mine, TRACE_ID)).trace.root_name).toBe('mine');
  expect((await program.trace(theirs, TRACE_ID)).trace.root_name).toBe('theirs');
});
