/**
 * Savings that may be added up. Every call of a group is in one pool: failed, retried, repeated or kept. Within a pool
 * recommendations overlap (a cheaper model makes caching worth less), so each after the largest saves of what is left.
 */
import type { CallGroup, RepeatedCalls } from './callGroup.ts';
import { groupKey } from './callGroup.ts';
import type { Finding } from './finding.ts';

type PoolName = NonNullable<Finding['saving']>['of'];
export type Pools = Readonly<Record<PoolName, bigint>>;

export interface SharedFinding {
  finding: Finding;
  /** Pico-dollars in the window; null when the finding saves nothing directly. */
  countedPicoUsd: bigint | null;
}

/** What each pool of a group costs. The parts add up to what was spent, also when calls came in between the questions. */
export function poolsOf(group: CallGroup, retried: RepeatedCalls | undefined, repeated: RepeatedCalls | undefined): Pools {
  const allFailed = least(group.failedPicoUsd, group.spentPicoUsd);
  const ofRetried = least(retried?.picoUsd ?? 0n, allFailed);
  const ofRepeated = least(repeated?.picoUsd ?? 0n, group.spentPicoUsd - allFailed);
  return { retried: ofRetried, failed: allFailed - ofRetried, repeated: ofRepeated, kept: group.spentPicoUsd - allFailed - ofRepeated };
}

/** The largest saving first, then those without one; `poolsByGroup` has a key of `groupKey` for every group found. */
export function shareSavings(findings: readonly Finding[], poolsByGroup: ReadonlyMap<string, Pools>): SharedFinding[] {
  const ordered = [...findings].sort((a, b) => compareAmounts(a.saving?.picoUsd ?? null, b.saving?.picoUsd ?? null) || compareNames(a, b));
  const leftByPool = new Map<string, bigint>();
  const shared = ordered.map((finding): SharedFinding => {
    if (finding.saving === null) return { finding, countedPicoUsd: null };
    const { of, picoUsd } = finding.saving;
    const pool = poolsByGroup.get(groupKey(finding.group))?.[of] ?? 0n;
    const name = `${of} ${groupKey(finding.group)}`;
    const left = leftByPool.get(name) ?? pool;
    const countedPicoUsd = pool <= 0n ? 0n : (least(picoUsd, pool) * left) / pool;
    leftByPool.set(name, left - countedPicoUsd);
    return { finding, countedPicoUsd };
  });
  return shared.sort((a, b) => compareAmounts(a.countedPicoUsd, b.countedPicoUsd) || compareNames(a.finding, b.finding));
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Larger first, null last. */
function compareAmounts(a: bigint | null, b: bigint | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a > b ? -1 : 1;
}

function compareNames(a: Finding, b: Finding): number {
  const [nameA, nameB] = [`${groupKey(a.group)} ${a.kind}`, `${groupKey(b.group)} ${b.kind}`];
  return nameA < nameB ? -1 : nameA > nameB ? 1 : 0;
}
