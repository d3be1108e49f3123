/**
 * What the rules know of the calls of one agent to one model in the window. Counts and sums are weighed: a row
 * that sampling kept stands for several. Costs are pico-dollars as stored.
 */
import type { Usage } from '../normalise/canonicalSpan.ts';
import type { Sample } from './successRate.ts';

/** The names that make a group. `''` = not sent. Kinds are never mixed. */
export interface GroupNames {
  agentId: string;
  provider: string;
  model: string;
  kind: 'llm' | 'embedding';
}

/** What can be said of the calls of one agent, or of all agents, to one model. */
export interface CallFigures {
  calls: number;
  /** Calls that ended in success, error or timeout; a cancelled or blocked one says nothing of the model. */
  answered: Sample;
  /** The same calls; a success is one that succeeded in a trace without any failure. */
  untroubled: Sample;
  /** Calls with tools on offer. */
  callsWithTools: number;
  /** Over the calls that tell them; null when none does. */
  inputTokensMedian: number | null;
}

export interface CallGroup extends GroupNames, CallFigures {
  /** Calls whose cost is an estimate. */
  estimatedCalls: number;
  spentPicoUsd: bigint;
  /** Failed or timed out, with a cost above zero. */
  failedPaidCalls: number;
  failedPicoUsd: bigint;
  callsWithInput: number;
  /** Sums over calls that tell both. */
  inputTokens: number;
  outputTokens: number;
  callsWithTokens: number;
  cacheReadTokens: number;
  callsTellingCache: number;
  outputTokensMedian: number | null;
  /** Of calls that say a limit and how much they wrote. */
  limited: { calls: number; cutOff: number; limitMedian: number; outputTokensP99: number } | null;
  /** Unix nanoseconds: from here on the group has at most as many calls as a sample holds. */
  sampleFromNs: bigint;
  /** Of the costliest successful calls, and of the costliest failed ones. */
  traceIds: string[];
  failedTraceIds: string[];
}

/** Calls of a group that did what another one did. */
export interface RepeatedCalls extends GroupNames {
  calls: number;
  picoUsd: bigint;
  /** Distinct inputs that came more than once; 0 where it was not asked. */
  inputs: number;
  traceIds: string[];
}

/** One of the latest successful calls of a group, as it is priced again. */
export interface SampledCall {
  startNs: bigint;
  usage: Usage;
  serviceTier: string | null;
  /** Hashes of what was sent, tools first and then messages, in order; empty when not recorded or too many. */
  parts: readonly string[];
}

export const groupKey = ({ agentId, provider, model, kind }: GroupNames): string => JSON.stringify([kind, agentId, provider, model]);
/** The model alone, whoever calls it. */
export const modelKey = ({ provider, model, kind }: Pick<GroupNames, 'provider' | 'model' | 'kind'>): string =>
  JSON.stringify([kind, provider, model]);
