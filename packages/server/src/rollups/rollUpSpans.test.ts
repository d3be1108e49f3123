/** Hours and days that were computed before give the answers that the spans give: with repeats, late spans, weights, and a killed job. */
import type { QueryFilter, QueryResult, QuerySpec } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { PERCENTILE_ERROR, ROLLED_MEASURES } from '../explore/rollups/rollupColumns.ts';
import { askCatalogue } from '../explore/runQuery.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { rollUpSpans } from './rollUpSpans.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const FROM = nsOf('2026-11-10T05:30:00Z');
const TO = nsOf('2026-11-14T17:45:00Z');
const HOUR_NS = 3_600_000_000_000n;
const SPANS = 6_000;
const mine = testWorkspace('mine');
const neighbour = testWorkspace('neighbour');

let store: TemporaryTelemetry;
let stored: SpanFields[];
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  stored = madeSpans();
  await insertSpans(store.telemetry, stored);
  await insertSpans(
    store.telemetry,
    stored.slice(0, 500).map((span) => ({ ...span, workspace_id: neighbour })),
  );
});
afterAll(() => store.remove());

/** A small generator with a seed: the same spans every time, of a few agents, models, tools and endpoints. */
function madeSpans(): SpanFields[] {
  // Mulberry32.
  let seed = 7;
  const next = (n: number) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
  const pick = <T>(values: readonly T[]): T => values[next(values.length)] as T;
  const span = Number(TO - FROM + 6n * HOUR_NS) / 1e6;
  return Array.from({ length: SPANS }, (_, i): SpanFields => {
    const kind = pick(['agent', 'llm', 'llm', 'llm', 'embedding', 'tool', 'http', 'chain', 'retriever']);
    const startMs = Number((FROM - 3n * HOUR_NS) / 1_000_000n) + (next(1_000_000) / 1_000_000) * span;
    const isCall = kind === 'llm' || kind === 'embedding';
    return {
      workspace_id: mine,
      trace_id: traceIdOf(Math.floor(i / 5)),
      span_id: spanIdOf(i + 1),
      start_time: new Date(startMs).toISOString(),
      kind,
      name: kind,
      agent_id: pick(['planner', 'writer', "o'brien", '']),
      is_run: kind === 'agent' ? 1 : 0,
      status: pick(['success', 'success', 'success', 'error', 'timeout', 'running']),
      error_origin: next(9) === 0 ? 1 : 0,
      superseded: next(11) === 0 ? 1 : 0,
      weight: pick([1, 1, 1, 10]),
      duration_ns: (1 + next(1_000_000)) * 10_000,
      provider: isCall ? pick(['openai', 'anthropic']) : '',
      request_model: isCall ? pick(['gpt-4o', 'gpt-4o-mini', 'claude']) : '',
      response_model: isCall ? pick(['gpt-4o-2024-08-06', '']) : '',
      tool_name: kind === 'tool' ? pick(['search', 'mail']) : '',
      endpoint: pick(['/chat', '']),
      department: pick(['legal', '']),
      otel_kind: kind === 'http' ? 2 : 1,
      status_code: kind === 'http' ? pick([200, 404, 500, 503]) : 0,
      ...(isCall
        ? {
            input_tokens: next(5_000),
            output_tokens: next(900),
            cache_read_tokens: next(400),
            ttft_ms: 1 + next(2_000),
            cost_usd: `0.${String(next(999_999)).padStart(12, '0')}`,
            cost_source: pick(['price_book', 'estimated', 'reported']),
          }
        : {}),
    };
  });
}

const ALL = [...ROLLED_MEASURES.keys()];
const question = (more: Partial<QuerySpec>): QuerySpec => ({
  source: 'spans',
  measures: ALL.slice(0, 20),
  group_by: [],
  filters: [],
  from: '',
  to: '',
  time_zone: 'UTC',
  limit: 1000,
  ...more,
});

async function ask(
  more: Partial<QuerySpec>,
  exact: boolean,
  range = { fromNs: FROM, toNs: TO },
  hiddenAgents: readonly string[] = [],
): Promise<QueryResult> {
  const reader = createTelemetryReader(store.telemetry, mine, { isSampled: true, hiddenAgents });
  const answer = await askCatalogue(reader, question({ ...more, exact }), range, 1n);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}

/** Everything equal; percentiles within the error that is stated (and their neighbours' distance: the exact ones lie between two values), means within that of doubles. */
function expectSame(rolled: QueryResult, exact: QueryResult): void {
  expect(rolled.rows).toHaveLength(exact.rows.length);
  for (const [i, row] of exact.rows.entries()) {
    for (const { name } of exact.columns) {
      const [is, should] = [rolled.rows[i]?.[name], row[name]];
      const said = `${name} of row ${i}: ${String(is)}, by the spans ${String(should)}`;
      const error = /_p\d+$/.test(name) ? PERCENTILE_ERROR * 2 : /_avg$|rate|per_second/.test(name) ? 1e-9 : 0;
      if (typeof should !== 'number' || typeof is !== 'number' || error === 0) expect(is, said).toEqual(should);
      else expect(Math.abs(is - should), said).toBeLessThanOrEqual(Math.abs(should) * error);
    }
  }
}

const range = { fromSeconds: Number(FROM / 1_000_000_000n) - 86_400, toSeconds: Number(TO / 1_000_000_000n) + 86_400 };
const rollUp = (options: { isForced?: boolean; mayGoOn?: () => boolean } = {}) =>
  rollUpSpans(store.telemetry, range, { nowMs: () => NOW_MS, mayGoOn: () => true, quietSeconds: 0, ...options });

const QUESTIONS: [string, Partial<QuerySpec>][] = [
  ...Array.from({ length: Math.ceil(ALL.length / 20) }, (_, i): [string, Partial<QuerySpec>] => [
    `measures ${i * 20} and on`,
    { measures: ALL.slice(i * 20, i * 20 + 20) },
  ]),
  ['by agent', { group_by: ['agent_id'] }],
  ['by model and provider', { group_by: ['model', 'provider'], measures: ['cost_usd', 'llm_calls', 'llm_latency_ms_avg', 'llm_latency_ms_max'] }],
  ['by day', { interval: '1d', measures: ['cost_usd', 'calls', 'active_agents', 'latency_ms_p99'] }],
  ['by day of Vienna', { interval: '1d', time_zone: 'Europe/Vienna', measures: ['cost_usd', 'calls', 'active_agents'] }],
  ['by six hours and agent', { interval: '6h', group_by: ['agent_id'], measures: ['calls', 'cost_usd'] }],
  ['of one agent', { filters: [{ field: 'agent_id', op: '=', value: "o'brien" }] satisfies QueryFilter[] }],
  [
    'of failed requests by endpoint',
    { filters: [{ field: 'status_code', op: '>=', value: 500 }], group_by: ['endpoint', 'method'], measures: ['requests', 'request_error_rate'] },
  ],
  ['the dearest model', { group_by: ['model'], measures: ['cost_usd'], order_by: { field: 'cost_usd', direction: 'desc' }, limit: 1 }],
];

test('without windows the spans answer', async () => {
  expect(await ask({}, false)).toMatchObject({ answered_from: 'rows', percentile_error: 0 });
});

describe('once hours and days are computed', () => {
  beforeAll(async () => {
    expect(await rollUp()).toMatchObject({ remaining: 0 });
  });

  test.each(QUESTIONS)('%s: the answer is the same', async (_name, more) => {
    const rolled = await ask(more, false);
    expect(rolled.answered_from).toBe('rollups_and_rows');
    expectSame(rolled, await ask(more, true));
  });

  test('whole days need no look at the spans', async () => {
    const days = { fromNs: nsOf('2026-11-11T00:00:00Z'), toNs: nsOf('2026-11-14T00:00:00Z') };
    const rolled = await ask({ measures: ['calls', 'latency_ms_p50'] }, false, days);
    expect(rolled).toMatchObject({ answered_from: 'rollups', percentile_error: PERCENTILE_ERROR });
    expectSame(rolled, await ask({ measures: ['calls', 'latency_ms_p50'] }, true, days));
  });

  test('what a window does not tell is asked of the spans', async () => {
    for (const more of [
      { group_by: ['user_id'] },
      { measures: ['active_users'] },
      { interval: '15m', limit: 1 },
      { filters: [{ field: 'name', op: 'exists' as const }] },
    ])
      expect((await ask({ measures: ['calls'], ...more }, false)).answered_from).toBe('rows');
  });

  test('an agent that is hidden is in no window either', async () => {
    const hidden = ["o'brien"];
    const seen = await ask({ group_by: ['agent_id'], measures: ['calls'] }, false, undefined, hidden);
    expect(seen.answered_from).toBe('rollups_and_rows');
    expect(seen.rows.map(({ agent_id }) => agent_id).sort()).toEqual([null, 'planner', 'writer'].sort());
    expectSame(seen, await ask({ group_by: ['agent_id'], measures: ['calls'] }, true, undefined, hidden));
  });

  test('doing it again does nothing, and being told to do it anyway changes no answer', async () => {
    expect(await rollUp()).toEqual({ done: 0, remaining: 0 });
    const before = await ask({ group_by: ['agent_id'] }, false);
    expect((await rollUp({ isForced: true })).done).toBeGreaterThan(100);
    expect(await ask({ group_by: ['agent_id'] }, false)).toEqual(before);
  });

  test('spans that come late, come again or change count at once, and after their hours were computed again', async () => {
    const late: SpanFields[] = [
      { ...(stored[10] as SpanFields), span_id: spanIdOf(SPANS + 1), start_time: '2026-11-12T08:15:00.000Z' },
      // Sent again, and settled to another agent.
      stored[20] as SpanFields,
      { ...(stored[30] as SpanFields), agent_id: 'moved', version: 5 },
    ];
    await insertSpans(store.telemetry, late);
    const stale = await ask({ group_by: ['agent_id'] }, false);
    expectSame(stale, await ask({ group_by: ['agent_id'] }, true));
    expect((await rollUp()).done).toBeGreaterThan(0);
    const computed = await ask({ group_by: ['agent_id'] }, false);
    expect(computed.answered_from).toBe('rollups_and_rows');
    expectSame(computed, await ask({ group_by: ['agent_id'] }, true));
  });

  test('a job that is stopped anywhere goes on where it stopped', async () => {
    await store.telemetry.run('TRUNCATE TABLE rollup_windows');
    let left = Number.POSITIVE_INFINITY;
    for (let rounds = 0; left > 0; rounds++) {
      expect(rounds).toBeLessThan(200);
      let windows = 0;
      const progress = await rollUp({ mayGoOn: () => windows++ < 7 });
      left = progress.remaining;
      if (rounds % 5 === 0) expectSame(await ask({ group_by: ['kind'] }, false), await ask({ group_by: ['kind'] }, true));
    }
    expectSame(await ask({}, false), await ask({}, true));
  });

  test('rows of a computation that never came to hold are never read', async () => {
    await store.telemetry.run(
      `INSERT INTO span_rollups SELECT * REPLACE (toUInt64(1) AS generation) FROM span_rollups WHERE workspace_id = '${mine}'`,
    );
    expectSame(await ask({}, false), await ask({}, true));
  });
});
