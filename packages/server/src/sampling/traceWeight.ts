/**
 * How many traces a stored one stands for: 1 when it is always kept, `n` when it is one of `n` alike, 0 when it is left
 * out. Pure, and a function of the whole trace alone: asked again when more of the trace has come (`settle/`), so
 * that a failure which comes last still saves the whole.
 */
import { CALL_KINDS } from '@sightglass/contract/spanKinds';
import type { Sampling } from '@sightglass/contract/sampling';
import { matches, weightOf } from './keptOneIn.ts';

/** As much of a span as the decision needs. */
export interface SampledSpan {
  kind: string;
  failed: boolean;
  startNs: bigint;
  endNs: bigint;
  /** Also inherited ones. */
  agentId: string | null;
  endpoint: string | null;
}

const NS_PER_MS = 1_000_000n;
const CALLS: ReadonlySet<string> = new Set(CALL_KINDS);

export function traceWeight({ traces }: Pick<Sampling, 'traces'>, traceId: string, spans: readonly SampledSpan[]): number {
  if (spans.some(({ failed }) => failed) || lengthNs(spans) >= BigInt(traces.slow_ms) * NS_PER_MS) return 1;
  const rule = traces.rules.find(({ endpoint, agent_id, without_calls }) => {
    if (endpoint !== undefined && !spans.some((span) => span.endpoint !== null && matches(endpoint, span.endpoint))) return false;
    if (agent_id !== undefined && !spans.some((span) => span.agentId !== null && matches(agent_id, span.agentId))) return false;
    return without_calls !== true || !spans.some(({ kind }) => CALLS.has(kind) || kind === 'agent');
  });
  return weightOf(traceId, rule?.keep_one_in ?? traces.keep_one_in);
}

function lengthNs(spans: readonly SampledSpan[]): bigint {
  const [first] = spans;
  if (first === undefined) return 0n;
  let { startNs, endNs } = first;
  for (const span of spans) {
    if (span.startNs < startNs) startNs = span.startNs;
    if (span.endNs > endNs) endNs = span.endNs;
  }
  return endNs - startNs;
}
