/** A cheaper model that is in use already and does the same kind of call as well. */
import type { CallFigures, CallGroup, GroupNames, SampledCall } from '../callGroup.ts';
import { callsFact, isShareOf, nameOfAgent, type RuleAnswer, ratioFact, textFact, usdFact } from '../finding.ts';
import { costOfUsage, type CostPair, type FindPrice, savedOf } from '../priceAgain.ts';
import { differenceLowerBound, isNotWorse } from '../successRate.ts';

/** Of either model. Without a failure on both sides the test below passes from 134 calls on; 200 bear a few. */
export const COMPARED_CALLS_MIN = 200;
/** Two failures in a hundred calls more is what a fall-back to the dearer model can still catch. */
export const SUCCESS_RATE_MARGIN = 0.02;
/** A change of model has to be tried out; less than a tenth does not pay for it. */
export const CHEAPER_SAVING_SHARE_MIN = 0.1;
/** Of the same kind are calls whose inputs are not four times as large, or more, as those the cheaper model is given. */
export const INPUT_RATIO_MAX = 4;
/** … and which have tools on offer about as often. */
export const TOOLS_SHARE_DIFFERENCE_MAX = 0.25;
/** Fewer calls that both prices are known for are no base for an estimate. */
export const PRICED_AGAIN_MIN = 50;

export interface CandidateModel extends CallFigures, Pick<GroupNames, 'provider' | 'model' | 'kind'> {
  /** Whose calls of it are compared. */
  usedBy: 'agent' | 'workspace';
}

/** `candidates`: every model in use; `sample`: successful calls of the group; `keptPicoUsd`: what its useful calls cost. */
export function adviseOnCheaperModel(
  group: CallGroup,
  candidates: readonly CandidateModel[],
  keptPicoUsd: bigint,
  sample: readonly SampledCall[],
  findPrice: FindPrice,
): RuleAnswer {
  const others = candidates.filter((each) => each.kind === group.kind && !(each.model === group.model && each.provider === group.provider));
  const cheaper = others.flatMap((candidate) => {
    const pair = priceBoth(group, candidate, sample, findPrice);
    const picoUsd = savedOf(keptPicoUsd, pair);
    // A price of zero says nothing of what it costs to run the model oneself.
    return pair.otherwisePicoUsd > 0n && isShareOf(picoUsd, keptPicoUsd, CHEAPER_SAVING_SHARE_MIN) ? [{ candidate, pair, picoUsd }] : [];
  });
  if (cheaper.length === 0) return null;
  const enough = cheaper.filter(
    ({ candidate, pair }) => Math.min(group.answered.size, candidate.answered.size) >= COMPARED_CALLS_MIN && pair.calls >= PRICED_AGAIN_MIN,
  );
  if (enough.length === 0) return { missing: `a cheaper model is in use, but one of the two has fewer than ${COMPARED_CALLS_MIN} calls to compare` };
  const equal = enough.filter(({ candidate }) => isSameKindOfCall(group, candidate) && isAsGood(group, candidate));
  const best = equal.reduce<(typeof equal)[number] | undefined>((a, b) => (a === undefined || b.picoUsd > a.picoUsd ? b : a), undefined);
  return best === undefined ? null : { finding: describe(group, best.candidate, best.pair, best.picoUsd) };
}

/** Both the calls themselves and the traces they were part of. */
function isAsGood(group: CallGroup, candidate: CandidateModel): boolean {
  return (
    isNotWorse(candidate.answered, group.answered, SUCCESS_RATE_MARGIN) && isNotWorse(candidate.untroubled, group.untroubled, SUCCESS_RATE_MARGIN)
  );
}

function isSameKindOfCall(group: CallGroup, candidate: CandidateModel): boolean {
  if (group.inputTokensMedian === null || candidate.inputTokensMedian === null) return false;
  const toolsDifference = Math.abs(group.callsWithTools / group.calls - candidate.callsWithTools / candidate.calls);
  return group.inputTokensMedian < candidate.inputTokensMedian * INPUT_RATIO_MAX && toolsDifference <= TOOLS_SHARE_DIFFERENCE_MAX;
}

function priceBoth(group: CallGroup, candidate: CandidateModel, sample: readonly SampledCall[], findPrice: FindPrice): CostPair {
  const pair: CostPair = { calls: 0, nowPicoUsd: 0n, otherwisePicoUsd: 0n };
  for (const call of sample) {
    const now = costOfUsage(call, group, findPrice);
    const otherwise = costOfUsage(call, candidate, findPrice);
    if (now === undefined || otherwise === undefined) continue;
    pair.calls += 1;
    pair.nowPicoUsd += now;
    pair.otherwisePicoUsd += otherwise;
  }
  return pair;
}

function describe(group: CallGroup, candidate: CandidateModel, pair: CostPair, picoUsd: bigint) {
  const whose = candidate.usedBy === 'agent' ? 'this agent' : 'this workspace';
  return {
    kind: 'cheaper_model' as const,
    group,
    title: `${nameOfAgent(group)} could use ${candidate.model} instead of ${group.model}`,
    saving: { picoUsd, of: 'kept' as const },
    facts: [
      textFact('cheaper_model', 'Cheaper model', candidate.model),
      textFact('used_by', 'Used already by', whose),
      callsFact('cheaper_calls', `Calls of ${candidate.model} compared`, candidate.calls),
      ratioFact('cheaper_success_rate', `Calls of ${candidate.model} that succeed`, rate(candidate.answered)),
      ratioFact('success_rate', `Calls of ${group.model} that succeed`, rate(group.answered)),
      ratioFact('cheaper_untroubled_rate', `Calls of ${candidate.model} in traces without failures`, rate(candidate.untroubled)),
      ratioFact('untroubled_rate', `Calls of ${group.model} in traces without failures`, rate(group.untroubled)),
      ratioFact(
        'worse_by_at_most',
        'Fails more often by at most (with 95 % confidence)',
        Math.max(0, -differenceLowerBound(candidate.answered, group.answered)),
      ),
      callsFact('priced_again_calls', 'Latest calls priced at both models', pair.calls),
      usdFact('priced_now_usd', `These cost at ${group.model}`, pair.nowPicoUsd),
      usdFact('priced_otherwise_usd', `These would cost at ${candidate.model}`, pair.otherwisePicoUsd),
    ],
    assumption: `${candidate.model} needs as many tokens for the same calls, and its answers are as good: that a call succeeds says that it was answered, not how well.`,
    advice: `Move a part of the calls to ${candidate.model}, read its answers beside those of ${group.model}, then move the rest. Keep ${group.model} for what it alone does well.`,
    traceIds: group.traceIds,
  };
}

const rate = ({ size, successes }: { size: number; successes: number }) => (size > 0 ? successes / size : 0);
