/** What a rule answers, before savings that overlap are told apart. */
import { formatUsd } from '@sightglass/contract/money';
import type { RecommendationFact, RecommendationKind } from '@sightglass/contract/routes/costRecommendations';
import type { GroupNames } from './callGroup.ts';

export interface Finding {
  kind: RecommendationKind;
  group: GroupNames;
  title: string;
  /**
   * What would be saved in the window if only this were done; null when nothing is saved directly. `of` names
   * the calls it is saved of: no two of `failed`, `retried`, `repeated` and `kept` share a call.
   */
  saving: { picoUsd: bigint; of: 'failed' | 'retried' | 'repeated' | 'kept' } | null;
  facts: RecommendationFact[];
  assumption: string | null;
  advice: string;
  traceIds: readonly string[];
  /** The traces that show it are failed ones. */
  onlyFailedTraces?: boolean;
}

/** A rule found something, cannot judge for want of data, or has nothing to say. */
export type RuleAnswer = { finding: Finding } | { missing: string } | null;

/** A saving that is a smaller share of what the group spent is not worth a change. */
export const SAVING_SHARE_MIN = 0.01;
const PER_MILLION = 1_000_000n;

/** Whether `part` is at least `share` of `whole`; exact but for the share itself, which counts to a millionth. */
export function isShareOf(part: bigint, whole: bigint, share: number): boolean {
  return part > 0n && part * PER_MILLION >= whole * BigInt(Math.round(share * 1e6));
}

export const nameOfAgent = ({ agentId }: Pick<GroupNames, 'agentId'>): string => (agentId === '' ? 'calls without an agent' : agentId);

export const callsFact = (name: string, label: string, value: number): RecommendationFact => ({ name, label, unit: 'calls', value });
export const tokensFact = (name: string, label: string, value: number): RecommendationFact => ({ name, label, unit: 'tokens', value });
export const ratioFact = (name: string, label: string, value: number): RecommendationFact => ({ name, label, unit: 'ratio', value });
export const textFact = (name: string, label: string, value: string): RecommendationFact => ({ name, label, unit: 'text', value });
export const usdFact = (name: string, label: string, picoUsd: bigint): RecommendationFact => ({
  name,
  label,
  unit: 'usd',
  value: formatUsd(picoUsd),
});
