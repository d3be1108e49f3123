/** Before and after, exactly, in all and by model and agent. Unpriced calls are 0 in the sums. Pure. */
import { formatUsd } from '@sightglass/contract/money';
import type { RecomputeResult } from '@sightglass/contract/routes/pricing';
import type { SpanCost } from '../../telemetry/storedSpan.ts';
import type { StoredCall } from './storedCalls.ts';

/** Of models and agents each; what is beyond is in the sum of all. */
const GROUPS_MAX = 500;

interface Sums {
  spans: number;
  changed: number;
  beforePicoUsd: bigint;
  afterPicoUsd: bigint;
}

const none = (): Sums => ({ spans: 0, changed: 0, beforePicoUsd: 0n, afterPicoUsd: 0n });

export interface CostSums {
  add(call: StoredCall, after: SpanCost): void;
  result(dryRun: boolean): RecomputeResult;
}

export function createCostSums(): CostSums {
  const all = none();
  const byModel = new Map<string, { provider: string; model: string; sums: Sums }>();
  const byAgent = new Map<string, Sums>();

  return {
    add: (call, after) => {
      if (!call.isCounted) return;
      const modelKey = JSON.stringify([call.provider, call.model]);
      const model = byModel.get(modelKey) ?? { provider: call.provider, model: call.model, sums: none() };
      byModel.set(modelKey, model);
      const agent = byAgent.get(call.agentId) ?? none();
      byAgent.set(call.agentId, agent);
      const weight = BigInt(call.weight);
      const before = (call.cost.costPicoUsd ?? 0n) * weight;
      const then = (after.costPicoUsd ?? 0n) * weight;
      for (const sums of [all, model.sums, agent]) {
        sums.spans += call.weight;
        if (call.cost.costPicoUsd !== after.costPicoUsd) sums.changed += call.weight;
        sums.beforePicoUsd += before;
        sums.afterPicoUsd += then;
      }
    },
    result: (dryRun) => ({
      ...shown(all),
      by_model: foremost([...byModel.values()]).map(({ provider, model, sums }) => ({
        provider: provider === '' ? null : provider,
        model: model === '' ? null : model,
        ...shown(sums),
      })),
      by_agent: foremost([...byAgent].map(([agentId, sums]) => ({ agentId, sums }))).map(({ agentId, sums }) => ({
        agent_id: agentId === '' ? null : agentId,
        ...shown(sums),
      })),
      dry_run: dryRun,
    }),
  };
}

const shown = ({ spans, changed, beforePicoUsd, afterPicoUsd }: Sums) => ({
  spans,
  changed,
  before_usd: formatUsd(beforePicoUsd),
  after_usd: formatUsd(afterPicoUsd),
});

const difference = ({ beforePicoUsd, afterPicoUsd }: Sums) =>
  afterPicoUsd > beforePicoUsd ? afterPicoUsd - beforePicoUsd : beforePicoUsd - afterPicoUsd;

/** Those whose cost changes most come first, then those that cost most. */
function foremost<Group extends { sums: Sums }>(groups: Group[]): Group[] {
  const compare = (a: bigint, b: bigint) => (a < b ? 1 : a > b ? -1 : 0);
  return groups
    .sort(
      (a, b) => compare(difference(a.sums), difference(b.sums)) || compare(a.sums.afterPicoUsd, b.sums.afterPicoUsd) || b.sums.spans - a.sums.spans,
    )
    .slice(0, GROUPS_MAX);
}
