/** A limit of output far above what is ever written: it saves nothing today, and bounds nothing on a bad day. */
import type { CallGroup, SampledCall } from '../callGroup.ts';
import { callsFact, nameOfAgent, type RuleAnswer, ratioFact, tokensFact, usdFact } from '../finding.ts';
import { costOfUsage, type FindPrice } from '../priceAgain.ts';

/** The 99th percentile of fewer calls is nearly their maximum: two calls decide it. */
export const LIMITED_CALLS_MIN = 200;
/** Four times the longest answers leaves room for every answer that is not a runaway. */
export const LIMIT_OVER_P99_MIN = 4;
/** A runaway answer below this many tokens costs too little to care. */
export const LIMIT_TOKENS_MIN = 2_000;
/** Where more answers than this are cut off, the limit is not generous. */
const CUT_OFF_SHARE_MAX = 0.001;
/** A limit that is suggested: twice the 99th percentile, in steps that a person would write. */
const SUGGESTED_OVER_P99 = 2;
const SUGGESTED_STEP = 256;

/** The worst case is priced at the group's latest sampled call: its input and tier, with as much output as the limit allows. */
export function adviseOnMaxTokens(group: CallGroup, latest: SampledCall | undefined, findPrice: FindPrice): RuleAnswer {
  const { limited } = group;
  if (limited === null || group.kind !== 'llm') return null;
  const { calls, cutOff, limitMedian, outputTokensP99 } = limited;
  const isGenerous = limitMedian >= LIMIT_TOKENS_MIN && limitMedian >= LIMIT_OVER_P99_MIN * outputTokensP99;
  if (!isGenerous || cutOff > calls * CUT_OFF_SHARE_MAX) return null;
  if (calls < LIMITED_CALLS_MIN) return { missing: `fewer than ${LIMITED_CALLS_MIN} calls tell a limit of output and how much they wrote` };
  const suggested = Math.ceil((outputTokensP99 * SUGGESTED_OVER_P99) / SUGGESTED_STEP) * SUGGESTED_STEP;
  const costAt = (outputTokens: number) =>
    latest === undefined ? undefined : costOfUsage({ ...latest, usage: { ...latest.usage, outputTokens, reasoningTokens: null } }, group, findPrice);
  const [worst, bounded] = [costAt(limitMedian), costAt(suggested)];
  return {
    finding: {
      kind: 'max_tokens',
      group,
      title: `${nameOfAgent(group)} lets ${group.model} write far more than it ever does`,
      saving: null,
      facts: [
        callsFact('limited_calls', 'Calls that set a limit of output', calls),
        tokensFact('limit_tokens', 'The usual limit', limitMedian),
        tokensFact('output_tokens_p99', '99 of 100 answers are no longer than', outputTokensP99),
        ratioFact('cut_off_share', 'Answers that the limit cut off', cutOff / calls),
        tokensFact('suggested_tokens', 'A limit of twice the longest answers', suggested),
        ...(worst === undefined ? [] : [usdFact('worst_case_usd', 'A call that runs to the limit costs', worst)]),
        ...(bounded === undefined ? [] : [usdFact('bounded_case_usd', 'With the lower limit it costs', bounded)]),
      ],
      assumption: 'No direct saving: a limit is not paid for. It bounds what a runaway answer costs.',
      advice: `Set the limit to about ${suggested} tokens, and look at answers that are then cut off (finish reason “length”). A loop that writes to the limit becomes that much cheaper.`,
      traceIds: group.traceIds,
    },
  };
}
