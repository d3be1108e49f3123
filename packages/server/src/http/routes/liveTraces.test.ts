/** Spans in progress in the answers about traces: beside what is stored, once, and in nothing that is counted. */
import { randomUUID } from 'node:crypto';
import { type Span, SpanDetailSchema, SpanSchema, type TraceSummary, TraceSummarySchema } from '@sightglass/contract/trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { createLiveSpans, type LiveSpans } from '../../live/liveSpans.ts';
import { pendingCopy } from '../../live/testing/pendingCopy.ts';
import { createTestPipeline, type MadeSpan, START_MS, traceRequest } from '../../receive/testing/traceRequests.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { traceRoutes } from './traces.ts';

const NOW_MS = START_MS + 60_000;
const LOOKUP = { name: 'lookup_order', attributes: { 'gen_ai.tool.name': 'lookup_order', tool_arguments: '{"order":"A-1042"}' } };

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
  workspace = testWorkspace(`live${workspaces}`);
  live = createLiveSpans();
});

/** A request as the program treats it; `unnoticed`: as if another process had received it. */
async function send(spans: readonly MadeSpan[], unnoticed = false): Promise<void> {
  const { decoded, live: begun = [] } = process(workspace, traceRequest(spans));
  live.note({ workspaceId: workspace, atMs: NOW_MS, spans: begun });
  for (const { name, native } of decoded?.tables ?? []) await store.telemetry.insertNative(name, native, randomUUID());
  if (decoded !== undefined && !unnoticed) live.noteStored([{ workspaceId: workspace, receivedAtMs: NOW_MS, notes: decoded.notes ?? {} }]);
}

async function get(path: string, of = workspace) {
  const app = appOfCaller(of);
  traceRoutes(app, {
    readerOf: ({ workspaceId }) => createTelemetryReader(store.telemetry, workspaceId),
    liveOf: (workspaceId) => live.ofWorkspace(workspaceId, NOW_MS),
    explainCost: () => null,
    now: () => BigInt(NOW_MS) * 1_000_000n,
  });
  const answer = await app.request(`/api/obs/traces${path}`);
  return { status: answer.status, body: (await answer.json()) as unknown };
}

async function list(query: Record<string, string> = {}): Promise<TraceSummary[]> {
  const { status, body } = await get(`?${new URLSearchParams(query)}`);
  expect(status).toBe(200);
  return (body as { items: unknown[] }).items.map((item) => TraceSummarySchema.strict().parse(item));
}

async function trace(traceId: string, query = ''): Promise<{ trace: TraceSummary; spans: Span[] }> {
  const { status, body } = await get(`/${traceId}${query}`);
  expect(status).toBe(200);
  const { trace: head, spans } = body as { trace: unknown; spans: unknown[] };
  return { trace: TraceSummarySchema.strict().parse(head), spans: spans.map((span) => SpanSchema.strict().parse(span)) };
}

/** A run of an agent, its tool call inside it; `n` makes it another. */
const runOf = (n: number, atMs = n * 1_000): { traceId: string; root: MadeSpan; tool: MadeSpan } => {
  const traceId = traceIdOf(n);
  const attributes = { agent_name: `agent-${n}`, model_name: 'gpt-4o', 'session.id': 'session-7' };
  const root = { traceId, spanId: spanIdOf(10 * n + 1), name: `run ${n}`, atMs, durationMs: 500, attributes };
  return { traceId, root, tool: { traceId, spanId: spanIdOf(10 * n + 2), parentSpanId: root.spanId, ...LOOKUP, atMs: atMs + 10, durationMs: 20 } };
};
const begin = (...spans: MadeSpan[]) => send(spans.map(pendingCopy));
const states = (items: readonly TraceSummary[]) => items.map(({ root_name, status, span_count }) => [root_name, status, span_count]);

describe('a trace of which nothing is stored', () => {
  it('is found, runs, and counts nothing', async () => {
    const { traceId, root, tool } = runOf(1);
    await begin(root, tool);
    const whole = await trace(traceId);
    expect(whole.trace).toMatchObject({
      trace_id: traceId,
      root_name: 'run 1',
      status: 'running',
      start_time: '2026-11-20T09:00:01Z',
      duration_ns: '59000000000',
      span_count: 0,
      error_count: 0,
      llm_calls: 0,
      input_tokens: null,
      output_tokens: null,
      cost_usd: null,
      agent_id: 'agent-1',
      run_id: traceId,
      session_id: 'session-7',
      trace_type: 'agent_run',
      service_name: 'shop',
    });
    expect(whole.spans).toMatchObject([
      { span_id: root.spanId, parent_span_id: null, kind: 'agent', status: 'running', duration_ns: '59000000000' },
      {
        span_id: tool.spanId,
        parent_span_id: root.spanId,
        kind: 'tool',
        status: 'running',
        tool_name: 'lookup_order',
        agent_id: 'agent-1',
        session_id: 'session-7',
        input: '{"order":"A-1042"}',
        duration_ns: '58990000000',
      },
    ]);
    expect((await trace(traceId, '?detail=summary')).spans.map(({ input }) => input)).toEqual([null, null]);
    expect(states(await list({}))).toEqual([['run 1', 'running', 0]]);
  });

  it('has spans that can be looked at', async () => {
    const { traceId, root, tool } = runOf(1);
    await begin(root, tool);
    const { status, body } = await get(`/${traceId.toUpperCase()}/spans/${tool.spanId}`);
    expect(status).toBe(200);
    expect(SpanDetailSchema.strict().parse(body)).toMatchObject({ status: 'running', input: '{"order":"A-1042"}', cost_breakdown: null });
    expect((await get(`/${traceId}/spans/${spanIdOf(999)}`)).status).toBe(404);
  });

  it('is no other workspace’s', async () => {
    const { traceId, root } = runOf(1);
    await begin(root);
    const foreign = testWorkspace('foreign');
    expect((await get(`/${traceId}`, foreign)).status).toBe(404);
    expect((await get(`/${traceId}/spans/${root.spanId}`, foreign)).status).toBe(404);
    expect((await get('', foreign)).body).toEqual({ items: [], next_cursor: null });
  });

  it.each<[Record<string, string>, boolean]>([
    [{ agent_id: 'agent-1' }, true],
    [{ agent_id: 'agent-2,agent-1', session_id: 'session-7' }, true],
    [{ agent_id: 'agent-2' }, false],
    [{ status: 'running' }, true],
    [{ status: 'success' }, false],
    [{ trace_type: 'agent_run' }, true],
    [{ trace_type: 'http_request' }, false],
    [{ model: 'gpt-4o' }, true],
    [{ environment: 'production' }, false],
    [{ min_duration_ms: '59000' }, true],
    [{ min_duration_ms: '59001' }, false],
    [{ min_cost_usd: '0.00' }, true],
    [{ min_cost_usd: '0.01' }, false],
    [{ q: 'A-1042' }, true],
    [{ q: 'LOOKUP' }, true],
    [{ q: '{"order"' }, true],
    [{ q: 'nowhere' }, false],
    [{ sort: 'start_time' }, true],
    [{ sort: '-cost' }, false],
    [{ from: '2026-11-20T09:00:01Z', to: '2026-11-20T09:00:02Z' }, true],
    [{ to: '2026-11-20T09:00:01Z' }, false],
    [{ from: '2026-11-20T09:00:01.5Z' }, false],
  ])('with %j is in the list: %s', async (query, isListed) => {
    const { root, tool } = runOf(1);
    await begin(root, tool);
    expect(await list(query)).toHaveLength(isListed ? 1 : 0);
  });
});

describe('a trace of which a part is stored', () => {
  it('runs on, with every span once and the root’s word for what only the root knows', async () => {
    const { traceId, root, tool } = runOf(1);
    await begin(root, tool);
    await send([tool]);
    const whole = await trace(traceId);
    expect(whole.spans.map(({ span_id, status }) => [span_id, status])).toEqual([
      [root.spanId, 'running'],
      [tool.spanId, 'success'],
    ]);
    expect(whole.trace).toMatchObject({
      root_name: 'run 1',
      status: 'running',
      span_count: 1,
      agent_id: 'agent-1',
      start_time: '2026-11-20T09:00:01Z',
    });
    expect(whole.trace.duration_ns).toBe('59000000000');
    for (const query of [{}, { status: 'running' }, { agent_id: 'agent-1' }, { q: 'lookup' }, { sort: '-cost' }] as Record<string, string>[])
      expect(states(await list(query)), JSON.stringify(query)).toEqual([['run 1', 'running', 1]]);
    expect(await list({ status: 'success' })).toEqual([]);
  });

  it('is done when the last of it is stored, and its spans are those that are stored', async () => {
    const { traceId, root, tool } = runOf(1);
    await begin(root, tool);
    await send([tool, root]);
    const whole = await trace(traceId);
    expect(whole.spans.map(({ span_id, status }) => [span_id, status])).toEqual([
      [root.spanId, 'success'],
      [tool.spanId, 'success'],
    ]);
    expect(states([whole.trace])).toEqual([['run 1', 'success', 2]]);
    expect(states(await list())).toEqual([['run 1', 'success', 2]]);
    expect(await list({ status: 'running' })).toEqual([]);
    expect(live.counts().spans).toBe(0);
  });

  it('that sampling leaves out is shown as what still runs of it', async () => {
    const { traceId, root } = runOf(1);
    await begin(root);
    const leftOut = {
      workspace_id: workspace,
      trace_id: traceId,
      span_id: spanIdOf(12),
      start_time: '2026-11-20T09:00:02Z',
      name: 'left out',
      weight: 0,
    };
    await insertSpans(store.telemetry, [leftOut]);
    const whole = await trace(traceId);
    expect(states([whole.trace])).toEqual([['run 1', 'running', 0]]);
    expect(whole.spans.map(({ name }) => name)).toEqual(['run 1']);
    expect(states(await list())).toEqual([['run 1', 'running', 0]]);
    expect(states(await list({ status: 'running' }))).toEqual([['run 1', 'running', 0]]);
  });

  it('tells a failure at once', async () => {
    const { traceId, root, tool } = runOf(1);
    await begin(root, tool);
    await send([{ ...tool, failed: true }]);
    expect(states([(await trace(traceId)).trace])).toEqual([['run 1', 'error', 1]]);
    expect(states(await list({ status: 'error' }))).toEqual([['run 1', 'error', 1]]);
    expect(await list({ status: 'running' })).toEqual([]);
  });

  it.each(['the trace', 'the list', 'the list of what runs'])('that another process has stored is found done by %s', async (asked) => {
    const { traceId, root, tool } = runOf(1);
    await begin(root, tool);
    await send([root, tool], true);
    expect(live.counts().spans).toBe(2);
    if (asked === 'the trace') expect((await trace(traceId)).spans.map(({ status }) => status)).toEqual(['success', 'success']);
    else if (asked === 'the list') expect(states(await list())).toEqual([['run 1', 'success', 2]]);
    else expect(await list({ status: 'running' })).toEqual([]);
    expect(live.counts().spans).toBe(0);
    await begin(root);
    expect(live.counts().spans).toBe(0);
  });
});

describe('page by page', () => {
  /** All items over all pages, and what happens between two of them. */
  async function pages(query: Record<string, string>, between: () => Promise<void> = async () => undefined): Promise<TraceSummary[]> {
    const items: TraceSummary[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await get(`?${new URLSearchParams({ ...query, limit: '2', ...(cursor === undefined ? {} : { cursor }) })}`);
      const page = body as { items: TraceSummary[]; next_cursor: string | null };
      expect(page.items.length).toBeLessThanOrEqual(2);
      items.push(...page.items);
      cursor = page.next_cursor ?? undefined;
      if (cursor !== undefined) await between();
    } while (cursor !== undefined);
    return items;
  }

  const numbers = [1, 2, 3, 4, 5, 6, 7];
  const namesOf = (items: readonly TraceSummary[]) => items.map(({ root_name }) => root_name);

  it.each(['-start_time', 'start_time'] as const)('sorted by %s everything is there once and in order', async (sort) => {
    for (const n of numbers) {
      const { root, tool } = runOf(n);
      if (n % 3 === 0) await send([tool, root]);
      else await begin(root, tool);
      if (n % 3 === 1) await send([tool]);
    }
    const expected = numbers.map((n) => `run ${n}`);
    expect(namesOf(await pages({ sort }))).toEqual(sort === 'start_time' ? expected : expected.toReversed());
    // Together they began; so only ids tell them apart.
    for (const n of [11, 12, 13, 14, 15]) {
      const { root, tool } = runOf(n, 50_000);
      if (n % 2 === 0) await send([tool, root]);
      else await begin(root, tool);
    }
    const all = await pages({ sort });
    expect(new Set(all.map(({ trace_id }) => trace_id)).size).toBe(12);
    expect(all).toHaveLength(12);
  });

  it('a trace that ends between two pages is on one of them', async () => {
    const runs = numbers.map((n) => runOf(n));
    for (const { root, tool } of runs) await begin(root, tool);
    const toEnd = [...runs];
    const items = await pages({}, async () => {
      for (const run of [toEnd.pop(), toEnd.shift()]) if (run !== undefined) await send([run.tool, run.root]);
    });
    expect(namesOf(items)).toEqual(numbers.map((n) => `run ${n}`).toReversed());
  });
});
