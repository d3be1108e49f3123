/** The conversation of every recorded client, as a person reads it: what was answered, which tools were called with what. */
import { describe, expect, it } from 'vitest';
import type { MessagePart } from '@sightglass/contract/trace';
import { readMessages } from '../src/normalise/messages.ts';
import { normaliseSpan } from '../src/normalise/normaliseSpan.ts';
import { previewOf } from '../src/normalise/payload.ts';
import { loadTraceGroup, traceGroupNames, type ServedCall } from './otlpFixtures.ts';

type Answer = ServedCall & { output_text?: string; tool_calls?: { name: string; arguments?: string }[] };

describe.each(traceGroupNames())('recorded %s', (name) => {
  const { spans: decoded, expected } = loadTraceGroup(name);
  const calls = decoded.map(normaliseSpan).filter(({ kind }) => kind === 'llm');
  const answers = expected.llm as readonly Answer[];
  const partsOf = (side: 'input' | 'output'): MessagePart[] =>
    calls.flatMap((span) => (span[side] === null ? [] : readMessages(span[side].format, span[side].parts, side).flatMap(({ parts }) => parts)));

  it('reads the answers of its calls', () => {
    const outputs = partsOf('output');
    const texts = outputs.flatMap((part) => (part.type === 'text' ? [part.text] : []));
    const truths = answers.flatMap(({ output_text }) => output_text ?? []);
    expect(texts.filter((text) => !truths.includes(text))).toEqual([]);
    // An object is an answer that no message format explains.
    const isObject = name.endsWith('-object');
    if (truths.length > 0 && !isObject && calls.some(({ output }) => output !== null)) expect(texts).not.toEqual([]);
    const toolCalls = outputs.flatMap((part) => (part.type === 'tool_call' ? [part] : []));
    for (const call of toolCalls) {
      const truth = answers.flatMap(({ tool_calls }) => tool_calls ?? []).filter((served) => served.name === call.name);
      expect(truth.map((served) => JSON.parse(served.arguments ?? '{}'))).toContainEqual(call.arguments);
    }
  });

  it('explains every piece of its inputs', () => {
    expect(partsOf('input').filter((part) => part.type === 'other' && JSON.stringify(part.value) !== '{"type":"custom"}')).toEqual([]);
  });

  it('previews every call in one short line', () => {
    for (const span of calls) {
      for (const side of ['input', 'output'] as const) {
        const preview = span[side] === null ? '' : previewOf(span[side], side);
        expect(preview.length).toBeLessThanOrEqual(160);
        expect(preview).not.toMatch(/\n|^\{"role"/);
      }
    }
  });
});
