import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeUsage, type ReportedUsage } from './usage.ts';

const dialect = 'test';

describe('makeUsage', () => {
  it.each<[string, Omit<ReportedUsage, 'dialect'>, { input: number | null; output: number | null; rule: string; estimated: boolean }]>([
    [
      'takes the whole prompt as sent',
      { reported: { input: 1000, output: 50, cache_read: 800 } },
      { input: 1000, output: 50, rule: 'includes', estimated: false },
    ],
    [
      'adds both cache parts where the client leaves them out',
      { reported: { input: 100, output: 50, cache_read: 800, cache_write: 300 }, inputExcludesCache: true },
      { input: 1200, output: 50, rule: 'input+cache', estimated: false },
    ],
    [
      'says that nothing was added where there was nothing to add',
      { reported: { input: 100, output: 50, cache_read: 0 }, inputExcludesCache: true },
      { input: 100, output: 50, rule: 'includes', estimated: false },
    ],
    [
      'trusts the convention where the client is not known',
      { reported: { input: 1000, cache_read: 600, cache_write: 400 }, inputExcludesCache: 'unknown' },
      { input: 1000, output: null, rule: 'includes', estimated: false },
    ],
    [
      'sees by the numbers that the parts are not in the input, and marks the guess',
      { reported: { input: 100, cache_read: 90, cache_write: 20 }, inputExcludesCache: 'unknown' },
      { input: 210, output: null, rule: 'input+cache', estimated: true },
    ],
    [
      'believes the numbers more than a dialect that claims to include',
      { reported: { input: 5, cache_read: 100 }, inputExcludesCache: false },
      { input: 105, output: null, rule: 'input+cache', estimated: true },
    ],
    [
      'adds reasoning where the output leaves it out',
      { reported: { input: 10, output: 50, reasoning: 20 }, outputExcludesReasoning: true },
      { input: 10, output: 70, rule: 'output+reasoning', estimated: false },
    ],
    [
      'sees by the numbers that reasoning is not in the output',
      { reported: { output: 5, reasoning: 20 } },
      { input: null, output: 25, rule: 'output+reasoning', estimated: true },
    ],
    [
      'names both rules',
      { reported: { input: 1, output: 2, cache_read: 3, reasoning: 4 }, inputExcludesCache: true, outputExcludesReasoning: true },
      { input: 4, output: 6, rule: 'input+cache,output+reasoning', estimated: false },
    ],
    ['marks a guess of the client', { reported: { input: 7 }, estimated: true }, { input: 7, output: null, rule: 'includes', estimated: true }],
    [
      'never makes an input out of its parts',
      { reported: { cache_read: 10, output: 1 }, inputExcludesCache: true },
      { input: null, output: 1, rule: 'includes', estimated: false },
    ],
  ])('%s', (_fact, reported, expected) => {
    const usage = makeUsage({ dialect, ...reported });
    expect(usage).toMatchObject({
      inputTokens: expected.input,
      outputTokens: expected.output,
      rule: `test:${expected.rule}`,
      estimated: expected.estimated,
    });
  });

  it('is undefined when nothing was reported, and never takes a missing count for zero', () => {
    expect(makeUsage({ dialect, reported: {} })).toBeUndefined();
    expect(makeUsage({ dialect, reported: { input: undefined, output: Number.NaN, total: -1, reasoning: Infinity } })).toBeUndefined();
    expect(makeUsage({ dialect, reported: { input: 0 } })).toMatchObject({ inputTokens: 0, outputTokens: null, cacheReadTokens: null });
  });

  it('keeps a total without a split as a total', () => {
    expect(makeUsage({ dialect, reported: { total: 300 } })).toMatchObject({ totalTokens: 300, inputTokens: null, outputTokens: null });
  });

  it('counts the hour-long writes as writes', () => {
    expect(makeUsage({ dialect, reported: { input: 100, cache_write: 50, cache_write_1h: 20 } })).toMatchObject({
      cacheWriteTokens: 50,
      cacheWrite1hTokens: 20,
    });
    expect(makeUsage({ dialect, reported: { input: 100, cache_write_1h: 20 } })).toMatchObject({ cacheWriteTokens: 20, cacheWrite1hTokens: 20 });
  });

  it('keeps the numbers as they were reported', () => {
    expect(makeUsage({ dialect, reported: { input: 10, cache_read: 90, output: 3.0 }, inputExcludesCache: true })?.reported).toEqual({
      input: 10,
      output: 3,
      cache_read: 90,
    });
  });

  it('holds whole numbers whose parts fit the whole, whatever is reported', () => {
    const count = fc.option(fc.oneof(fc.nat(), fc.double(), fc.constantFrom(Number.NaN, -0, Infinity, 2 ** 60)), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({ input: count, output: count, cache_read: count, cache_write: count, reasoning: count, total: count }),
        fc.constantFrom(true, false, 'unknown' as const),
        (reported, inputExcludesCache) => {
          const usage = makeUsage({ dialect, reported, inputExcludesCache });
          if (usage === undefined) return;
          for (const [key, value] of Object.entries(usage)) {
            if (key.endsWith('Tokens') && value !== null) expect(Number.isInteger(value) && (value as number) >= 0).toBe(true);
          }
          if (usage.inputTokens !== null) {
            expect(usage.inputTokens).toBeGreaterThanOrEqual((usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0));
          }
          if (usage.outputTokens !== null) expect(usage.outputTokens).toBeGreaterThanOrEqual(usage.reasoningTokens ?? 0);
        },
      ),
    );
  });
});
