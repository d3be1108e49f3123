import { describe, expect, it, test } from 'vitest';
import { isPendingSpan } from '../normalise/dialects/logfire.ts';
import { loadTraceGroup } from '../../test/otlpFixtures.ts';
import type { CanonicalSpan, Payload } from '../normalise/canonicalSpan.ts';
import { normaliseSpan } from '../normalise/normaliseSpan.ts';
import { decodedSpan } from '../normalise/testing/decodedSpan.ts';
import { usageOf } from '../cost/testing/usage.ts';
import { SPAN_CHARS_MAX } from './boundedCount.ts';
import { requestCounting } from './countParts.ts';
import { isEstimatedHere, withEstimatedUsage } from './estimateUsage.ts';
import { createTokenCounters, type TokenCounter } from './tokenCounter.ts';

const counters = createTokenCounters();
const o200k = counters('o200k_base').count;

const messages = (...list: readonly object[]): Payload => ({ format: 'messages', parts: list.map((one) => JSON.stringify(one)) });
const user = (content: unknown) => ({ role: 'user', content });
const answer = (content: unknown) => ({ role: 'assistant', content });

function call(fields: Partial<CanonicalSpan> = {}): CanonicalSpan {
  const made = normaliseSpan(decodedSpan({ attributes: { 'gen_ai.operation.name': 'chat' } }));
  return { ...made, requestModel: 'gpt-4o', input: messages(user('What is the capital of France?')), output: messages(answer('Paris.')), ...fields };
}

const estimate = (span: CanonicalSpan) => withEstimatedUsage(span, requestCounting(counters)).usage;

describe('a call without usage', () => {
  it('gets the tokens of its texts, and says that they are an estimate and by what', () => {
    expect(estimate(call())).toEqual(
      usageOf({
        inputTokens: o200k('What is the capital of France?') + 4 + 3,
        outputTokens: o200k('Paris.'),
        rule: 'estimated:o200k_base',
        estimated: true,
      }),
    );
  });

  it.each([
    ['gpt-4-turbo', 'estimated:cl100k_base'],
    ['claude-sonnet-4-5', 'estimated:o200k_base,other-family'],
  ])('of %s is counted as %s', (requestModel, rule) => {
    expect(estimate(call({ requestModel }))?.rule).toBe(rule);
  });

  it('goes by the model that answered', () => {
    expect(estimate(call({ requestModel: 'our-router', responseModel: 'gpt-4-0613' }))?.rule).toBe('estimated:cl100k_base');
  });

  it('counts tools on offer, calls of tools and what they answered', () => {
    const bare = estimate(call());
    const definition = '{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}';
    const offered = estimate(call({ toolDefinitions: [definition] }));
    expect((offered?.inputTokens ?? 0) - (bare?.inputTokens ?? 0)).toBe(o200k(definition));
    const called = estimate(
      call({
        output: messages({
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } }],
        }),
      }),
    );
    expect(called?.outputTokens).toBe(o200k('weather') + o200k('{"city":"Paris"}'));
    const answered = estimate(call({ input: messages(user('Hi'), { role: 'tool', tool_call_id: 'c', content: 'Sunny, 21 degrees' }) }));
    expect(answered?.inputTokens).toBe(o200k('Hi') + o200k('Sunny, 21 degrees') + 2 * 4 + 3);
  });

  it('says that images are not counted', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(5_000)}` } };
    const usage = estimate(call({ input: messages(user([{ type: 'text', text: 'What is this?' }, image])) }));
    expect(usage).toMatchObject({ inputTokens: o200k('What is this?') + 7, rule: 'estimated:o200k_base,without-media' });
  });

  it('has only the side estimated of which a text is there', () => {
    expect(estimate(call({ output: null }))).toMatchObject({ inputTokens: 14, outputTokens: null });
    expect(estimate(call({ input: null }))).toMatchObject({ inputTokens: null, outputTokens: 2 });
    expect(estimate(call({ output: messages() }))).toMatchObject({ outputTokens: null });
    expect(estimate(call({ output: { format: 'text', parts: [''] } }))).toMatchObject({ outputTokens: null });
  });

  it('keeps parts that were sent, which are never more than the whole', () => {
    const usage = estimate(call({ usage: usageOf({ cacheReadTokens: 1_000, reasoningTokens: 50, reported: { cache_read: 1_000 } }) }));
    expect(usage).toMatchObject({ inputTokens: 1_000, cacheReadTokens: 1_000, outputTokens: 50, reported: { cache_read: 1_000 }, estimated: true });
  });
});

test.each<[string, Partial<CanonicalSpan>]>([
  ['usage that was sent', { usage: usageOf({ inputTokens: 3, outputTokens: 1 }) }],
  ['zeros that were sent', { usage: usageOf({ inputTokens: 0, outputTokens: 0 }) }],
  ['an input that was sent without an output', { usage: usageOf({ inputTokens: 3 }) }],
  ['an output that was sent without an input', { usage: usageOf({ outputTokens: 3 }) }],
  ['a total without a split', { usage: usageOf({ totalTokens: 9 }) }],
  ['a failed call', { status: 'error' }],
  ['a call that ran out of time', { status: 'timeout' }],
  ['a call that still runs', { status: 'running' }],
  ['a call without content', { input: null, output: null }],
  ['a tool', { kind: 'tool' }],
  ['an agent', { kind: 'agent' }],
])('%s is left as it is', (_what, fields) => {
  const span = call(fields);
  expect(withEstimatedUsage(span, requestCounting(counters))).toBe(span);
});

describe('an embedding', () => {
  const embedding = (input: Payload) =>
    estimate(call({ kind: 'embedding', requestModel: 'text-embedding-3-small', input, output: messages(answer('x')) }));
  const { count } = counters('cl100k_base');

  it('has the tokens of its texts, no marks around them, and no output', () => {
    const whole = embedding({ format: 'json', parts: ['["first text","second one"]'] });
    expect(whole).toMatchObject({ inputTokens: count('first text') + count('second one'), outputTokens: null, rule: 'estimated:cl100k_base' });
    expect(embedding({ format: 'text', parts: ['first text'] })?.inputTokens).toBe(count('first text'));
  });

  it('of token ids has nothing to count', () => {
    expect(embedding({ format: 'json', parts: ['[[101, 7592, 102]]'] })).toBeNull();
  });
});

describe('a long call', () => {
  /** Counts what it is given, a token a character. */
  function counted(span: CanonicalSpan, request = requestCounting(counters)) {
    let chars = 0;
    const counter: TokenCounter = {
      count: (text) => {
        chars += text.length;
        return text.length;
      },
      forget: () => undefined,
    };
    const usage = withEstimatedUsage(span, { ...request, counters: () => counter }).usage;
    return { usage, chars };
  }
  const ofChars = (chars: number) => call({ input: { format: 'text', parts: ['x'.repeat(chars)] }, output: null });

  it('is counted whole up to the bound', () => {
    const { usage, chars } = counted(ofChars(SPAN_CHARS_MAX));
    expect([usage?.inputTokens, usage?.rule, chars]).toEqual([SPAN_CHARS_MAX + 7, 'estimated:o200k_base', SPAN_CHARS_MAX]);
  });

  it('says above it that it was extrapolated', () => {
    const { usage, chars } = counted(ofChars(SPAN_CHARS_MAX + 1));
    expect([usage?.inputTokens, usage?.rule]).toEqual([SPAN_CHARS_MAX + 1 + 7, 'estimated:o200k_base,extrapolated']);
    expect(chars).toBeLessThanOrEqual(SPAN_CHARS_MAX);
  });

  it('has its answer counted whole however long its prompt is', () => {
    const { usage } = counted(call({ input: { format: 'text', parts: ['x'.repeat(10 * SPAN_CHARS_MAX)] }, output: messages(answer('Paris.')) }));
    expect(usage).toMatchObject({ outputTokens: 6, inputTokens: 10 * SPAN_CHARS_MAX + 7 });
  });

  it('of which the history was counted in the turn before costs its new message only', () => {
    const request = requestCounting(counters);
    const history = [user('x'.repeat(1_000)), answer('y'.repeat(1_000))];
    const first = counted(call({ input: messages(...history), output: null }), request);
    const second = counted(call({ input: messages(...history, user('z')), output: null }), request);
    expect([first.chars, second.chars]).toEqual([2_000, 1]);
    expect((second.usage?.inputTokens ?? 0) - (first.usage?.inputTokens ?? 0)).toBe(5);
  });
});

describe.each(['openinference-openai-stream', 'ai-sdk-v4-stream-json'])('the recorded %s, whose provider sent no usage', (name) => {
  const spans = loadTraceGroup(name)
    .spans.filter((span) => !isPendingSpan(span))
    .map(normaliseSpan);

  it('gets both sides of its model call estimated, and nothing else', () => {
    const request = requestCounting(counters);
    const estimated = spans.map((span) => withEstimatedUsage(span, request)).filter(({ usage }) => isEstimatedHere(usage));
    expect(estimated.map(({ kind }) => kind)).toEqual(['llm']);
    expect(estimated[0]?.usage).toMatchObject({ inputTokens: 15, outputTokens: 34, rule: 'estimated:o200k_base', estimated: true });
  });
});
