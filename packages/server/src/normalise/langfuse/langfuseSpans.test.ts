import { describe, expect, it } from 'vitest';
import { readItem } from '../../receive/langfuse/ingestionItem.ts';
import { createRequestClock } from '../../receive/requestClock.ts';
import type { CanonicalSpan } from '../canonicalSpan.ts';
import { SHARED_TAGS_MAX, SHARED_TEXT_CHARS_MAX } from './langfuseAttributes.ts';
import { rootSpanIdOf, spanIdOfObservation, traceIdOfLangfuse } from './langfuseIds.ts';
import type { LangfusePart } from './langfusePart.ts';
import { rootOfTrace, spansOfObservations } from './langfuseSpans.ts';
import { outlineTraces } from './traceOutline.ts';

const CLOCK = createRequestClock(Date.UTC(2026, 10, 20, 10));
const TRACE = 'trace-1';
const TRACE_ID = traceIdOfLangfuse(TRACE);
const ROOT = rootSpanIdOf(TRACE_ID);
const time = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 9, 0, 0) + seconds * 1_000).toISOString();

let made = 0;
function part(type: string, body: Record<string, unknown>, writtenAt = 0): LangfusePart {
  made += 1;
  const whole = type === 'trace-create' ? { id: TRACE, ...body } : { traceId: TRACE, id: 'obs', ...body };
  const reading = readItem(
    { id: `item-${made}`, type, timestamp: time(writtenAt), body: whole },
    made,
    { sdkName: 'python', sdkVersion: '2.60.3' },
    CLOCK,
  );
  if (!reading.ok) throw new Error(reading.problem);
  return reading.part;
}

/** All spans of the one trace that the parts tell, the root first. */
function spansOf(parts: readonly LangfusePart[], overdue: readonly string[] = []): CanonicalSpan[] {
  const outline = outlineTraces(parts).get(TRACE_ID);
  if (outline === undefined) throw new Error('the parts tell no trace');
  const observations = new Map<string, LangfusePart[]>();
  for (const one of parts) if (one.spanId !== null) observations.set(one.spanId, [...(observations.get(one.spanId) ?? []), one]);
  const told = { traceId: TRACE_ID, outline, traceParts: parts.filter(({ about }) => about === 'trace'), observations, overdue: new Set(overdue) };
  const root = rootOfTrace(told);
  return [...(root === undefined ? [] : [root]), ...spansOfObservations(told)];
}

const generation = (body: Record<string, unknown>) => {
  const [span] = spansOf([part('generation-create', { startTime: time(0), endTime: time(2), name: 'call', ...body })]);
  if (span === undefined) throw new Error('there is no span');
  return span;
};

describe('a generation', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['OpenAI’s words', { usage: { promptTokens: 10, completionTokens: 5, totalTokens: 15 } }, { inputTokens: 10, outputTokens: 5, totalTokens: 15 }],
    ['Langfuse’s words', { usage: { input: 10, output: 5, total: 15, unit: 'TOKENS' } }, { inputTokens: 10, outputTokens: 5, totalTokens: 15 }],
    ['only a total', { usage: { total: 15 } }, { inputTokens: null, outputTokens: null, totalTokens: 15 }],
    [
      'details before the older usage',
      { usage: { input: 1, output: 1 }, usageDetails: { input: 10, output: 5 } },
      { inputTokens: 10, outputTokens: 5 },
    ],
    [
      'details with parts taken off',
      { usageDetails: { input: 4, input_cached_tokens: 6, output: 3, output_reasoning_tokens: 2, total: 15 } },
      { inputTokens: 10, outputTokens: 5, cacheReadTokens: 6, reasoningTokens: 2 },
    ],
    ['empty details', { usage: { input: 10, output: 5 }, usageDetails: {} }, { inputTokens: 10, outputTokens: 5 }],
  ])('counts tokens of %s', (_, body, usage) => {
    expect(generation(body).usage).toMatchObject(usage);
  });

  it.each(['CHARACTERS', 'IMAGES', 'SECONDS', 'MILLISECONDS', 'REQUESTS'])('%s are no tokens', (unit) => {
    expect(generation({ usage: { input: 10, output: 5, unit } }).usage).toBeNull();
  });

  it.each<[string, Record<string, unknown>, bigint | null]>([
    ['costDetails', { usageDetails: { input: 1 }, costDetails: { input: 0.1, output: 0.2, total: 0.30000000000000004 } }, 300_000_000_000n],
    ['usage', { usage: { input: 1, inputCost: 0.1, outputCost: 0.2 } }, 300_000_000_000n],
    ['a total in usage', { usage: { input: 1, totalCost: '0.5' } }, 500_000_000_000n],
    ['nothing', { usage: { input: 1 } }, null],
  ])('costs what %s says', (_, body, cost) => {
    expect(generation(body).reportedCostPicoUsd).toBe(cost);
  });

  it('has model, parameters, time to first token, prompt, input and output', () => {
    const span = generation({
      model: 'gpt-4o',
      modelParameters: { temperature: 0.2, max_tokens: '100' },
      completionStartTime: time(0.5),
      promptName: 'claims',
      promptVersion: 3,
      input: [{ role: 'user', content: 'Why?' }],
      output: 'Because.',
    });
    expect(span).toMatchObject({
      kind: 'llm',
      requestModel: 'gpt-4o',
      responseModel: null,
      provider: 'openai',
      temperature: 0.2,
      maxTokens: 100,
      ttftMs: 500,
    });
    expect(span.input).toEqual({ format: 'messages', parts: ['{"role":"user","content":"Why?"}'] });
    expect(span.output).toEqual({ format: 'text', parts: ['Because.'] });
    expect(span.attributes.get('langfuse.observation.prompt.name')).toBe('claims');
    expect(span.attributes.get('langfuse.observation.prompt.version')).toBe('3');
    expect(span).toMatchObject({ scopeName: 'python', scopeVersion: '2.60.3', durationNs: 2_000_000_000n });
  });

  it('asked for one model and was answered by another', () => {
    const [span] = spansOf([
      part('generation-create', { startTime: time(0), model: 'my-alias' }),
      part('generation-update', { endTime: time(1), model: 'gpt-4o' }, 1),
    ]);
    expect(span).toMatchObject({ requestModel: 'my-alias', responseModel: 'gpt-4o' });
  });

  it.each<[Record<string, unknown>, string, string | null]>([
    [{ level: 'ERROR', statusMessage: 'went wrong' }, 'error', 'went wrong'],
    [{ level: 'ERROR', statusMessage: 'Request timed out.' }, 'timeout', 'Request timed out.'],
    [{ level: 'WARNING', statusMessage: 'slow' }, 'success', null],
    [{}, 'success', null],
  ])('%j is %s', (body, status, statusMessage) => {
    expect(generation(body)).toMatchObject({ status, statusMessage });
  });
});

it.each<[string, string]>([
  ['span-create', 'chain'],
  ['generation-create', 'llm'],
  ['event-create', 'other'],
  ['agent-create', 'agent'],
  ['tool-create', 'tool'],
  ['chain-create', 'chain'],
  ['retriever-create', 'retriever'],
  ['evaluator-create', 'other'],
  ['embedding-create', 'embedding'],
  ['guardrail-create', 'guardrail'],
])('%s is of kind %s, also when span-update ends it', (type, kind) => {
  const [span] = spansOf([part(type, { name: 'x', startTime: time(0) }), part('span-update', { endTime: time(1) }, 1)]);
  expect(span).toMatchObject({ kind, name: 'x', durationNs: 1_000_000_000n });
});

it.each([
  ['GENERATION', 'llm'],
  ['SPAN', 'chain'],
  ['EVENT', 'other'],
])('observation-create of type %s is of kind %s', (type, kind) => {
  const [span] = spansOf([part('observation-create', { type, startTime: time(0), endTime: time(0) })]);
  expect(span?.kind).toBe(kind);
});

describe('parts put together', () => {
  it('later ones win, null and what is missing erase nothing, metadata is merged', () => {
    const [span] = spansOf([
      part('span-update', { endTime: time(2), name: null, output: 'second', metadata: { b: 2, deep: { x: 1 } } }, 2),
      part('span-create', { startTime: time(0), name: 'work', input: 'in', output: 'first', metadata: { a: 1, b: 1 } }, 0),
    ]);
    expect(span).toMatchObject({ name: 'work', input: { parts: ['in'] }, output: { parts: ['second'] } });
    expect(Object.fromEntries(span?.attributes ?? [])).toMatchObject({
      'langfuse.observation.metadata.a': 1,
      'langfuse.observation.metadata.b': 2,
      'langfuse.observation.metadata.deep': '{"x":1}',
    });
  });

  it('a field called __proto__ is a field', () => {
    const body = JSON.parse(`{"startTime":"${time(0)}","endTime":"${time(1)}","__proto__":{"name":"evil"},"metadata":{"__proto__":"x"}}`) as Record<
      string,
      unknown
    >;
    const [span] = spansOf([part('span-create', body)]);
    expect(span?.name).toBe('span');
    expect(span?.attributes.get('langfuse.observation.metadata.__proto__')).toBe('x');
  });

  it('an end before the beginning has no length', () => {
    expect(generation({ startTime: time(5), endTime: time(1) })).toMatchObject({ durationNs: 0n });
  });
});

describe('the trace', () => {
  const observation = (id: string, from: number, to: number | null, body: Record<string, unknown> = {}) =>
    part('span-create', { id, name: id, startTime: time(from), ...(to === null ? {} : { endTime: time(to) }), ...body });

  it('is the root of what has no parent, from the first moment to the last', () => {
    const [root, ...rest] = spansOf([
      part('trace-create', { name: 'chat', timestamp: time(1), sessionId: 's', userId: 'u', release: 'r', tags: ['a', 7, ''], public: true }),
      observation('a', 0.5, 4),
      observation('b', 1, 2, { parentObservationId: 'a' }),
      observation('c', 3, 6),
    ]);
    expect(root).toMatchObject({
      spanId: ROOT,
      parentSpanId: null,
      name: 'chat',
      durationNs: 5_500_000_000n,
      status: 'success',
      tags: ['a'],
      release: 'r',
    });
    expect(root?.own).toMatchObject({ agentId: 'chat', sessionId: 's', userId: 'u' });
    expect(rest.map(({ parentSpanId }) => parentSpanId)).toEqual([ROOT, spanIdOfObservation('a', TRACE), ROOT]);
    for (const { own, tags, release } of rest) expect([own.agentId, own.sessionId, own.userId, tags, release]).toEqual([null, 's', 'u', ['a'], 'r']);
  });

  it('whose only top observation has its name is that observation', () => {
    const spans = spansOf([
      part('trace-create', { name: 'chain', output: 'from the trace', timestamp: time(0) }),
      observation('chain', 1, 4, { input: 'from the chain', metadata: { k: 'v' } }),
      observation('child', 2, 3, { parentObservationId: 'chain' }),
    ]);
    expect(spans.map(({ name, spanId, parentSpanId }) => [name, spanId, parentSpanId])).toEqual([
      ['chain', ROOT, null],
      ['child', spanIdOfObservation('child', TRACE), ROOT],
    ]);
    expect(spans[0]).toMatchObject({ input: { parts: ['from the chain'] }, output: { parts: ['from the trace'] }, durationNs: 3_000_000_000n });
    expect(spans[0]?.attributes.get('langfuse.observation.metadata.k')).toBe('v');
  });

  it('whose outermost observation has its id is that observation, whatever their names', () => {
    const spans = spansOf([
      part('trace-create', { name: 'my chain' }),
      observation(TRACE, 0, 4, { name: 'RunnableSequence' }),
      observation('child', 1, 2, { parentObservationId: TRACE }),
      observation('second', 2, 3),
    ]);
    expect(spans.map(({ name, spanId, parentSpanId }) => [name, spanId, parentSpanId])).toEqual([
      ['my chain', ROOT, null],
      ['child', spanIdOfObservation('child', TRACE), ROOT],
      ['second', spanIdOfObservation('second', TRACE), ROOT],
    ]);
  });

  it('runs while one of its observations does, and these are no spans yet', () => {
    const spans = spansOf([part('trace-create', { name: 'chat' }), observation('a', 0, null), observation('b', 1, 2)]);
    expect(spans.map(({ name, status }) => [name, status])).toEqual([
      ['chat', 'running'],
      ['b', 'success'],
    ]);
  });

  it('is done when those that did not end are overdue', () => {
    const spans = spansOf(
      [part('trace-create', { name: 'chat' }), observation('a', 0, null), observation('b', 1, 2)],
      [spanIdOfObservation('a', TRACE)],
    );
    expect(spans.map(({ name, status, durationNs }) => [name, status, durationNs])).toEqual([
      ['chat', 'success', 2_000_000_000n],
      ['a', 'running', 0n],
      ['b', 'success', 1_000_000_000n],
    ]);
  });

  it('without a name is called after its only observation, else “trace”, and names no agent', () => {
    const [only] = spansOf([part('trace-create', {}), observation('a', 0, 1)]);
    expect(only).toMatchObject({ name: 'a', spanId: ROOT, own: { agentId: null } });
    const [several] = spansOf([part('trace-create', {}), observation('a', 0, 1), observation('b', 0, 1)]);
    expect(several).toMatchObject({ name: 'trace', own: { agentId: null } });
  });

  it('that is not told leaves its observations without a parent', () => {
    expect(spansOf([observation('a', 0, 1)]).map(({ parentSpanId }) => parentSpanId)).toEqual([null]);
  });

  it('keeps what all its observations repeat within bounds', () => {
    const long = 'x'.repeat(SHARED_TEXT_CHARS_MAX + 1);
    const [root, span] = spansOf([
      part('trace-create', { name: 'chat', userId: long, tags: Array.from({ length: SHARED_TAGS_MAX + 1 }, (_, i) => `${i}${long}`) }),
      observation('a', 0, 1),
    ]);
    for (const one of [root, span]) {
      expect(one?.own.userId).toHaveLength(SHARED_TEXT_CHARS_MAX);
      expect(one?.tags).toHaveLength(SHARED_TAGS_MAX);
      expect(one?.tags[0]).toHaveLength(SHARED_TEXT_CHARS_MAX);
    }
  });

  it('has the client’s own ids among the attributes', () => {
    const [root, a, b] = spansOf([
      part('trace-create', { name: 'chat' }),
      observation('a', 0, 1),
      observation('b', 0, 1, { parentObservationId: 'a' }),
    ]);
    expect(root?.attributes.get('langfuse.trace.id')).toBe(TRACE);
    expect(a?.attributes.get('langfuse.observation.id')).toBe('a');
    expect(b?.attributes.get('langfuse.observation.parent_id')).toBe('a');
  });
});
