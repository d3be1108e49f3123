/** Where money can be saved: asks the questions, lets every rule judge every group, and tells the savings apart. */
import { createHash } from 'node:crypto';
import { formatUsd } from '@sightglass/contract/money';
import type { Recommendation, RecommendationKind, Recommendations } from '@sightglass/contract/routes/costRecommendations';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TelemetryReader } from '../explore/reader.ts';
import { type TimeRange, UNIT_NS } from '../explore/timeRange.ts';
import { fail, ok, type Result } from '../result.ts';
import { type CallGroup, groupKey, modelKey, type RepeatedCalls, type SampledCall } from './callGroup.ts';
import { type GroupsRead, readGroups, readTotals } from './readGroups.ts';
import { readDuplicateCalls, readRetriedCalls } from './readRepeatedCalls.ts';
import { readPartLengths, readSamples, SAMPLED_GROUPS_MAX } from './readSamples.ts';
import { callsFact, type Finding, type RuleAnswer } from './finding.ts';
import type { FindPrice } from './priceAgain.ts';
import { adviseOnCheaperModel, type CandidateModel } from './rules/cheaperModel.ts';
import { adviseOnDuplicateCalls } from './rules/duplicateCalls.ts';
import { adviseOnMaxTokens } from './rules/maxTokens.ts';
import { adviseOnContext } from './rules/oversizedContext.ts';
import { adviseOnPromptCaching } from './rules/promptCaching.ts';
import { adviseOnFailedCalls } from './rules/failedCalls.ts';
import { adviseOnRetriedCalls } from './rules/retriedCalls.ts';
import { type Pools, poolsOf, type SharedFinding, shareSavings } from './shareSavings.ts';

/** A part of a day is no base for a month; more than a quarter tells of prices and agents that are gone. */
export const WINDOW_DAYS_MIN = 1;
export const WINDOW_DAYS_MAX = 92;
const MONTH_NS = 30n * UNIT_NS.d;
const TRACES_SHOWN = 5;

export interface SavingsQuestion {
  range: TimeRange;
  nowNs: bigint;
  findPrice: FindPrice;
}

export async function recommendSavings(
  reader: TelemetryReader,
  { range: asked, nowNs, findPrice }: SavingsQuestion,
): Promise<Result<Recommendations>> {
  // Days to come hold no calls, and would make every saving look smaller.
  const range = { fromNs: asked.fromNs, toNs: asked.toNs > nowNs && asked.fromNs < nowNs ? nowNs : asked.toNs };
  const windowNs = range.toNs - range.fromNs;
  if (windowNs < BigInt(WINDOW_DAYS_MIN) * UNIT_NS.d || windowNs > BigInt(WINDOW_DAYS_MAX) * UNIT_NS.d) {
    return fail('invalid-request', `Savings are judged over ${WINDOW_DAYS_MIN} to ${WINDOW_DAYS_MAX} days.`, [
      { pointer: '?from', message: `must be ${WINDOW_DAYS_MIN} to ${WINDOW_DAYS_MAX} days before to` },
    ]);
  }
  const totals = await readTotals(reader, range);
  if (!totals.ok) return totals;
  const read = await readGroups(reader, range, totals.value.groups);
  if (!read.ok) return read;
  const retried = await readRetriedCalls(reader, range);
  if (!retried.ok) return retried;
  // The only question that grows with the number of distinct inputs: where they are too many, the others are still answered.
  const repeated = await readDuplicateCalls(reader, range);
  if (!repeated.ok && repeated.error.code !== 'query-too-expensive') return repeated;
  const samples = await readSamples(reader, read.value.groups, range);
  if (!samples.ok) return samples;
  // The parts of the costliest pairs first: the look-up is bounded.
  const sampledCalls = read.value.groups.flatMap((group) => samples.value.get(groupKey(group)) ?? []);
  const lengths = await readPartLengths(reader, sampledCalls);
  if (!lengths.ok) return lengths;

  const facts = {
    ...read.value,
    retried: retried.value,
    repeated: repeated.ok ? repeated.value : null,
    samples: samples.value,
    lengths: lengths.value,
  };
  const { findings, missing, pools } = judge(facts, findPrice);
  const shared = shareSavings(findings, pools);
  const spentByGroup = new Map(read.value.groups.map((group) => [groupKey(group), group]));
  const items = shared.map((each) => describe(each, spentByGroup, range));
  const perMonth = (picoUsd: bigint) => formatUsd(perMonthOf(picoUsd, windowNs));
  const { calls, unpricedCalls, estimatedCalls, spentPicoUsd, groups } = totals.value;
  return ok({
    items,
    looked_at: {
      ...windowOf(range),
      calls,
      unpriced_calls: unpricedCalls,
      estimated_calls: estimatedCalls,
      spent_usd: formatUsd(spentPicoUsd),
      spent_usd_per_month: perMonth(spentPicoUsd),
      saving_usd_per_month: formatUsd(shared.reduce((sum, { countedPicoUsd }) => sum + perMonthOf(countedPicoUsd ?? 0n, windowNs), 0n)),
      groups: read.value.groups.length,
      groups_left_out: Math.max(0, groups - read.value.groups.length),
    },
    not_enough_data: missing,
  });
}

export interface CallFacts extends GroupsRead {
  retried: ReadonlyMap<string, RepeatedCalls>;
  /** Null when there are too many distinct inputs to compare. */
  repeated: ReadonlyMap<string, RepeatedCalls> | null;
  samples: ReadonlyMap<string, readonly SampledCall[]>;
  lengths: ReadonlyMap<string, number>;
}

export interface Judgement {
  findings: Finding[];
  missing: Recommendations['not_enough_data'];
  pools: Map<string, Pools>;
}

/** Every rule over every group. Pure. */
export function judge({ groups, models, retried, repeated, samples, lengths }: CallFacts, findPrice: FindPrice): Judgement {
  const findings: Finding[] = [];
  const missing = new Map<string, Recommendations['not_enough_data'][number]>();
  const pools = new Map<string, Pools>();
  const lengthOf = (part: string) => lengths.get(part);
  for (const group of groups) {
    const key = groupKey(group);
    const pool = poolsOf(group, retried.get(key), repeated?.get(key));
    pools.set(key, pool);
    if (group.spentPicoUsd <= 0n) continue;
    const sample = samples.get(key);
    const notSampled: RuleAnswer = {
      missing: `only the ${SAMPLED_GROUPS_MAX} costliest pairs of agent and model with answered calls are priced again`,
    };
    const answers: Record<RecommendationKind, RuleAnswer> = {
      retried_calls: adviseOnRetriedCalls(group, retried.get(key)),
      failed_calls: adviseOnFailedCalls(group, retried.get(key)),
      duplicate_calls:
        repeated === null
          ? { missing: 'too many distinct inputs to compare: choose a shorter window' }
          : adviseOnDuplicateCalls(group, repeated.get(key)),
      cheaper_model:
        sample === undefined ? notSampled : adviseOnCheaperModel(group, candidatesFor(group, groups, models), pool.kept, sample, findPrice),
      prompt_caching: sample === undefined ? notSampled : adviseOnPromptCaching(group, pool.kept, sample, lengthOf, findPrice),
      oversized_context: adviseOnContext(group, pool.kept, sample ?? [], findPrice),
      max_tokens: adviseOnMaxTokens(group, sample?.at(-1), findPrice),
    };
    for (const [kind, answer] of Object.entries(answers) as [RecommendationKind, RuleAnswer][]) {
      if (answer === null) continue;
      if ('finding' in answer) findings.push(answer.finding);
      else {
        const name = `${kind} ${answer.missing}`;
        const known = missing.get(name) ?? { kind, reason: answer.missing, groups: 0 };
        missing.set(name, { ...known, groups: known.groups + 1 });
      }
    }
  }
  return { findings, missing: [...missing.values()], pools };
}

/** The models that the agent itself uses; of the others those that the workspace uses. */
function candidatesFor(group: CallGroup, groups: readonly CallGroup[], models: GroupsRead['models']): CandidateModel[] {
  const own = groups.filter(({ agentId }) => agentId === group.agentId).map((each) => ({ ...each, usedBy: 'agent' as const }));
  const isOwn = new Set(own.map(modelKey));
  return [...own, ...models.filter((each) => !isOwn.has(modelKey(each))).map((each) => ({ ...each, usedBy: 'workspace' as const }))];
}

/** Rounded down, so that sums of savings stay below the sum of what was spent. */
function perMonthOf(picoUsd: bigint, windowNs: bigint): bigint {
  return (picoUsd * MONTH_NS) / windowNs;
}

const windowOf = ({ fromNs, toNs }: TimeRange) => ({
  from: formatTimestamp(fromNs),
  to: formatTimestamp(toNs),
  days: Math.round((Number(toNs - fromNs) / Number(UNIT_NS.d)) * 100) / 100,
});

function describe({ finding, countedPicoUsd }: SharedFinding, groups: ReadonlyMap<string, CallGroup>, range: TimeRange): Recommendation {
  const { kind, group, title, saving, facts, assumption, advice, traceIds } = finding;
  const windowNs = range.toNs - range.fromNs;
  const whole = groups.get(groupKey(group));
  const amount = (picoUsd: bigint | null) => (picoUsd === null ? null : formatUsd(perMonthOf(picoUsd, windowNs)));
  const { from, to } = windowOf(range);
  const estimated =
    whole === undefined || whole.estimatedCalls === 0 ? [] : [callsFact('estimated_calls', 'Calls whose cost is an estimate', whole.estimatedCalls)];
  return {
    id: `${kind}-${createHash('sha256').update(groupKey(group)).digest('hex').slice(0, 16)}`,
    kind,
    title,
    agent_id: group.agentId === '' ? null : group.agentId,
    provider: group.provider === '' ? null : group.provider,
    model: group.model,
    saving_usd_per_month: amount(countedPicoUsd),
    saving_alone_usd_per_month: amount(saving?.picoUsd ?? null),
    evidence: {
      window: windowOf(range),
      calls: whole?.calls ?? 0,
      spent_usd: formatUsd(whole?.spentPicoUsd ?? 0n),
      facts: [...facts, ...estimated],
      assumption,
    },
    advice,
    traces_query: {
      from,
      to,
      ...filter('agent_id', group.agentId),
      ...filter('model', group.model),
      ...filter('provider', group.provider),
      ...(finding.onlyFailedTraces === true ? { status: 'error' as const } : {}),
      sort: '-cost',
    },
    trace_ids: traceIds.slice(0, TRACES_SHOWN),
  };
}

/** A comma separates values in a filter of the trace list, so a name with one cannot be filtered by. */
const filter = (name: 'agent_id' | 'model' | 'provider', value: string) => (value === '' || value.includes(',') ? {} : { [name]: value });
