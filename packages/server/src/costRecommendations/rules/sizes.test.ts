/** Rules about how much is read and how much may be written. */
import { describe, expect, it } from 'vitest';
import { findPrice, groupOf, PICO, sampleOf } from '../testing/callGroups.ts';
import { adviseOnMaxTokens, LIMIT_OVER_P99_MIN, LIMIT_TOKENS_MIN, LIMITED_CALLS_MIN } from './maxTokens.ts';
import { adviseOnContext, CONTEXT_CALLS_MIN, INPUT_TOKENS_MEDIAN_MIN } from './oversizedContext.ts';

const kindOf = (answer: ReturnType<typeof adviseOnContext>) => (answer === null ? null : 'finding' in answer ? 'found' : 'missing');

describe('a context for tiny answers', () => {
  const large = { inputTokensMedian: INPUT_TOKENS_MEDIAN_MIN, inputTokens: 2_000_000, outputTokens: 20_000, callsWithTokens: CONTEXT_CALLS_MIN };
  it.each<[string, Partial<typeof large>, string | null]>([
    ['that is large', {}, 'found'],
    ['of too few calls', { callsWithTokens: CONTEXT_CALLS_MIN - 1 }, 'missing'],
    ['that is not quite large', { inputTokensMedian: INPUT_TOKENS_MEDIAN_MIN - 1 }, null],
    ['whose answers are not quite tiny', { outputTokens: 20_001 }, null],
  ])('%s', (_, fields, expected) => {
    expect(kindOf(adviseOnContext(groupOf({ ...large, ...fields }), PICO, sampleOf(10), findPrice))).toBe(expected);
  });

  it('claims no saving, and tells what a tenth less would have saved', () => {
    const answer = adviseOnContext(groupOf(large), 10n * PICO, sampleOf(10, { inputTokens: 1_000, outputTokens: 0 }), findPrice);
    expect(answer).toMatchObject({ finding: { saving: null } });
    expect(answer).toHaveProperty('finding.facts', expect.arrayContaining([expect.objectContaining({ name: 'tenth_less_usd', value: '1' })]));
  });
});

describe('a limit of output', () => {
  const generous = { calls: LIMITED_CALLS_MIN, cutOff: 0, limitMedian: LIMIT_TOKENS_MIN, outputTokensP99: LIMIT_TOKENS_MIN / LIMIT_OVER_P99_MIN };
  it.each<[string, Partial<typeof generous>, string | null]>([
    ['that is generous', {}, 'found'],
    ['of too few calls', { calls: LIMITED_CALLS_MIN - 1 }, 'missing'],
    ['that is small', { limitMedian: LIMIT_TOKENS_MIN - 1, outputTokensP99: 1 }, null],
    ['that answers come near', { outputTokensP99: generous.outputTokensP99 + 1 }, null],
    ['that cuts answers off', { cutOff: 1 }, null],
  ])('%s', (_, fields, expected) => {
    const answer = adviseOnMaxTokens(groupOf({ limited: { ...generous, ...fields } }), undefined, findPrice);
    expect(kindOf(answer)).toBe(expected);
  });

  it('saves nothing directly, and bounds the worst case', () => {
    const answer = adviseOnMaxTokens(groupOf({ limited: generous }), sampleOf(1)[0], findPrice);
    // 1 000 tokens in at $10 a million and 2 000, or 1 024, out at $30.
    expect(answer).toMatchObject({ finding: { saving: null } });
    expect(answer).toHaveProperty(
      'finding.facts',
      expect.arrayContaining([
        expect.objectContaining({ name: 'worst_case_usd', value: '0.07' }),
        expect.objectContaining({ name: 'bounded_case_usd', value: '0.04072' }),
      ]),
    );
  });
});
