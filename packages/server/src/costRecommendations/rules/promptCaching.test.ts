import { describe, expect, it } from 'vitest';
import { findPrice, groupOf, PICO, sampleOf } from '../testing/callGroups.ts';
import { adviseOnPromptCaching, CACHE_CALLS_MIN } from './promptCaching.ts';

const KEPT = 10n * PICO;
/** The same `same` of 10 000 characters before a question of 1 000: ten elevenths of the input repeat. */
const repeating = (i: number) => ['same', `question ${i}`];
const lengthOf = (part: string) => (part === 'same' ? 10_000 : 1_000);

interface Case {
  group?: Parameters<typeof groupOf>[0];
  calls?: number;
  input?: number;
  parts?: (i: number) => string[];
  length?: (part: string) => number | undefined;
}
function judge({ group = {}, calls = CACHE_CALLS_MIN, input = 2_200, parts = repeating, length = lengthOf }: Case = {}) {
  return adviseOnPromptCaching(groupOf(group), KEPT, sampleOf(calls, { inputTokens: input, outputTokens: 0 }, parts), length, findPrice);
}
const kindOf = (answer: ReturnType<typeof judge>) => (answer === null ? null : 'finding' in answer ? 'found' : 'missing');

describe('prompt caching', () => {
  it('saves the difference between input and cached input, call by call', () => {
    const answer = judge();
    // 50 calls of 2 200 tokens; 49 read 2 000 of them at a tenth: 110 000 tokens instead of 21 800.
    const saved = (KEPT * (110_000n - (110_000n - 49n * 2_000n + 49n * 200n))) / 110_000n;
    expect(answer).toMatchObject({ finding: { kind: 'prompt_caching', saving: { picoUsd: saved, of: 'kept' } } });
  });

  it('pays for what is written where the provider does', () => {
    const answer = judge({ group: { model: 'written' } });
    // The first call writes 2 000 tokens at $12.50 instead of $10.
    const saved = (KEPT * (49n * 2_000n * 9n - (2_000n * 5n) / 2n)) / (110_000n * 10n);
    expect(answer).toMatchObject({ finding: { saving: { picoUsd: saved } } });
    expect(answer).toHaveProperty('finding.advice', expect.stringContaining('cache_control'));
  });

  it.each<[string, Case, string | null]>([
    ['with one call too few', { calls: CACHE_CALLS_MIN - 1 }, 'missing'],
    ['with enough calls', {}, 'found'],
    ['whose inputs are not recorded', { group: { callsWithInput: 0 } }, 'missing'],
    ['of prefixes just too short', { input: 1_126 }, null],
    ['of prefixes just long enough', { input: 1_127 }, 'found'],
    ['of inputs that never repeat', { parts: (i) => [`a ${i}`, 'same'] }, null],
    ['where too few calls begin alike', { parts: (i) => (i % 4 === 0 ? repeating(i) : [`a ${i}`]) }, null],
    ['that use the cache already', { group: { cacheReadTokens: 100_001 } }, null],
    ['that hardly use the cache', { group: { cacheReadTokens: 100_000 } }, 'found'],
    ['of a provider that sells none', { group: { model: 'uncached' } }, null],
    ['whose texts are gone', { length: () => undefined }, null],
    ['of the same inputs as a whole, which are duplicates', { parts: () => ['same', 'question'] }, null],
  ])('of calls %s', (_, asked, expected) => {
    expect(kindOf(judge(asked))).toBe(expected);
  });

  it('claims nothing where the provider caches by itself and no call tells whether it did', () => {
    expect(judge({ group: { callsTellingCache: 0 } })).toMatchObject({ finding: { saving: null } });
    expect(judge({ group: { callsTellingCache: 1 } })).toMatchObject({ finding: { saving: { of: 'kept' } } });
    expect(judge({ group: { callsTellingCache: 0, model: 'written' } })).toMatchObject({ finding: { saving: { of: 'kept' } } });
  });
});
