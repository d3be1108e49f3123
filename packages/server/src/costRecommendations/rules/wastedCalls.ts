/** Calls that were paid for and brought nothing: failed ones, with and without another try of the same. */
import { type CallGroup, type RepeatedCalls } from '../callGroup.ts';
import { callsFact, isShareOf, nameOfAgent, type RuleAnswer, ratioFact, SAVING_SHARE_MIN, usdFact } from '../finding.ts';

/** Fewer paid failures may be one bad hour of the provider; ten are a habit. */
export const FAILED_CALLS_MIN = 10;

const tooFew = (calls: number, what: string): RuleAnswer =>
  calls > 0 ? { missing: `fewer than ${FAILED_CALLS_MIN} ${what} were paid for: that may be chance` } : null;

/** Failed calls that the same input followed in the same trace. */
export function adviseOnRetriedCalls(group: CallGroup, retried: RepeatedCalls | undefined): RuleAnswer {
  if (retried === undefined || retried.calls < FAILED_CALLS_MIN) return tooFew(retried?.calls ?? 0, 'failed calls that were tried again');
  if (!isShareOf(retried.picoUsd, group.spentPicoUsd, SAVING_SHARE_MIN)) return null;
  return {
    finding: {
      kind: 'retried_calls',
      group,
      title: `${nameOfAgent(group)} pays for failed calls of ${group.model} and tries again`,
      saving: { picoUsd: retried.picoUsd, of: 'retried' },
      facts: [
        callsFact('retried_calls', 'Failed calls, paid for, that the same input followed in the same trace', retried.calls),
        usdFact('retried_usd', 'What the failed tries cost', retried.picoUsd),
        ratioFact('retried_share', 'Share of all calls', retried.calls / group.calls),
      ],
      assumption: 'The failed tries can all be avoided; the calls that followed them are still paid for.',
      advice:
        'Open the traces and see why the first try failed. Longer timeouts save calls that are cut off just before their answer; answers that are refused for their form are saved by structured output; where the provider was overloaded, wait longer before the next try.',
      traceIds: retried.traceIds,
      onlyFailedTraces: true,
    },
  };
}

/** The other failed calls that cost something. */
export function adviseOnFailedCalls(group: CallGroup, retried: RepeatedCalls | undefined): RuleAnswer {
  const calls = group.failedPaidCalls - (retried?.calls ?? 0);
  const picoUsd = group.failedPicoUsd - (retried?.picoUsd ?? 0n);
  if (calls < FAILED_CALLS_MIN) return tooFew(calls, 'failed calls');
  if (!isShareOf(picoUsd, group.spentPicoUsd, SAVING_SHARE_MIN)) return null;
  return {
    finding: {
      kind: 'failed_calls',
      group,
      title: `${nameOfAgent(group)} pays for calls of ${group.model} that fail`,
      saving: { picoUsd, of: 'failed' },
      facts: [
        callsFact('failed_calls', 'Calls that failed or timed out and were paid for, not tried again', calls),
        usdFact('failed_usd', 'What they cost', picoUsd),
        ratioFact('failed_share', 'Share of all calls', calls / group.calls),
      ],
      assumption: 'The failures can all be avoided.',
      advice:
        'Open the failed traces, the costliest first, and read the errors. Calls that time out after long answers need a longer timeout, a smaller limit of output, or streaming; errors of the program after the answer are paid for, too.',
      traceIds: group.failedTraceIds.filter((id) => retried?.traceIds.includes(id) !== true),
      onlyFailedTraces: true,
    },
  };
}
