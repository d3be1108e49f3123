/** Large inputs for tiny answers. What of the input is needed cannot be told from counts, so no saving is claimed. */
import type { CallGroup, SampledCall } from '../callGroup.ts';
import { nameOfAgent, type RuleAnswer, ratioFact, tokensFact, usdFact, callsFact } from '../finding.ts';
import { costOfUsage, type CostPair, type FindPrice, savedOf } from '../priceAgain.ts';

/** The median of fewer calls moves with every handful of them. */
export const CONTEXT_CALLS_MIN = 100;
/** About fifty pages of text: below it a prompt, its tools and some documents are quite usual. */
export const INPUT_TOKENS_MEDIAN_MIN = 20_000;
/** One token out for a hundred in. Agents that read much and say little are above it. */
export const OUTPUT_OVER_INPUT_MAX = 0.01;

/** `sample`: successful calls of the group; `keptPicoUsd`: what the group's useful calls cost in the window. */
export function adviseOnContext(group: CallGroup, keptPicoUsd: bigint, sample: readonly SampledCall[], findPrice: FindPrice): RuleAnswer {
  const { inputTokensMedian, inputTokens, outputTokens } = group;
  if (group.kind !== 'llm' || inputTokensMedian === null || inputTokensMedian < INPUT_TOKENS_MEDIAN_MIN) return null;
  if (inputTokens <= 0 || outputTokens > inputTokens * OUTPUT_OVER_INPUT_MAX) return null;
  if (group.callsWithTokens < CONTEXT_CALLS_MIN) return { missing: `fewer than ${CONTEXT_CALLS_MIN} calls tell their tokens` };
  const tenth = savedOf(keptPicoUsd, withATenthLess(group, sample, findPrice));
  return {
    finding: {
      kind: 'oversized_context',
      group,
      title: `${nameOfAgent(group)} sends ${group.model} much to read for short answers`,
      saving: null,
      facts: [
        callsFact('calls_with_tokens', 'Calls that tell their tokens', group.callsWithTokens),
        tokensFact('input_tokens_median', 'Half of the inputs are longer than', inputTokensMedian),
        ...(group.outputTokensMedian === null
          ? []
          : [tokensFact('output_tokens_median', 'Half of the answers are shorter than', group.outputTokensMedian)]),
        ratioFact('output_over_input', 'Output tokens for each input token', outputTokens / inputTokens),
        ...(tenth > 0n ? [usdFact('tenth_less_usd', 'Inputs a tenth shorter would have saved, in the window', tenth)] : []),
      ],
      assumption: null,
      advice:
        'Open the costliest traces and read the inputs: whole documents where a passage would do, a history that is never cut, tools that are never called, results of tools sent along for ever. Short answers from long inputs can be right, as in classification; then try prompt caching or a cheaper model.',
      traceIds: group.traceIds,
    },
  };
}

function withATenthLess(group: CallGroup, sample: readonly SampledCall[], findPrice: FindPrice): CostPair {
  const pair: CostPair = { calls: 0, nowPicoUsd: 0n, otherwisePicoUsd: 0n };
  for (const call of sample) {
    const { inputTokens } = call.usage;
    const now = costOfUsage(call, group, findPrice);
    // Cached parts are kept: what is left out first is what changes.
    const less =
      inputTokens === null
        ? undefined
        : costOfUsage({ ...call, usage: { ...call.usage, inputTokens: inputTokens - Math.floor(inputTokens / 10) } }, group, findPrice);
    if (now === undefined || less === undefined) continue;
    pair.calls += 1;
    pair.nowPicoUsd += now;
    pair.otherwisePicoUsd += less;
  }
  return pair;
}
