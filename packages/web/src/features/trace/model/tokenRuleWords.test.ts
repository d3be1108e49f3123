import { describe, expect, it } from 'vitest';
import { dialectName, tokenRuleWords } from './tokenRuleWords.ts';

describe('tokenRuleWords', () => {
  it.each([
    ['ai-sdk:input+cache', 'AI SDK: cached tokens were added to the input'],
    ['openinference:includes', 'OpenInference: input includes cached tokens, as sent'],
    ['ai-sdk:input+cache,output+reasoning', 'AI SDK: cached tokens were added to the input, reasoning tokens were added to the output'],
    ['langfuse:input+parts', 'Langfuse: the parts of the input were added up'],
    ['newcomer:something', 'newcomer: something'],
    ['includes', 'input includes cached tokens, as sent'],
    [null, null],
    ['', null],
  ])('%j → %j', (rule, words) => {
    expect(tokenRuleWords(rule)).toBe(words);
  });

  it('leaves an unknown dialect its own name', () => {
    expect(dialectName('newcomer')).toBe('newcomer');
  });
});
