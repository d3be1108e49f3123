import type { AgentEvent } from '@sightglass/contract/event';
import { costSourceWords } from '../trace/model/costSum.ts';
import { isPriced } from './eventWords.ts';

/** Where the cost of an event comes from, or why a call has none. */
export function eventCostWords(event: AgentEvent): string {
  const { cost_source, input_tokens, output_tokens, model } = event;
  const words = costSourceWords({ cost_source, input_tokens, output_tokens, request_model: model, response_model: null });
  return isPriced(event.event_type) ? words : `${words}; no model or embedding call, so it counts in no total`;
}
