import { describe, expect, it } from 'vitest';
import { dialectName, tokenRuleWords } from './tokenRuleWords.ts';

describe('tokenRuleWords', () => {
  it.each([
    ['ai-sdk:input+cache', 'AI SDK: cached tokens were added to the input'],
    ['openinference:includes', 'OpenInference: input includes cached tokens, as sent'],
    ['ai-sdk:input+cache,output+reasoning', 'AI SDK: cached tokens were added to the input, reasoning tokens were added to the output'],
    ['langfuse:input+parts', 'Langfuse: the parts of the input were added up'],
    ['estimated:o200k_base', 'Estimated here, because the sender gave no tokens: counted from the texts with OpenAI’s tokenizer o200k_base'],
    [
      'estimated:o200k_base,other-family,extrapolated,without-media',
      'Estimated here, because the sender gave no tokens: counted from the texts with OpenAI’s tokenizer o200k_base, the model has a tokenizer of its own, which often counts more, some by half, the texts were long, so a sample of them was counted, images, sounds and files are not counted',
    ],
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
