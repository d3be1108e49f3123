import type { StoredSpan } from '../telemetry/storedSpan.ts';
import type { EnrichedSpans } from './enrichSpans.ts';

/** More agents in one request are taken for ids that are none. */
const AGENTS_MAX = 1_000;

/**
 * Agents that a request names for certain: those of whole traces. In a part of a trace a span may stand under
 * its service's name until its parent comes; its agent is known when the trace is settled.
 */
export function namedAgents(spans: readonly StoredSpan[], traces: EnrichedSpans['traces']): string[] {
  const whole = new Set<string>();
  for (const { traceId, complete } of traces) if (complete) whole.add(traceId);
  return distinctAgents(spans.map(({ span, resolution }) => (whole.has(span.traceId) ? resolution.context.agentId : null)));
}

/** Each agent once, up to a bound. */
export function distinctAgents(agentIds: readonly (string | null)[]): string[] {
  const agents = new Set<string>();
  for (const agentId of agentIds) if (agentId !== null && agents.size < AGENTS_MAX) agents.add(agentId);
  return [...agents];
}
