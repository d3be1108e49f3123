import { describe, expect, it } from 'vitest';
import type { AttributeValue } from './decodedSpan.ts';
import { finishReasonAt, normaliseFinishReason } from './finishReasons.ts';

describe('normaliseFinishReason', () => {
  it.each([
    ['tool_calls', 'tool_calls'],
    ['tool-calls', 'tool_calls'],
    ['tool_use', 'tool_calls'],
    ['tool_call', 'tool_calls'],
    ['function_call', 'tool_calls'],
    ['stop', 'stop'],
    ['STOP', 'stop'],
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['FinishReason.STOP', 'stop'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['MAX_TOKENS', 'length'],
    ['content-filter', 'content_filter'],
    ['SAFETY', 'content_filter'],
    ['refusal', 'content_filter'],
    ['error', 'error'],
    ['pause_turn', 'pause_turn'],
    ['Other reason', 'Other reason'],
  ])('%s is %s', (raw, reason) => {
    expect(normaliseFinishReason(raw)).toBe(reason);
  });

  it.each([undefined, '', 'null', 'FINISH_REASON_UNSPECIFIED'])('%j is none', (raw) => {
    expect(normaliseFinishReason(raw)).toBeUndefined();
  });
});

describe('finishReasonAt', () => {
  it.each<[AttributeValue, string | undefined]>([
    [['tool-calls'], 'tool_calls'],
    ['["stop"]', 'stop'],
    ['stop', 'stop'],
    [['', 'length'], 'length'],
    [[], undefined],
    ['["stop"', '["stop"'],
  ])('reads %j', (value, reason) => {
    expect(finishReasonAt(new Map([['r', value]]), 'r')).toBe(reason);
  });
});
