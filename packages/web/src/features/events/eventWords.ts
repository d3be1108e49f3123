import type { AgentEvent, EventType } from '@sightglass/contract/event';
import type { SpanKind } from '@sightglass/contract/spanKinds';
import { formatTokenFlow } from '../../ui/formatCount.ts';

/** The kind of span whose colour an event's type has: the same thing looks the same in a trace. */
export const KIND_OF_TYPE: Readonly<Record<EventType, SpanKind>> = {
  run_started: 'agent',
  run_finished: 'agent',
  llm_call: 'llm',
  tool_call: 'tool',
  retrieval: 'retriever',
  embedding: 'embedding',
  guardrail: 'guardrail',
  action: 'other',
  approval: 'other',
  heartbeat: 'other',
  state_change: 'other',
  error: 'other',
  log: 'other',
  custom: 'other',
};

/** Whether events of the type are calls that have a price: others have a cost only where one was sent. */
export function isPriced(type: EventType): boolean {
  return type === 'llm_call' || type === 'embedding';
}

/** Keys of a payload that say the most, by type (docs/events.md). */
const TELLING_KEYS: Readonly<Partial<Record<EventType, readonly string[]>>> = {
  run_started: ['input_context'],
  run_finished: ['output_summary'],
  guardrail: ['action_taken', 'flagged_reference'],
  action: ['approval_id'],
  approval: ['approval_id'],
  heartbeat: ['status'],
};
const PAYLOAD_CHARS_MAX = 300;

/** What an event is about, in a line: what went wrong, what it says, what was called, what its payload holds. */
export function eventWords(event: AgentEvent): string {
  const called = calledWords(event);
  return (
    [event.error_message, event.message, called, tellingWords(event)].find((words) => words !== null && words.trim() !== '') ?? payloadWords(event)
  );
}

/** `openai · gpt-4o · 1,000 → 100 tokens`, `search`, `POST /orders 502`. Null when nothing was called. */
function calledWords(event: AgentEvent): string | null {
  const tokens = formatTokenFlow(event.input_tokens, event.output_tokens);
  const total = event.total_tokens === null ? null : `${event.total_tokens} tokens`;
  const endpoint = [event.method, event.endpoint, event.status_code].filter((part) => part !== null).join(' ');
  const parts = [event.tool_name, event.provider, event.model, tokens === null ? total : `${tokens} tokens`, endpoint === '' ? null : endpoint];
  const words = parts.filter((part) => part !== null).join(' · ');
  return words === '' ? null : words;
}

function tellingWords({ event_type: type, payload }: AgentEvent): string | null {
  const words = (TELLING_KEYS[type] ?? []).map((key) => payload?.[key]).filter((value) => typeof value === 'string');
  return words.length === 0 ? null : words.join(' · ');
}

function payloadWords({ payload, run_id: runId }: AgentEvent): string {
  if (payload !== null && Object.keys(payload).length > 0) return JSON.stringify(payload).slice(0, PAYLOAD_CHARS_MAX);
  return runId === null ? '' : `run ${runId}`;
}
