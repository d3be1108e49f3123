import type { AgentEvent } from '@sightglass/contract/event';

/** Fields that stand elsewhere in the details. */
type ShownElsewhere = 'timestamp' | 'received_at' | 'message' | 'error_message' | 'payload' | 'tags' | 'cost_usd' | 'cost_source';
export type FactName = Exclude<keyof AgentEvent, ShownElsewhere>;

/** Every other field, in the order in which one asks. A field that joins the contract does not compile until it is here. */
const LABELS = {
  event_type: 'Type',
  status: 'Status',
  agent_id: 'Agent',
  run_id: 'Run',
  trace_id: 'Trace',
  span_id: 'Span',
  parent_span_id: 'Parent span',
  provider: 'Provider',
  model: 'Model',
  tool_name: 'Tool',
  latency_ms: 'Latency',
  ttft_ms: 'First token',
  input_tokens: 'Input tokens',
  output_tokens: 'Output tokens',
  cache_read_tokens: 'Cached tokens, read',
  cache_write_tokens: 'Cached tokens, written',
  reasoning_tokens: 'Reasoning tokens',
  total_tokens: 'Total tokens',
  session_id: 'Session',
  user_id: 'User',
  user_email: 'User e-mail',
  department: 'Department',
  environment: 'Environment',
  method: 'Method',
  endpoint: 'Endpoint',
  status_code: 'Status code',
  flow_id: 'Flow',
  query_category: 'Query category',
  event_id: 'Event id',
  dedupe_key: 'Dedupe key',
} as const satisfies Record<FactName, string>;

export interface EventFact {
  name: FactName;
  label: string;
  value: string | number;
}

/** What was sent, field by field. What was not sent is not there; a 0 is a 0 that was sent. */
export function eventFacts(event: AgentEvent): EventFact[] {
  return Object.entries(LABELS).flatMap(([key, label]) => {
    const name = key as FactName;
    const value = event[name];
    return value === null ? [] : [{ name, label, value }];
  });
}
