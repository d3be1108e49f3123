import { randomUUID } from 'node:crypto';
import { formatUsd } from '@sightglass/contract/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPriceBook, indexPrices } from '../../cost/priceBook.ts';
import { priceSpan } from '../../cost/priceSpan.ts';
import { priceOf } from '../../cost/testing/prices.ts';
import { createTestPipeline, type MadeSpan, START_MS, traceRequest } from '../../receive/testing/traceRequests.ts';
import { settleTraces } from '../../settle/settleTraces.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { applyWindow } from './applyCosts.ts';
import { createCostSums } from './costSums.ts';
import { repriceCall } from './repriceCall.ts';
import { type CallScope, readCalls, windowsOf } from './storedCalls.ts';

let store: TemporaryTelemetry;
let telemetry: TelemetryConnection;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  telemetry = store.telemetry;
});
afterAll(() => store.remove());

const before = createPriceBook(indexPrices([priceOf({ input: '1', output: '1' }, { provider: 'acme', model: 'm' })]));
const after = createPriceBook(indexPrices([priceOf({ input: '3', output: '5' }, { provider: 'acme', model: 'm', origin: 'override' })]));
const process = createTestPipeline((span) => priceSpan(span, before));
const FROM_NS = BigInt(START_MS) * 1_000_000n;
const options = { book: after, includeReported: false, nowMs: () => Date.now() };

const scopeOf = (workspaceId: string, hours = 1n): CallScope => ({
  workspaceId,
  fromNs: FROM_NS,
  toNs: FROM_NS + hours * 3_600_000_000_000n,
  conditions: [],
  params: {},
});

async function send(workspaceId: string, ...spans: MadeSpan[]): Promise<void> {
  const { decoded } = process(workspaceId, traceRequest(spans));
  for (const table of decoded?.tables ?? []) await telemetry.insertNative(table.name, table.native, randomUUID());
}

const call = (n: number, more: Partial<MadeSpan> = {}): MadeSpan => ({
  traceId: n.toString(16).padStart(32, '0'),
  spanId: n.toString(16).padStart(16, '0'),
  ...more,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'acme',
    'gen_ai.request.model': 'm',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 1,
    ...more.attributes,
  },
});

const totals = async (workspaceId: string) => {
  const [row] = await telemetry.rows<{ cost: string; calls: string; sources: string[] }>(
    `SELECT toString(sum(cost_usd)) AS cost, toString(count()) AS calls, arraySort(groupUniqArray(cost_source)) AS sources
     FROM spans FINAL WHERE workspace_id = {workspace:String} AND kind = 'llm' SETTINGS do_not_merge_across_partitions_select_final = 1`,
    { workspace: workspaceId },
  );
  return row;
};

async function recompute(workspaceId: string, engine = telemetry): Promise<void> {
  const scope = scopeOf(workspaceId);
  for (const window of await windowsOf(engine, scope)) await applyWindow(engine, scope, window, options);
}

describe('windows of a recompute', () => {
  it('hold every call once, also where thousands start in one moment', async () => {
    const spans = Array.from({ length: 12_001 }, (_, i) => call(i + 1, i > 11_990 ? { atMs: (i - 11_990) * 60_000 } : {}));
    for (let i = 0; i < spans.length; i += 1_000) await send('wsp_windows', ...spans.slice(i, i + 1_000));
    const scope = scopeOf('wsp_windows');
    const windows = await windowsOf(telemetry, scope);
    expect(windows.length).toBeGreaterThan(3);
    const ids = (await Promise.all(windows.map((window) => readCalls(telemetry, scope, window)))).flat().map(({ spanId }) => spanId);
    expect(ids.length).toBe(12_001);
    expect(new Set(ids).size).toBe(12_001);
  });

  it('keep to the range: its beginning belongs to it, its end does not', async () => {
    await send('wsp_range', call(1), call(2, { atMs: 3_600_000 - 1 }), call(3, { atMs: 3_600_000 }));
    const scope = scopeOf('wsp_range');
    const calls = (await Promise.all((await windowsOf(telemetry, scope)).map((window) => readCalls(telemetry, scope, window)))).flat();
    expect(calls.map(({ spanId }) => Number.parseInt(spanId, 16)).sort()).toEqual([1, 2]);
  });
});

describe('applying costs', () => {
  it('twice is once, and touches no other workspace', async () => {
    await send('wsp_a', ...Array.from({ length: 50 }, (_, i) => call(i + 1)));
    await send('wsp_b', ...Array.from({ length: 50 }, (_, i) => call(i + 1)));
    const untouched = await totals('wsp_b');
    await recompute('wsp_a');
    // 10 × $3/M + 1 × $5/M = $0.000035
    expect(await totals('wsp_a')).toEqual({ cost: '0.00175', calls: '50', sources: ['override'] });
    const [rows] = await telemetry.rows<{ n: string }>(`SELECT toString(count()) AS n FROM spans WHERE workspace_id = 'wsp_a'`);
    await recompute('wsp_a');
    expect(await telemetry.rows(`SELECT toString(count()) AS n FROM spans WHERE workspace_id = 'wsp_a'`)).toEqual([rows]);
    expect(await totals('wsp_a')).toEqual({ cost: '0.00175', calls: '50', sources: ['override'] });
    expect(await totals('wsp_b')).toEqual(untouched);
  });

  it('loses neither itself nor a settling that writes the same rows between its reading and its writing', async () => {
    const traceId = 'e'.repeat(32);
    await send('wsp_race', call(1, { traceId, parentSpanId: 'f'.repeat(16) }));
    let raced = false;
    const racing: TelemetryConnection = {
      ...telemetry,
      insertNative: async (table, native, token) => {
        await telemetry.insertNative(table, native, token);
        if (raced || table !== 'span_costs') return;
        raced = true;
        const parent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'clerk' };
        await send('wsp_race', { traceId, spanId: 'f'.repeat(16), attributes: parent });
        await settleTraces(telemetry, 'wsp_race', [traceId], BigInt(Date.now()));
      },
    };
    await recompute('wsp_race', racing);
    expect(raced).toBe(true);
    expect(
      await telemetry.rows(`SELECT agent_id, toString(cost_usd) AS cost FROM spans FINAL WHERE workspace_id = 'wsp_race' AND kind = 'llm'`),
    ).toEqual([{ agent_id: 'clerk', cost: '0.000035' }]);
  });

  it('of a span that is sent again later, the recomputed row stays', async () => {
    await send('wsp_again', call(1));
    await recompute('wsp_again');
    await send('wsp_again', call(1));
    expect(await totals('wsp_again')).toEqual({ cost: '0.000035', calls: '1', sources: ['override'] });
  });
});

it('sums are exact, in all and by model and agent, and equal what is stored afterwards', async () => {
  await send(
    'wsp_sums',
    ...Array.from({ length: 97 }, (_, i) =>
      call(i + 1, { attributes: { 'gen_ai.usage.input_tokens': i * 7, 'gen_ai.agent.name': `agent-${i % 3}` } }),
    ),
  );
  const sums = createCostSums();
  const scope = scopeOf('wsp_sums');
  for (const window of await windowsOf(telemetry, scope)) {
    for (const each of await readCalls(telemetry, scope, window)) sums.add(each, repriceCall(each, after, false));
  }
  const result = sums.result(true);
  const stored = await totals('wsp_sums');
  expect(result).toMatchObject({ spans: 97, before_usd: stored?.cost });
  await recompute('wsp_sums');
  expect((await totals('wsp_sums'))?.cost).toBe(result.after_usd);
  const input = BigInt(7 * ((96 * 97) / 2));
  expect(result.after_usd).toBe(formatUsd(input * 3_000_000n + 97n * 5_000_000n));
  expect(result.by_agent.map(({ agent_id }) => agent_id).sort()).toEqual(['agent-0', 'agent-1', 'agent-2']);
  expect(result.by_agent.reduce((sum, { spans }) => sum + spans, 0)).toBe(97);
});
