/** The pending copies that Logfire sends when spans begin: announced and masked, never stored or counted. */
import { RedactionSchema } from '@sightglass/contract/redaction';
import { describe, expect, it } from 'vitest';
import { loadTraceGroup, recordedBodies } from '../../test/otlpFixtures.ts';
import { enrichSpans } from '../enrich/enrichSpans.ts';
import { readFrames } from '../journal/frame.ts';
import { pendingCopy } from '../live/testing/pendingCopy.ts';
import { isPendingSpan } from '../normalise/dialects/logfire.ts';
import { createRedactor } from '../redact/redactor.ts';
import { requestFrame } from './requestFrame.ts';
import { noPolicies } from './requestPolicies.ts';
import { createTestPipeline, type MadeSpan, START_MS, traceRequest } from './testing/traceRequests.ts';
import { createTracePipeline } from './tracePipeline.ts';

const PRICELESS = () => ({ costPicoUsd: null, costSource: null, priceId: null });
const TRACE = '0a'.repeat(16);
const ROOT: MadeSpan = { traceId: TRACE, spanId: '1'.repeat(16), name: 'agent run', attributes: { agent_name: 'order-agent', model_name: 'gpt-4o' } };
const TOOL: MadeSpan = {
  traceId: TRACE,
  spanId: '2'.repeat(16),
  parentSpanId: ROOT.spanId,
  name: 'running tool',
  attributes: { 'gen_ai.tool.name': 'mail', tool_arguments: '{"to":"ada@example.com"}' },
};

const accountOf = (frame: Buffer | undefined) => (frame === undefined ? undefined : readFrames(frame).frames[0]?.account);
const endedOf = (frame: Buffer | undefined) => (frame === undefined ? undefined : readFrames(frame).frames[0]?.notes?.endedSpans);

describe('recorded by Logfire', () => {
  const { spans } = loadTraceGroup('logfire-agent');

  it('copies stand for the very spans that come later, in the same places', () => {
    const { pending, copies } = enrichSpans(spans.filter(isPendingSpan), PRICELESS);
    expect(copies).toBe(2);
    const finished = enrichSpans(
      spans.filter((span) => !isPendingSpan(span)),
      PRICELESS,
    ).spans.map(({ span }) => span);
    for (const span of pending) {
      const { name, kind, parentSpanId, startNs, toolName, own, dialect } = finished.find(({ spanId }) => spanId === span.spanId) ?? span;
      expect(span).toMatchObject({ name, kind, parentSpanId, startNs, toolName, own, dialect });
      expect(finished.map(({ spanId }) => spanId)).toContain(span.spanId);
    }
  });

  it('a request that also holds the ends announces nothing, and accounts for its spans alone', () => {
    const process = createTracePipeline(PRICELESS);
    for (const { body, contentType, encoding } of recordedBodies('logfire-agent', 'traces')) {
      const request = {
        signal: 'traces',
        workspaceId: 'w',
        receivedAtMs: Date.UTC(2026, 10, 20, 10),
        source: 'test',
        body,
        contentType,
        encoding,
      } as const;
      const processed = process(request);
      expect(processed).toMatchObject({ accepted: 6, copies: 2, live: [], rejected: 0 });
      expect(accountOf(requestFrame(request, processed))).toMatchObject({ received: 4, rejected: 0, duplicate: 0 });
    }
  });
});

describe('a request of pending copies', () => {
  it('announces their spans and leaves nothing to be stored or accounted for', () => {
    const process = createTestPipeline();
    const { live, frame, decoded, accepted } = process('w', traceRequest([pendingCopy(ROOT), pendingCopy(TOOL)]));
    expect([frame, decoded, accepted]).toEqual([undefined, undefined, 2]);
    expect(live).toMatchObject([
      { spanId: ROOT.spanId, parentSpanId: null, kind: 'agent', name: 'agent run', serviceName: 'shop', own: { agentId: 'order-agent' } },
      { spanId: TOOL.spanId, parentSpanId: ROOT.spanId, kind: 'tool', toolName: 'mail', inputPreview: expect.stringContaining('ada@example.com') },
    ]);
  });

  it('has the end of each span of its trace noted with its frame, and of no other', () => {
    const process = createTestPipeline();
    const other: MadeSpan = { traceId: '0b'.repeat(16), spanId: '3'.repeat(16) };
    expect(endedOf(process('w', traceRequest([other])).frame)).toBeUndefined();
    process('w', traceRequest([pendingCopy(ROOT)]));
    expect(endedOf(process('w', traceRequest([other])).frame)).toBeUndefined();
    expect(endedOf(process('w', traceRequest([other, TOOL, ROOT])).frame)).toEqual([TRACE + TOOL.spanId, TRACE + ROOT.spanId]);
  });

  it('is masked before anything of it is kept', () => {
    const redaction = createRedactor(RedactionSchema.parse({ drop_attributes: ['gen_ai.tool.name'] })).forRequest();
    const process = createTracePipeline(PRICELESS, () => ({ ...noPolicies('w'), redaction }));
    const body = Buffer.from(JSON.stringify(traceRequest([pendingCopy({ ...TOOL, name: 'mail to ada@example.com' })])));
    const { live } = process({
      signal: 'traces',
      workspaceId: 'w',
      receivedAtMs: START_MS,
      source: 'test',
      body,
      contentType: 'json',
      encoding: 'identity',
    });
    expect(live).toMatchObject([
      { name: expect.stringContaining('[email]'), toolName: null, input: { parts: [expect.stringContaining('[email]')] } },
    ]);
    expect(JSON.stringify(live, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('ada@');
  });

  it('that does not say which span it stands for is left out', () => {
    const process = createTestPipeline();
    const { parentSpanId: _, ...orphan } = pendingCopy(ROOT);
    expect(process('w', traceRequest([orphan]))).toMatchObject({ accepted: 1, copies: 1, live: [], rejected: 0, frame: undefined });
  });
});
