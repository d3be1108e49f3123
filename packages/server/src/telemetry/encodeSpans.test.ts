import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpanResolution } from '../enrich/resolveTrace.ts';
import type { CanonicalSpan, SpanContext } from '../normalise/canonicalSpan.ts';
import { encodePayloads, encodeSpans } from './encodeSpans.ts';
import { contentHash, createPayloadSplitter } from './payloadParts.ts';
import type { StoredSpan } from './storedSpan.ts';
import { spansTable } from './tables/spans.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from './testing/temporaryTelemetry.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

const NO_CONTEXT: SpanContext = {
  agentId: null,
  runId: null,
  flowId: null,
  sessionId: null,
  userId: null,
  userEmail: null,
  department: null,
  queryCategory: null,
  endpoint: null,
  method: null,
  statusCode: null,
};
const EMPTY: CanonicalSpan = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: null,
  name: '',
  kind: 'other',
  status: 'success',
  statusMessage: null,
  errorType: null,
  startNs: 1_763_600_000_123_456_789n,
  durationNs: 0n,
  otelKind: 0,
  resource: { attributes: new Map() },
  serviceName: null,
  scopeName: null,
  scopeVersion: null,
  dialect: 'other',
  own: NO_CONTEXT,
  environment: null,
  release: null,
  traceType: null,
  tags: [],
  provider: null,
  requestModel: null,
  responseModel: null,
  responseId: null,
  usage: null,
  reportedCostPicoUsd: null,
  serviceTier: null,
  ttftMs: null,
  finishReason: null,
  temperature: null,
  maxTokens: null,
  toolName: null,
  toolCallId: null,
  input: null,
  output: null,
  toolDefinitions: [],
  documents: [],
  attributes: new Map(),
  events: [],
  links: [],
};
const RESOLUTION: SpanResolution = {
  context: NO_CONTEXT,
  contextOwn: 0,
  isRun: false,
  errorOrigin: false,
  superseded: false,
  traceType: null,
  weight: 1,
};

async function roundTrip(span: Partial<CanonicalSpan>, changes: Partial<Omit<StoredSpan, 'span'>> = {}): Promise<Record<string, unknown>> {
  const workspaceId = `wsp_${randomUUID()}`;
  const stored: StoredSpan = {
    span: { ...EMPTY, ...span },
    resolution: RESOLUTION,
    cost: { costPicoUsd: null, costSource: null, priceId: null },
    ...changes,
  };
  const payloads = createPayloadSplitter()(workspaceId, [stored.span]);
  await store.telemetry.insertNative('spans', encodeSpans(workspaceId, 1_763_600_001_000, [stored], payloads.perSpan), randomUUID());
  if (payloads.rows.length > 0) await store.telemetry.insertNative('payloads', encodePayloads(workspaceId, payloads.rows), randomUUID());
  const rows = await store.telemetry.rows<Record<string, unknown>>(
    `SELECT * REPLACE (lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id, lower(hex(parent_span_id)) AS parent_span_id, toString(cost_usd) AS cost_usd,
       toString(duration_ns) AS duration_ns, arrayMap(h -> lower(hex(h)), input_parts) AS input_parts, arrayMap(h -> lower(hex(h)), output_parts) AS output_parts,
       arrayMap(h -> lower(hex(h)), document_parts) AS document_parts)
     FROM spans WHERE workspace_id = {w:String}`,
    { w: workspaceId },
  );
  expect(rows).toHaveLength(1);
  return rows[0] as Record<string, unknown>;
}

describe('a row of spans', () => {
  it('says nothing that was not sent: texts are empty and numbers null', async () => {
    const row = await roundTrip({});
    expect(Object.keys(row).sort()).toEqual(spansTable.columns.map(({ name }) => name).sort());
    const {
      start_time,
      received_at,
      trace_id,
      span_id,
      workspace_id: _w,
      kind: _k,
      status: _s,
      dialect: _d,
      duration_ns,
      parent_span_id,
      weight,
      ...rest
    } = row;
    expect(weight).toBe(1);
    expect({ start_time, received_at, trace_id, span_id, duration_ns, parent_span_id }).toEqual({
      start_time: '2025-11-20 00:53:20.123456789',
      received_at: '2025-11-20 00:53:21.000',
      trace_id: EMPTY.traceId,
      span_id: EMPTY.spanId,
      duration_ns: '0',
      parent_span_id: '0000000000000000',
    });
    for (const [name, value] of Object.entries(rest))
      expect([name, ['', null, 0].includes(value as never) || JSON.stringify(value).length === 2]).toEqual([name, true]);
  });

  it('counts once where an insert holds it several times: of the highest version, and of equal ones the last', async () => {
    const workspaceId = `wsp_${randomUUID()}`;
    const copy = (spanId: string, name: string, version: bigint): StoredSpan => ({
      span: { ...EMPTY, spanId, name },
      resolution: RESOLUTION,
      cost: { costPicoUsd: null, costSource: null, priceId: null },
      version,
    });
    const copies = [
      copy('a'.repeat(16), 'newer', 2n),
      copy('b'.repeat(16), 'first', 0n),
      copy('a'.repeat(16), 'older', 1n),
      copy('b'.repeat(16), 'last', 0n),
    ];
    const payloads = createPayloadSplitter()(
      workspaceId,
      copies.map(({ span }) => span),
    );
    const blocks = copies.map((one, i) => encodeSpans(workspaceId, 1_763_600_001_000, [one], payloads.perSpan.slice(i)));
    await store.telemetry.insertNative('spans', blocks, randomUUID());
    const names = await store.telemetry.rows<{ name: string }>('SELECT name FROM spans FINAL WHERE workspace_id = {w:String} ORDER BY span_id', {
      w: workspaceId,
    });
    expect(names.map(({ name }) => name)).toEqual(['newer', 'last']);
  });

  it('keeps exact money, tokens beyond 2^32 and nanoseconds', async () => {
    const usage = {
      inputTokens: 9_007_199_254_740_991,
      outputTokens: 0,
      cacheReadTokens: 5_000_000_000,
      cacheWriteTokens: null,
      cacheWrite1hTokens: null,
      reasoningTokens: null,
      audioInputTokens: null,
      audioOutputTokens: null,
      imageInputTokens: null,
      totalTokens: null,
      reported: { input: 12 },
      rule: 'otel:includes',
      estimated: false,
    };
    const row = await roundTrip(
      { kind: 'llm', usage, durationNs: 12_345_678_901_234_567n, ttftMs: 0.25 },
      { cost: { costPicoUsd: 123_456_789_012_345_678n, costSource: 'price_book', priceId: 'prc_1' } },
    );
    expect(row).toMatchObject({
      cost_usd: '123456.789012345678',
      input_tokens: 9_007_199_254_740_991,
      output_tokens: 0,
      cache_read_tokens: 5_000_000_000,
      cache_write_tokens: null,
      usage_reported: '{"input":12}',
      duration_ns: '12345678901234567',
      ttft_ms: 0.25,
    });
  });

  it('keeps a negative cost, as credits are', async () => {
    expect(await roundTrip({}, { cost: { costPicoUsd: -1n, costSource: 'reported', priceId: null } })).toMatchObject({ cost_usd: '-0.000000000001' });
  });

  it('takes counts that are no counts for not sent', async () => {
    expect(await roundTrip({ maxTokens: -5, temperature: Number.NaN })).toMatchObject({ max_tokens: null, temperature: null });
  });

  it('sorts attributes by type and keeps the others as JSON text', async () => {
    const attributes = new Map<string, never>(
      Object.entries({ s: 'é漢🙂', n: 0.5, b: false, list: ['a', 1], bytes: new Uint8Array([255]), big: 9223372036854775807n }) as [string, never][],
    );
    expect(await roundTrip({ attributes })).toMatchObject({
      attributes_string: { s: 'é漢🙂' },
      attributes_number: { n: 0.5 },
      attributes_bool: { b: false },
      attributes_json: { list: '["a",1]', bytes: '"/w=="', big: '"9223372036854775807"' },
    });
  });

  it.each([
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['a zero character', 'a\u0000b', 'a\u0000b'],
    ['42 three-byte characters', '漢'.repeat(42), '漢'.repeat(42)],
    ['43 three-byte characters', '漢'.repeat(43), '漢'.repeat(43)],
    ['127 bytes', 'x'.repeat(127), 'x'.repeat(127)],
    ['128 bytes', 'x'.repeat(128), 'x'.repeat(128)],
    ['SQL', "'; DROP TABLE spans; --", "'; DROP TABLE spans; --"],
    ['five million characters', 'y'.repeat(5_000_000), 'y'.repeat(5_000_000)],
  ])('keeps %s in a text', async (_what, text, kept) => {
    expect((await roundTrip({ name: text })).name).toBe(kept);
  });

  it('keeps the texts of payloads apart, once each, found by their hash', async () => {
    const row = await roundTrip({
      input: { format: 'messages', parts: ['{"role":"user","content":"hello"}', '{"role":"user","content":"hello"}'] },
      output: { format: 'text', parts: ['hi'] },
      documents: [
        { id: 'd1', score: 0.5, content: 'one', metadata: null },
        { id: 'd2', score: 0.9, content: 'two', metadata: null },
      ],
    });
    const hash = (content: string) => contentHash(content).toString('hex');
    expect(row).toMatchObject({
      input_format: 'messages',
      input_parts: [hash('{"role":"user","content":"hello"}'), hash('{"role":"user","content":"hello"}')],
      output_parts: [hash('hi')],
      input_preview: 'hello',
      document_count: 2,
      top_score: 0.9,
      avg_score: 0.7,
    });
    const parts = await store.telemetry.rows<{ content: string; day: string }>(
      'SELECT content, day FROM payloads WHERE workspace_id = {w:String} ORDER BY content',
      {
        w: row.workspace_id,
      },
    );
    expect(parts).toHaveLength(4);
    expect(parts).toContainEqual({ content: 'hi', day: '2025-11-20' });
  });
});
