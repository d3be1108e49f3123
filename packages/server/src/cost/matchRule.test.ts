import { describe, expect, it } from 'vitest';
import { compileRule, type MatchRule, MatchRuleSchema } from './matchRule.ts';

describe('a rule', () => {
  it.each<[MatchRule, string, number | undefined]>([
    [{ starts_with: 'GPT-4o' }, 'gpt-4o-mini', 6],
    [{ ends_with: '-mini' }, 'gpt-4o-mini', 5],
    [{ contains: '4o' }, 'gpt-4o-mini', 2],
    [{ contains: '5o' }, 'gpt-4o-mini', undefined],
    [{ regex: '^gpt-4\\.1-\\d{4}$' }, 'gpt-4.1-2025', 8],
    [{ regex: '^(?!.*tts)' }, 'gpt-4o', 0],
    [{ regex: '^gpt-5$' }, 'gpt-4o', undefined],
    [{ and: [{ starts_with: 'gemini-2.5-pro' }, { regex: '^(?!.*-tts)' }] }, 'gemini-2.5-pro-preview', 14],
    [{ and: [{ starts_with: 'gemini-2.5-pro' }, { regex: '^(?!.*-tts)' }] }, 'gemini-2.5-pro-tts', undefined],
    [{ and: [{ or: [{ equals: 'abc' }, { starts_with: 'a' }] }, { contains: 'c' }] }, 'abc', 1],
  ])('%j on %s fixes %s characters', (rule, name, literalLength) => {
    const { patterns } = compileRule(rule);
    expect(patterns.find((pattern) => pattern.matches(name))?.literalLength).toBe(literalLength);
  });

  it('lists its plain names apart from its patterns', () => {
    const compiled = compileRule({ or: [{ equals: 'Ada' }, { or: [{ equals: 'babbage' }, { starts_with: 'curie' }] }] });
    expect(compiled.names).toEqual(['ada', 'babbage']);
    expect(compiled.patterns).toHaveLength(1);
  });

  it('with an unknown word is refused', () => {
    expect(MatchRuleSchema.safeParse({ like: 'gpt%' }).success).toBe(false);
    expect(MatchRuleSchema.safeParse({ equals: 'a', contains: 'b' }).success).toBe(false);
  });
});
