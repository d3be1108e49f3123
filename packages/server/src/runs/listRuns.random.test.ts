/** The list against a plain computation over trees of spans, sent in parts and in any order. */
import { randomUUID } from 'node:crypto';
import { formatUsd } from '@sightglass/contract/money';
import { RUN_SORTS, RunListQuerySchema, type RunSort } from '@sightglass/contract/routes/runs';
import type { Run } from '@sightglass/contract/run';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { createTestPipeline, type MadeSpan, START_MS, traceRequest } from '../receive/testing/traceRequests.ts';
import { settleTraces } from '../settle/settleTraces.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { getRun } from './getRun.ts';
import { listRuns } from './listRuns.ts';

const workspace = testWorkspace('random');
const TRACES = 150;
const PICO_USD_PER_TOKEN = 3_333_333n;
const NOW = BigInt(START_MS) * 1_000_000n;
const SECONDS_BACK = 80_000;

type Kind = 'http' | 'agent' | 'llm' | 'tool' | 'step';
interface ModelSpan {
  trace: number;
  id: string;
  parent: ModelSpan | null;
  kind: Kind;
  atMs: number;
  durationMs: number;
  failed: boolean;
  tokens: number;
  agent: string | null;
  runId: string | null;
}

/** A fixed sequence, so that a failure can be seen again. */
function sequence(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const next = sequence(51_120);

/** Traces with several runs, nested agents, runs without an agent, and traces that are no run at all. */
function makeTrace(trace: number): ModelSpan[] {
  const spans: ModelSpan[] = [];
  const begin = -next(SECONDS_BACK) * 1_000;
  const count = 1 + next(14);
  for (let i = 0; i < count; i++) {
    const parent = i === 0 ? null : (spans[next(i)] ?? null);
    const root: Kind[] = ['http', 'agent', 'agent', 'step', 'llm'];
    const inner: Kind[] = trace % 5 === 0 ? ['step', 'http'] : ['agent', 'llm', 'llm', 'tool', 'step', 'http'];
    const kinds = parent === null ? (trace % 5 === 0 ? ['http' as const] : root) : inner;
    const kind = kinds[next(kinds.length)] ?? 'step';
    const isAgent = kind === 'agent';
    spans.push({
      trace,
      id: spanIdOf(trace * 100 + i),
      parent,
      kind,
      atMs: begin + i * 10,
      durationMs: 1 + next(5_000),
      failed: next(7) === 0,
      tokens: next(1_000),
      agent: isAgent && next(4) > 0 ? (['planner', 'writer', 'critic'][next(3)] ?? null) : null,
      runId: isAgent && next(3) === 0 && agentsAbove(parent).length === 0 ? `run/${trace},${i}` : null,
    });
  }
  return spans;
}

const SPANS = Array.from({ length: TRACES }, (_, trace) => makeTrace(trace));

function agentsAbove(span: ModelSpan | null): ModelSpan[] {
  return span === null ? [] : [...(span.kind === 'agent' ? [span] : []), ...agentsAbove(span.parent)];
}
const childrenOf = (spans: readonly ModelSpan[], parent: ModelSpan) => spans.filter((span) => span.parent === parent);
const below = (spans: readonly ModelSpan[], top: ModelSpan): ModelSpan[] => [top, ...childrenOf(spans, top).flatMap((child) => below(spans, child))];
const failsBelow = (spans: readonly ModelSpan[], span: ModelSpan): boolean => below(spans, span).some((inner) => inner !== span && inner.failed);

type Expected = Pick<Run, 'run_id' | 'trace_id' | 'span_id' | 'status' | 'llm_calls' | 'tool_calls' | 'errors' | 'input_tokens' | 'cost_usd'> & {
  durationMs: number;
  nodes: string[];
  startNs: bigint;
  agent: string | null;
  picoUsd: bigint;
};

function expectedRuns(trace: readonly ModelSpan[]): Expected[] {
  const [root] = trace;
  if (root === undefined) return [];
  const outermost = trace.filter((span) => span.kind === 'agent' && agentsAbove(span.parent).length === 0);
  const tops = outermost.length > 0 ? outermost : trace.some(({ kind }) => kind === 'llm' || kind === 'tool') ? [root] : [];
  return tops
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((top, position) => {
      const spans = below(trace, top);
      const calls = spans.filter(({ kind }) => kind === 'llm');
      const tokens = calls.reduce((sum, call) => sum + call.tokens, 0);
      const traceId = traceIdOf(top.trace);
      const picoUsd = BigInt(tokens) * PICO_USD_PER_TOKEN;
      return {
        run_id: top.runId ?? (position === 0 ? traceId : `${traceId}:${top.id}`),
        trace_id: traceId,
        span_id: top.id,
        status: top.failed ? 'error' : 'success',
        llm_calls: calls.length,
        tool_calls: spans.filter(({ kind }) => kind === 'tool').length,
        errors: spans.filter((span) => span.failed && !failsBelow(trace, span)).length,
        input_tokens: calls.length === 0 ? null : tokens,
        cost_usd: calls.length === 0 ? null : formatUsd(picoUsd),
        durationMs: top.durationMs,
        nodes: childrenOf(trace, top).map(({ id }) => id),
        startNs: NOW + BigInt(top.atMs) * 1_000_000n,
        agent: agentsSaid(top) ?? 'shop',
        picoUsd,
      };
    });
}
const agentsSaid = (span: ModelSpan | null): string | null => (span === null ? null : (span.agent ?? agentsSaid(span.parent)));

const RUNS = SPANS.flatMap(expectedRuns);

function sent({ trace, id, parent, kind, atMs, durationMs, failed, tokens, agent, runId }: ModelSpan): MadeSpan {
  const attributes: NonNullable<MadeSpan['attributes']> = {
    http: { 'http.request.method': 'GET', 'http.route': '/chat' },
    agent: { 'gen_ai.operation.name': 'invoke_agent' },
    llm: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': tokens, 'gen_ai.usage.output_tokens': 0 },
    tool: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
    step: {},
  }[kind];
  if (agent !== null) attributes['gen_ai.agent.name'] = agent;
  if (runId !== null) attributes['sightglass.run_id'] = runId;
  return {
    traceId: traceIdOf(trace),
    spanId: id,
    ...(parent === null ? {} : { parentSpanId: parent.id }),
    name: id,
    kind: kind === 'http' ? 2 : 1,
    atMs,
    durationMs,
    failed,
    attributes,
  };
}

let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const pipeline = createTestPipeline((span) =>
    span.kind === 'llm'
      ? { costPicoUsd: BigInt(span.usage?.inputTokens ?? 0) * PICO_USD_PER_TOKEN, costSource: 'price_book', priceId: null }
      : { costPicoUsd: null, costSource: null, priceId: null },
  );
  const spans = SPANS.flat();
  for (let i = spans.length - 1; i > 0; i--) {
    const j = next(i + 1);
    [spans[i], spans[j]] = [spans[j] as ModelSpan, spans[i] as ModelSpan];
  }
  let version = BigInt(Date.now());
  const send = async (of: string, part: readonly ModelSpan[]) => {
    const { decoded } = pipeline(of, traceRequest(part.map(sent)));
    for (const table of decoded?.tables ?? []) await store.telemetry.insertNative(table.name, table.native, randomUUID());
    const traceIds = [...new Set(part.map(({ trace }) => traceIdOf(trace)))];
    version += 1n;
    await settleTraces(store.telemetry, of, traceIds, version);
  };
  const third = Math.ceil(spans.length / 3);
  for (let at = 0; at < spans.length; at += third) await send(workspace, spans.slice(at, at + third));
  // Sent again, and a twin in another workspace.
  await send(workspace, spans.slice(0, third));
  await send(testWorkspace('twin'), SPANS.flat());
}, 60_000);
afterAll(() => store.remove());

const VALUES: Record<string, (run: Expected) => bigint> = {
  started_at: (run) => run.startNs,
  duration: (run) => BigInt(run.durationMs),
  cost: (run) => run.picoUsd,
  tokens: (run) => BigInt(run.input_tokens ?? 0),
  errors: (run) => BigInt(run.errors),
};

function ordered(runs: readonly Expected[], sort: RunSort): Expected[] {
  const value = VALUES[sort.replace('-', '')] as (run: Expected) => bigint;
  const sorted = runs.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x !== y) return x < y ? -1 : 1;
    return a.trace_id + a.span_id < b.trace_id + b.span_id ? -1 : 1;
  });
  return sort.startsWith('-') ? sorted.reverse() : sorted;
}

const rfc3339 = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString();

it('answers what the computation answers, page by page', async () => {
  const reader = createTelemetryReader(store.telemetry, workspace);
  const question = fc.record({
    ends: fc.tuple(fc.integer({ min: 0, max: 86_000 }), fc.integer({ min: 0, max: 86_000 })).filter(([a, b]) => a !== b),
    agent: fc.constantFrom(undefined, undefined, 'planner', 'writer,shop', 'nobody'),
    status: fc.constantFrom(undefined, undefined, 'error', 'success'),
    minDurationMs: fc.constantFrom(undefined, undefined, 2_500),
    minTokens: fc.constantFrom(undefined, undefined, 1_500),
    sort: fc.oneof(fc.constant('-started_at' as const), fc.constantFrom(...RUN_SORTS)),
    limit: fc.constantFrom(1, 7, 50, 500),
  });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(question, async ({ ends: [a, b], agent, status, minDurationMs, minTokens, sort, limit }) => {
      const fromNs = NOW - BigInt(Math.max(a, b)) * 1_000_000_000n;
      const toNs = NOW - BigInt(Math.min(a, b)) * 1_000_000_000n;
      const leastUsd = minTokens === undefined ? undefined : BigInt(minTokens) * PICO_USD_PER_TOKEN;
      const expected = ordered(
        RUNS.filter(
          (run) =>
            run.startNs >= fromNs &&
            run.startNs < toNs &&
            (agent === undefined || agent.split(',').includes(run.agent ?? '')) &&
            (status === undefined || run.status === status) &&
            (minDurationMs === undefined || run.durationMs >= minDurationMs) &&
            (leastUsd === undefined || run.picoUsd >= leastUsd),
        ),
        sort,
      );
      let cursor: string | undefined;
      for (let at = 0; at < 3 * limit; at += limit) {
        const query = RunListQuerySchema.parse({
          from: rfc3339(fromNs),
          to: rfc3339(toNs),
          agent_id: agent,
          status,
          min_duration_ms: minDurationMs,
          min_cost_usd: leastUsd === undefined ? undefined : formatUsd(leastUsd),
          sort,
          limit,
          cursor,
        });
        const page = await listRuns(reader, query, NOW);
        if (!page.ok) throw new Error(JSON.stringify(page.error));
        const wanted = expected.slice(at, at + limit);
        expect(page.value.items.map(comparable)).toEqual(wanted.map(comparableExpected));
        expect(page.value.next_cursor === null).toBe(at + limit >= expected.length);
        compared += page.value.items.length;
        if (page.value.next_cursor === null) break;
        cursor = page.value.next_cursor;
      }
    }),
    { numRuns: 40, seed: 7 },
  );
  expect(compared).toBeGreaterThan(300);
}, 60_000);

const comparable = ({
  run_id,
  trace_id,
  span_id,
  status,
  llm_calls,
  tool_calls,
  errors,
  input_tokens,
  cost_usd,
  agent_id,
  duration_ms,
  execution_nodes,
}: Run) => ({
  run_id,
  trace_id,
  span_id,
  status,
  llm_calls,
  tool_calls,
  errors,
  input_tokens,
  cost_usd,
  agent: agent_id,
  durationMs: duration_ms,
  nodes: execution_nodes,
});
const comparableExpected = ({ startNs: _start, picoUsd: _cost, ...run }: Expected) => run;

it('each run is found by its id, with the same figures', async () => {
  const reader = createTelemetryReader(store.telemetry, workspace);
  for (const run of RUNS.filter((_, i) => i % 9 === 0)) {
    const found = await getRun(reader, run.run_id, undefined, NOW);
    if (!found.ok) throw new Error(JSON.stringify(found.error));
    expect(comparable(found.value)).toEqual(comparableExpected(run));
    expect(found.value.step_count).toBe(run.nodes.length);
    expect(found.value.failures.length).toBe(Math.min(20, run.errors));
  }
}, 60_000);
