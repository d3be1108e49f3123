import { randomUUID } from 'node:crypto';
import { parseUsd } from '@sightglass/contract/money';
import type { Recommendation, RecommendationKind, Recommendations } from '@sightglass/contract/routes/costRecommendations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledPriceBook } from '../cost/bundledPrices.ts';
import { priceSpan } from '../cost/priceSpan.ts';
import { createSealer } from '../encryption/envelope.ts';
import { createTelemetryReader } from '../explore/reader.ts';
import { createTestPipeline, type MadeSpan, START_MS, traceRequest } from '../receive/testing/traceRequests.ts';
import { noPolicies } from '../receive/requestPolicies.ts';
import { createTracePipeline } from '../receive/tracePipeline.ts';
import { insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { GROUPS_MAX } from './callSql.ts';
import { judge, recommendSavings } from './recommendSavings.ts';
import { findPrice, groupOf, PICO } from './testing/callGroups.ts';
import { wastefulCalls } from './testing/wastefulCalls.ts';

const book = bundledPriceBook();
const price = (span: Parameters<typeof priceSpan>[0]) => priceSpan(span, book);
const process = createTestPipeline(price);
const NOW_NS = BigInt(START_MS + 3_600_000 * 6) * 1_000_000n;
const DAY_NS = 86_400_000_000_000n;
const WINDOW_DAYS = 30n;

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  await send('full', wastefulCalls());
  await send('sparse', wastefulCalls({ of: 20 }));
});
afterAll(() => store.remove());

async function send(workspace: string, spans: readonly MadeSpan[]): Promise<void> {
  const { decoded } = process(testWorkspace(workspace), traceRequest(spans));
  for (const table of decoded?.tables ?? []) await store.telemetry.insertNative(table.name, table.native, randomUUID());
}

async function ask(workspace: string, days = WINDOW_DAYS, isSampled = false): Promise<Recommendations> {
  const reader = createTelemetryReader(store.telemetry, testWorkspace(workspace), { isSampled });
  const answer = await recommendSavings(reader, { range: { fromNs: NOW_NS - days * DAY_NS, toNs: NOW_NS }, nowNs: NOW_NS, findPrice: book.find });
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value;
}

const found = ({ items }: Recommendations, kind: RecommendationKind): Recommendation[] => items.filter((item) => item.kind === kind);
const fact = (item: Recommendation | undefined, name: string) => item?.evidence.facts.find((each) => each.name === name)?.value;
const pico = (usd: string | null | undefined) => parseUsd(usd ?? '') ?? -1n;

describe('savings, over spans that came in as they do', () => {
  let full: Recommendations;
  beforeAll(async () => {
    full = await ask('full');
  });

  it('are found for every kind', () => {
    expect(full.items.map(({ kind, agent_id, model }) => `${kind} ${agent_id} ${model}`).sort()).toEqual([
      'cheaper_model planner gpt-4o',
      'cheaper_model writer gpt-4o',
      'duplicate_calls looper gpt-4o',
      'failed_calls flaky gpt-4o',
      'max_tokens writer gpt-4o',
      'oversized_context reader gpt-4o',
      'prompt_caching chatty gpt-4o',
      'retried_calls flaky gpt-4o',
    ]);
  });

  it('tell exact amounts: 220 calls at $2.50 and $10 a million, instead of $0.15 and $0.60', () => {
    const item = found(full, 'cheaper_model').find(({ agent_id }) => agent_id === 'planner');
    // 1000 input and 200 output tokens: $0.0045 at gpt-4o, $0.00027 at gpt-4o-mini; the window is a month.
    expect(item?.evidence).toMatchObject({ calls: 220, spent_usd: '0.99' });
    expect(item?.saving_usd_per_month).toBe('0.9306');
    expect([fact(item, 'success_rate'), fact(item, 'cheaper_success_rate'), fact(item, 'priced_again_calls')]).toEqual([1, 1, 220]);
    expect(item?.traces_query).toEqual({
      from: '2026-10-21T15:00:00Z',
      to: '2026-11-20T15:00:00Z',
      agent_id: 'planner',
      model: 'gpt-4o',
      provider: 'openai',
      sort: '-cost',
    });
    expect(item?.trace_ids).toHaveLength(5);
  });

  it('count all but the first of equal calls', () => {
    const [item] = found(full, 'duplicate_calls');
    expect([fact(item, 'repeated_calls'), fact(item, 'repeated_inputs'), fact(item, 'repeated_usd')]).toEqual([35, 5, '0.1575']);
    expect(item?.saving_usd_per_month).toBe('0.1575');
  });

  it('tell failed calls that were tried again from those that were not', () => {
    const [retried] = found(full, 'retried_calls');
    const [failed] = found(full, 'failed_calls');
    expect([fact(retried, 'retried_calls'), retried?.saving_usd_per_month]).toEqual([12, '0.054']);
    expect([fact(failed, 'failed_calls'), failed?.saving_usd_per_month]).toEqual([15, '0.0675']);
    expect([retried, failed].map((item) => item?.traces_query.status)).toEqual(['error', 'error']);
    expect(failed?.trace_ids.some((id) => retried?.trace_ids.includes(id))).toBe(false);
  });

  it('show what a prompt cache would have held', () => {
    const [item] = found(full, 'prompt_caching');
    expect([fact(item, 'sampled_calls'), fact(item, 'reading_calls')]).toEqual([60, 59]);
    expect(fact(item, 'repeated_share')).toBeGreaterThan(0.95);
    // At most every input token of 59 calls at half the price.
    expect(pico(item?.saving_usd_per_month)).toBeLessThan(pico('0.1475'));
    expect(pico(item?.saving_usd_per_month)).toBeGreaterThan(pico('0.14'));
  });

  it('claim nothing for context and limits, and say what they see', () => {
    const [context] = found(full, 'oversized_context');
    const [limit] = found(full, 'max_tokens');
    expect([context?.saving_usd_per_month, fact(context, 'input_tokens_median')]).toEqual([null, 30_000]);
    expect([limit?.saving_usd_per_month, fact(limit, 'output_tokens_p99'), fact(limit, 'suggested_tokens')]).toEqual([null, 200, 512]);
    expect([fact(limit, 'worst_case_usd'), fact(limit, 'bounded_case_usd')]).toEqual(['0.1625', '0.00762']);
  });

  it('come sorted by amount, and their sum is what is told and below what was spent', () => {
    const amounts = full.items.flatMap(({ saving_usd_per_month }) => (saving_usd_per_month === null ? [] : [pico(saving_usd_per_month)]));
    expect(amounts).toEqual([...amounts].sort((a, b) => (a > b ? -1 : 1)));
    expect(amounts.reduce((sum, each) => sum + each, 0n)).toBe(pico(full.looked_at.saving_usd_per_month));
    expect(pico(full.looked_at.saving_usd_per_month)).toBeLessThan(pico(full.looked_at.spent_usd_per_month));
    expect(full.looked_at).toMatchObject({ days: 30, calls: 879, unpriced_calls: 0, groups: 7, groups_left_out: 0 });
  });

  it('grow to a month from a shorter window', async () => {
    const day = await ask('full', 3n);
    expect(found(day, 'failed_calls')[0]?.saving_usd_per_month).toBe('0.675');
    expect(found(day, 'failed_calls')[0]?.evidence.spent_usd).toBe(found(full, 'failed_calls')[0]?.evidence.spent_usd);
  });

  it('are not found in a twentieth of it, which says what is missing', async () => {
    const sparse = await ask('sparse');
    expect(sparse.items).toEqual([]);
    expect(sparse.looked_at.calls).toBeGreaterThan(40);
    expect(new Set(sparse.not_enough_data.map(({ kind }) => kind))).toContain('cheaper_model');
  });

  it('are none where nothing was sent, and where the calls are another workspace’s', async () => {
    const nobody = await ask('nobody');
    expect(nobody).toMatchObject({ items: [], not_enough_data: [], looked_at: { calls: 0, spent_usd: '0', saving_usd_per_month: '0' } });
  });
});

it('refuses a window that is too short or too long', async () => {
  const reader = createTelemetryReader(store.telemetry, testWorkspace('full'));
  const codes = [];
  for (const hours of [23n, 24n, 92n * 24n, 92n * 24n + 1n]) {
    const range = { fromNs: NOW_NS - hours * 3_600_000_000_000n, toNs: NOW_NS };
    const answer = await recommendSavings(reader, { range, nowNs: NOW_NS, findPrice: book.find });
    codes.push(answer.ok ? 'ok' : answer.error.code);
  }
  expect(codes).toEqual(['invalid-request', 'ok', 'ok', 'invalid-request']);
});

it('finds the same in an encrypted workspace', async () => {
  const workspaceId = testWorkspace('sealed');
  const sealer = createSealer(workspaceId, { id: 'dk_test', bytes: new Uint8Array(32) });
  const pipeline = createTracePipeline(price, (id) => ({ ...noPolicies(id), sealer }));
  const body = Buffer.from(JSON.stringify(traceRequest(wastefulCalls())));
  const { content } = pipeline({
    signal: 'traces',
    workspaceId,
    receivedAtMs: START_MS,
    source: 'test',
    body,
    contentType: 'json',
    encoding: 'identity',
  });
  for (const table of content?.tables ?? []) await store.telemetry.insertNative(table.name, table.native, randomUUID());
  const kinds = ({ items }: Recommendations) => items.map(({ kind, agent_id }) => `${kind} ${agent_id}`).sort();
  expect(kinds(await ask('sealed'))).toEqual(kinds(await ask('full')));
});

it('weighs calls that stand for several, and trusts them less', async () => {
  const row = (n: number, fields: Record<string, unknown>) => ({
    cost_source: 'estimated',
    workspace_id: testWorkspace('weighed'),
    trace_id: traceIdOf(5_000_000 + n),
    span_id: spanIdOf(5_000_000 + n),
    start_time: NOW_NS - DAY_NS + BigInt(n),
    kind: 'llm',
    agent_id: 'bot',
    provider: 'openai',
    request_model: 'gpt-4o',
    input_tokens: 1_000,
    output_tokens: 200,
    cost_usd: '0.0045',
    ...fields,
  });
  await insertSpans(store.telemetry, [
    ...Array.from({ length: 20 }, (_, n) => row(n, { status: 'success', weight: 10 })),
    ...Array.from({ length: 12 }, (_, n) => row(100 + n, { status: 'error', weight: 1 })),
  ]);
  const { looked_at, items } = await ask('weighed', WINDOW_DAYS, true);
  expect(looked_at).toMatchObject({ calls: 212, estimated_calls: 212, spent_usd: '0.954' });
  expect(fact(items[0], 'estimated_calls')).toBe(212);
  expect(items.map(({ kind, saving_usd_per_month }) => [kind, saving_usd_per_month])).toEqual([['failed_calls', '0.054']]);
});

it('judges the costliest of very many pairs of agent and model, and says how many it left', async () => {
  const rows = Array.from({ length: GROUPS_MAX + 2 }, (_, n) => ({
    workspace_id: testWorkspace('many'),
    trace_id: traceIdOf(6_000_000 + n),
    span_id: spanIdOf(6_000_000 + n),
    start_time: NOW_NS - DAY_NS,
    kind: 'llm',
    status: 'success',
    agent_id: `agent ${n}`,
    request_model: 'gpt-4o',
    cost_usd: '0.01',
  }));
  await insertSpans(store.telemetry, rows);
  expect((await ask('many')).looked_at).toMatchObject({ calls: GROUPS_MAX + 2, groups: GROUPS_MAX, groups_left_out: 2, spent_usd: '3.02' });
});

it('says so where there are too many distinct inputs to compare, and judges the rest', () => {
  const group = groupOf({ failedPaidCalls: 10, failedPicoUsd: PICO });
  const facts = { groups: [group], models: [], retried: new Map(), repeated: null, samples: new Map(), lengths: new Map() };
  const { findings, missing } = judge(facts, findPrice);
  expect(findings.map(({ kind }) => kind)).toEqual(['failed_calls']);
  expect(missing).toContainEqual({ kind: 'duplicate_calls', reason: 'too many distinct inputs to compare: choose a shorter window', groups: 1 });
});
