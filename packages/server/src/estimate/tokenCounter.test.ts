import fc from 'fast-check';
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it, test } from 'vitest';
import { createTokenCounters } from './tokenCounter.ts';

const counters = createTokenCounters();
const AS_TEXT = { disallowedSpecial: new Set<string>() };

// Counts of OpenAI's own tokenizer, as its cookbook gives them ("How to count tokens with tiktoken").
test.each([
  ['antidisestablishmentarianism', 6, 6],
  ['2 + 2 = 4', 7, 7],
  ['お誕生日おめでとう', 8, 9],
  ['tiktoken is great!', 6, 6],
])('%s has %i tokens in o200k_base and %i in cl100k_base', (text, o200k, cl100k) => {
  expect([counters('o200k_base').count(text), counters('cl100k_base').count(text)]).toEqual([o200k, cl100k]);
});

describe.each([
  ['o200k_base', countO200k],
  ['cl100k_base', countCl100k],
] as const)('the counter of %s', (encoding, reference) => {
  const { count, forget } = counters(encoding);

  it('agrees with the unbounded pattern wherever no run is longer than 64 characters', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.stringMatching(/^[A-Za-z0-9 ,.'\n"{}:]{0,60}$/));
    fc.assert(
      fc.property(text, (sample) => {
        expect(count(sample)).toBe(reference(sample, AS_TEXT));
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with it on code, JSON and prose', () => {
    const text = `${JSON.stringify({ city: 'Zürich', days: [1, 22, 333], 'don’t': "I'VE" }, null, 2)}\n\nfunction add(a: number) {\r\n\treturn a;\r\n}\n  第二行。 <|endoftext|>`;
    expect(count(text)).toBe(reference(text, AS_TEXT));
    expect(count(text.repeat(50))).toBe(reference(text.repeat(50), AS_TEXT));
  });

  it('counts half a character and nothing at all', () => {
    expect(count('')).toBe(0);
    expect(count('\ud83d')).toBeGreaterThan(0);
  });

  it('counts the same after it has forgotten its words', () => {
    const before = count('unforgettablenesses of zyzzyvas');
    forget();
    expect(count('unforgettablenesses of zyzzyvas')).toBe(before);
  });

  it.each(['a', 'A', ' ', '\n', '!', '字', 'ก', '\ud800'])('cuts a run of %j, so that its time grows with its length alone', (character) => {
    // Unbounded, 200 000 characters take minutes: this test would not end.
    const tokens = count(character.repeat(200_000));
    expect(tokens).toBeGreaterThan(1_000);
    expect(tokens).toBeLessThanOrEqual(600_000);
  });
});
