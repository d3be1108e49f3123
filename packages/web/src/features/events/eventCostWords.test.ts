import type { AgentEvent } from '@sightglass/contract/event';
import { expect, it } from 'vitest';
import { eventCostWords } from './eventCostWords.ts';
import { eventForTest } from './eventForTest.ts';

it.each<[Partial<AgentEvent>, string]>([
  [{ event_type: 'llm_call', cost_usd: '0.5', cost_source: 'reported' }, 'reported by the sender, not computed'],
  [{ event_type: 'embedding', cost_usd: '0.5', cost_source: 'price_book' }, 'computed from the price book'],
  [{ event_type: 'llm_call', model: 'house-model', input_tokens: 1, output_tokens: 0 }, 'not priced: no price is known for house-model'],
  [{ event_type: 'llm_call', model: 'gpt-4o' }, 'not priced: the sender reported no tokens'],
  [
    { event_type: 'action', cost_usd: '0.5', cost_source: 'reported' },
    'reported by the sender, not computed; no model or embedding call, so it counts in no total',
  ],
])('%j: %s', (sent, words) => {
  expect(eventCostWords(eventForTest(sent))).toBe(words);
});
