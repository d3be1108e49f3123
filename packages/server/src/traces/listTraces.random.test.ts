/** The list against a plain model of its meaning, over random traces, filters, sorts and page sizes. */
import { TRACE_SORTS, TraceListQuerySchema } from '@sightglass/contract/routes/traces';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { listTraces } from './listTraces.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const SECOND = 1_000_000_000n;
const TRACES = 400;
const workspace = testWorkspace('random');

interface ModelSpan {
  trace: number;
  startNs: bigint;
  durationNs: bigint;
  agent: string;
  model: string;
  status: string;
  costPico: bigint | null;
  tokens: number | null;
}

/** A fixed sequence, so that a failure can be seen again. */
function sequence(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bursts and gaps over three days; a tenth of the traces last for hours. */
function makeSpans(): ModelSpan[] {
  const next = sequence(20_261_120);
  return Array.from({ length: TRACES }, (_, trace) => {
    const burst = next(8);
    const startNs = NOW - BigInt(burst * 32_000 + next(600)) * SECOND - BigInt(next(5)) - 1n;
    const long = next(10) === 0;
    return Array.from({ length: 1 + next(5) }, (_, i) => ({
      trace,
      startNs: startNs + (i === 0 ? 0n : BigInt(next(long ? 18_000 : 30)) * SECOND),
      durationNs: BigInt(next(4_000)) * 1_000_000n,
      agent: ['', 'a', 'b', 'c'][next(4)] ?? '',
      model: ['', 'm1', 'm2'][next(3)] ?? '',
      status: next(12) === 0 ? 'error' : 'success',
      costPico: next(2) === 0 ? null : BigInt(next(5)) * 10_000_000_000n,
      tokens: next(2) === 0 ? null : next(50),
    }));
  }).flat();
}

const SPANS = makeSpans();
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const rows = SPANS.map((span, i) => ({
    workspace_id: workspace,
    trace_id: traceIdOf(span.trace),
    span_id: spanIdOf(i),
    parent_span_id: spanIdOf(i + 1_000_000),
    start_time: span.startNs,
    duration_ns: span.durationNs,
    kind: 'llm',
    agent_id: span.agent,
    request_model: span.model,
    status: span.status,
    error_origin: span.status === 'error' ? 1 : 0,
    cost_usd: span.costPico === null ? undefined : (Number(span.costPico) / 1e12).toFixed(12),
    input_tokens: span.tokens ?? undefined,
  }));
  // Mixed over several inserts, some rows twice, and a twin of everything in another workspace.
  for (let part = 0; part < 5; part++)
    await insertSpans(
      store.telemetry,
      rows.filter((_, i) => i % 5 === part || i % 7 === part),
    );
  await insertSpans(
    store.telemetry,
    rows.map((row) => ({ ...row, workspace_id: testWorkspace('twin'), start_time: row.start_time - SECOND })),
  );
});
afterAll(() => store.remove());

interface Question {
  fromNs: bigint;
  toNs: bigint;
  agent: string | undefined;
  model: string | undefined;
  status: 'error' | 'success' | undefined;
  minDurationMs: number | undefined;
  sort: (typeof TRACE_SORTS)[number];
}

function expectedIds({ fromNs, toNs, agent, model, status, minDurationMs, sort }: Question): string[] {
  const traces = new Map<number, ModelSpan[]>();
  for (const span of SPANS) traces.set(span.trace, [...(traces.get(span.trace) ?? []), span]);
  const rows = [...traces].flatMap(([trace, spans]) => {
    const startNs = spans.reduce((first, span) => (span.startNs < first ? span.startNs : first), spans[0]?.startNs ?? 0n);
    const endNs = spans.reduce((last, span) => (span.startNs + span.durationNs > last ? span.startNs + span.durationNs : last), 0n);
    const failed = spans.some((span) => span.status === 'error');
    const matches =
      startNs >= fromNs &&
      startNs < toNs &&
      (agent === undefined || spans.some((span) => span.agent === agent)) &&
      (model === undefined || spans.some((span) => span.model === model)) &&
      (status === undefined || (status === 'error') === failed) &&
      (minDurationMs === undefined || endNs - startNs >= BigInt(minDurationMs) * 1_000_000n);
    const sum = (value: (span: ModelSpan) => bigint) => spans.reduce((total, span) => total + value(span), 0n);
    const values = {
      start_time: startNs,
      duration: endNs - startNs,
      cost: sum((span) => span.costPico ?? 0n),
      tokens: sum((span) => BigInt(span.tokens ?? 0)),
      errors: sum((span) => (span.status === 'error' ? 1n : 0n)),
    };
    return matches ? [{ id: traceIdOf(trace), value: values[sort.replace('-', '') as keyof typeof values] }] : [];
  });
  rows.sort((a, b) => (a.value === b.value ? (a.id < b.id ? -1 : 1) : a.value < b.value ? -1 : 1));
  if (sort.startsWith('-')) rows.reverse();
  return rows.map(({ id }) => id);
}

const rfc3339 = (ns: bigint) => `${new Date(Number(ns / SECOND) * 1000).toISOString().slice(0, 19)}.${(ns % SECOND).toString().padStart(9, '0')}Z`;

it('answers what the model answers, page by page', async () => {
  const reader = createTelemetryReader(store.telemetry, workspace);
  const seconds = fc.integer({ min: 0, max: 270_000 });
  const question = fc.record({
    ends: fc.tuple(seconds, seconds).filter(([a, b]) => a !== b),
    agent: fc.constantFrom(undefined, undefined, 'a', 'b', 'nobody'),
    model: fc.constantFrom(undefined, undefined, 'm1', 'm2'),
    status: fc.constantFrom(undefined, undefined, 'error' as const, 'success' as const),
    minDurationMs: fc.constantFrom(undefined, undefined, 2_000, 3_600_000),
    sort: fc.oneof({ weight: 5, arbitrary: fc.constant('-start_time' as const) }, { weight: 5, arbitrary: fc.constantFrom(...TRACE_SORTS) }),
    limit: fc.constantFrom(1, 7, 50, 500),
    pages: fc.constantFrom(1, 2, 5),
  });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(question, async ({ ends: [a, b], limit, pages, ...rest }) => {
      const asked: Question = { ...rest, fromNs: NOW - BigInt(Math.max(a, b)) * SECOND, toNs: NOW - BigInt(Math.min(a, b)) * SECOND };
      const expected = expectedIds(asked);
      let cursor: string | undefined;
      for (let at = 0; at < pages * limit; at += limit) {
        const query = TraceListQuerySchema.parse({
          from: rfc3339(asked.fromNs),
          to: rfc3339(asked.toNs),
          agent_id: asked.agent,
          model: asked.model,
          status: asked.status,
          min_duration_ms: asked.minDurationMs,
          sort: asked.sort,
          limit,
          cursor,
        });
        const page = await listTraces(reader, query, NOW);
        if (!page.ok) throw new Error(JSON.stringify(page.error));
        expect(page.value.items.map((item) => item.trace_id)).toEqual(expected.slice(at, at + limit));
        expect(page.value.next_cursor === null).toBe(at + limit >= expected.length);
        compared += page.value.items.length;
        if (page.value.next_cursor === null) break;
        cursor = page.value.next_cursor;
      }
    }),
    { numRuns: 60, seed: 5 },
  );
  expect(compared).toBeGreaterThan(500);
});
