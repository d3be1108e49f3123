/** Calls without usage, through the pipelines into the store and out again, of a workspace that wants them estimated. */
import { randomUUID } from 'node:crypto';
import { QuerySpecSchema } from '@sightglass/contract/querySpec';
import { type Redaction, RedactionSchema } from '@sightglass/contract/redaction';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedBodies } from '../../test/otlpFixtures.ts';
import { bundledPriceBook } from '../cost/bundledPrices.ts';
import { priceSpan } from '../cost/priceSpan.ts';
import { createEstimator } from '../estimate/estimator.ts';
import { createTelemetryReader } from '../explore/reader.ts';
import { runQuery } from '../explore/runQuery.ts';
import type { Frame } from '../journal/frame.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import { createObservationComposer } from '../observations/observationComposer.ts';
import { settleTraces } from '../settle/settleTraces.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import type { TelemetryRequest } from './pipeline.ts';
import { createPolicyBook } from './requestPolicies.ts';
import { createInlineReceiver } from './testing/inlineReceiver.ts';
import { START_MS } from './testing/traceRequests.ts';

const NOW_NS = BigInt(START_MS) * 1_000_000n;
const RANGE = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const TRACE = 'ab'.repeat(16);
const book = bundledPriceBook();
const price = (span: CanonicalSpan) => priceSpan(span, book);

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

let made = 0;
/** A program of one workspace. `send` receives a request and stores what comes of it. */
function program({ estimates = true, redaction = null }: { estimates?: boolean; redaction?: Redaction | null } = {}) {
  const workspaceId = testWorkspace(`estimates${++made}`);
  const policies = createPolicyBook();
  policies.set([[workspaceId, { redaction, encryption: null, ...(estimates ? { estimates: true as const } : {}) }]]);
  const receiver = createInlineReceiver(price, policies.forRequest);
  const log = pino({ level: 'silent' });
  const estimator = createEstimator();
  const composer = createObservationComposer({
    telemetry: store.telemetry,
    log,
    price,
    nowMs: () => START_MS,
    estimatesOf: () => (estimates ? estimator.forRequest() : null),
  });
  const send = async (request: Pick<TelemetryRequest, 'signal' | 'body' | 'contentType' | 'encoding'>) => {
    const answer = await receiver.receive({ ...request, workspaceId, receivedAtMs: START_MS, source: 'test' });
    expect(answer).toMatchObject({ ok: true, rejected: 0 });
    const frames = receiver.frames.splice(0);
    for (const frame of frames) await insert(frame);
    await composer.compose(frames);
  };
  const sendJson = (signal: TelemetryRequest['signal'], body: unknown) =>
    send({ signal, body: Buffer.from(JSON.stringify(body)), contentType: 'json', encoding: 'identity' });
  const calls = () =>
    store.telemetry.rows<Record<string, unknown>>(
      `SELECT name, input_tokens, output_tokens, token_rule, usage_estimated, cost_source, toString(cost_usd) AS cost, superseded FROM spans FINAL
       WHERE workspace_id = {workspace:String} AND kind = 'llm' ORDER BY name`,
      { workspace: workspaceId },
    );
  const ask = async (measures: string[], groupBy: string[] = []) => {
    const reader = createTelemetryReader(store.telemetry, workspaceId);
    const result = await runQuery(reader, QuerySpecSchema.parse({ source: 'spans', measures, group_by: groupBy, ...RANGE }), NOW_NS);
    if (!result.ok) throw new Error(result.error.detail);
    return result.value.rows;
  };
  return { workspaceId, send, sendJson, calls, ask };
}

async function insert(frame: Frame): Promise<void> {
  for (const { name, native } of frame.tables) await store.telemetry.insertNative(name, native, randomUUID());
}

type Json = Record<string, unknown>;
const keyValues = (values: Json) =>
  Object.entries(values).map(([key, value]) => ({ key, value: typeof value === 'number' ? { intValue: value } : { stringValue: value } }));
const chat = (spanId: string, name: string, attributes: Json, fields: Json = {}) => ({
  traceId: TRACE,
  spanId: spanId.repeat(16),
  name,
  startTimeUnixNano: `${START_MS}000000`,
  endTimeUnixNano: `${START_MS + 50}000000`,
  attributes: keyValues({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.provider.name': 'openai',
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'Write to ada.lovelace@example.com' }] }]),
    'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'Done.' }] }]),
    ...attributes,
  }),
  ...fields,
});
const traces = (...spans: Json[]): Json => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe('a recorded streamed call without usage', () => {
  const [recorded] = recordedBodies('openinference-openai-stream', 'traces');
  if (recorded === undefined) throw new Error('no recording');

  it('has an estimated cost where the workspace wants that, and says so in every answer', async () => {
    const { send, calls, ask } = program();
    await send({ signal: 'traces', ...recorded });
    const [call] = await calls();
    // 15 × $2.50/M + 34 × $10/M
    expect(call).toMatchObject({ token_rule: 'estimated:o200k_base', usage_estimated: 1, cost_source: 'estimated', cost: '0.0003775' });
    expect([Number(call?.input_tokens), Number(call?.output_tokens)]).toEqual([15, 34]);
    const rows = await ask(['cost_usd', 'estimated_cost_usd', 'estimated_calls', 'unpriced_calls'], ['cost_source']);
    expect(rows).toContainEqual({
      cost_source: 'estimated',
      cost_usd: '0.0003775',
      estimated_cost_usd: '0.0003775',
      estimated_calls: 1,
      unpriced_calls: 0,
    });
  });

  it('stays without tokens and cost where it does not', async () => {
    const { send, calls, ask } = program({ estimates: false });
    await send({ signal: 'traces', ...recorded });
    expect(await calls()).toMatchObject([
      { input_tokens: null, output_tokens: null, token_rule: '', usage_estimated: 0, cost_source: '', cost: null },
    ]);
    expect(await ask(['cost_usd', 'estimated_cost_usd', 'estimated_calls', 'unpriced_calls'])).toEqual([
      { cost_usd: '0', estimated_cost_usd: '0', estimated_calls: 0, unpriced_calls: 1 },
    ]);
  });
});

it('what a client sent is priced as sent beside what is estimated', async () => {
  const { sendJson, calls, ask } = program();
  await sendJson(
    'traces',
    traces(
      chat('1', 'estimated', {}),
      chat('2', 'failed', {}, { status: { code: 2, message: 'no' } }),
      chat('3', 'sent', { 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 0 }),
    ),
  );
  expect(await calls()).toMatchObject([
    { name: 'estimated', usage_estimated: 1, cost_source: 'estimated' },
    { name: 'failed', usage_estimated: 0, cost: null },
    { name: 'sent', usage_estimated: 0, cost_source: 'price_book', cost: '0.00015' },
  ]);
  const rows = await ask(['estimated_calls', 'llm_calls']);
  expect(rows).toEqual([{ estimated_calls: 1, llm_calls: 3 }]);
});

it('the tokens of a masked text are those that the provider was sent', async () => {
  const plain = program();
  await plain.sendJson('traces', traces(chat('1', 'call', {})));
  const masked = program({ redaction: RedactionSchema.parse({ enabled: true }) });
  await masked.sendJson('traces', traces(chat('1', 'call', {})));
  expect(await masked.calls()).toEqual(await plain.calls());
  const texts = await store.telemetry.rows<{ text: string }>(`SELECT input_preview AS text FROM spans WHERE workspace_id = {workspace:String}`, {
    workspace: masked.workspaceId,
  });
  expect(texts).toEqual([{ text: 'Write to [email]' }]);
});

it.each([
  ['the wrapper first', ['outer', 'inner']],
  ['the wrapper last', ['inner', 'outer']],
] as const)('a call told twice, in two requests, %s, is counted once', async (_what, order) => {
  const { workspaceId, sendJson, calls, ask } = program();
  const spans = {
    outer: chat('1', 'outer', {}),
    inner: chat('2', 'inner', { 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 0 }, { parentSpanId: '1'.repeat(16) }),
  };
  for (const which of order) await sendJson('traces', traces(spans[which]));
  await settleTraces(store.telemetry, workspaceId, [TRACE], BigInt(Date.now()));
  expect((await calls()).map(({ name, superseded }) => [name, superseded])).toEqual([
    ['inner', 0],
    ['outer', 1],
  ]);
  expect(await ask(['cost_usd', 'estimated_cost_usd'])).toEqual([{ cost_usd: '0.00015', estimated_cost_usd: '0' }]);
});

describe('a generation of the older Langfuse clients without usage', () => {
  const at = (offsetMs: number) => new Date(START_MS + offsetMs).toISOString();
  const item = (type: string, body: Json) => ({ id: `${type}-${JSON.stringify(body).length}`, type, timestamp: at(0), body });
  const beginning = [
    item('trace-create', { id: 'trace-1', name: 'chat' }),
    item('generation-create', {
      id: 'gen-1',
      traceId: 'trace-1',
      name: 'answer',
      model: 'gpt-4o-mini',
      startTime: at(0),
      input: [{ role: 'user', content: 'Where is Paris?' }],
    }),
  ];
  const end = [item('generation-update', { id: 'gen-1', traceId: 'trace-1', endTime: at(50), output: { role: 'assistant', content: 'In France.' } })];

  it('is estimated the same whether it came in one request or in two', async () => {
    const once = program();
    await once.sendJson('langfuse', { batch: [...beginning, ...end] });
    const twice = program();
    await twice.sendJson('langfuse', { batch: beginning });
    await twice.sendJson('langfuse', { batch: end });
    const [call] = await once.calls();
    expect(call).toMatchObject({ name: 'answer', token_rule: 'estimated:o200k_base', cost_source: 'estimated' });
    expect(Number(call?.output_tokens)).toBe(3);
    expect(await twice.calls()).toEqual(await once.calls());
  });
});
