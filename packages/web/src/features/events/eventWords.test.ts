import type { AgentEvent } from '@sightglass/contract/event';
import { expect, it } from 'vitest';
import { eventForTest } from './eventForTest.ts';
import { eventWords } from './eventWords.ts';

const CALL = { event_type: 'llm_call', provider: 'openai', model: 'gpt-4o', input_tokens: 1000, output_tokens: 100 } as const;

it.each<[string, Partial<AgentEvent>, string]>([
  ['what went wrong, before all else', { ...CALL, error_message: 'rate limited', message: 'second try' }, 'rate limited'],
  ['its message', { ...CALL, message: 'second try' }, 'second try'],
  ['not a message of blanks', { ...CALL, message: '  ' }, 'openai · gpt-4o · 1,000 → 100 tokens'],
  ['a call by model and tokens', CALL, 'openai · gpt-4o · 1,000 → 100 tokens'],
  ['a total that was sent alone', { event_type: 'llm_call', model: 'gpt-4o', total_tokens: 7 }, 'gpt-4o · 7 tokens'],
  ['a tool by its name', { event_type: 'tool_call', tool_name: 'search' }, 'search'],
  ['a request by method, path and answer', { method: 'POST', endpoint: '/orders', status_code: 502 }, 'POST /orders 502'],
  ['what began a run', { event_type: 'run_started', run_id: 'run-7', payload: { input_context: 'Why?', more: 1 } }, 'Why?'],
  ['how an agent feels', { event_type: 'heartbeat', payload: { status: 'degraded' } }, 'degraded'],
  ['else its payload', { payload: { step: 3 } }, '{"step":3}'],
  ['else its run', { event_type: 'run_finished', run_id: 'run-7', payload: {} }, 'run run-7'],
  ['nothing, where nothing was sent', {}, ''],
])('says %s', (_, sent, words) => {
  expect(eventWords(eventForTest(sent))).toBe(words);
});
