/** Calls that failed, were paid for, and had to be made again. */
import { type CallGroup, type RepeatedCalls } from '../callGroup.ts';
import { callsFact, isShareOf, nameOfAgent, type RuleAnswer, ratioFact, SAVING_SHARE_MIN, usdFact } from '../finding.ts';
import { FAILED_CALLS_MIN, tooFewFailures } from './failedCalls.ts';

/** Failed calls that the same input followed in the same trace. */
export function adviseOnRetriedCalls(group: CallGroup, retried: RepeatedCalls | undefined): RuleAnswer {
  if (retried === undefined || retried.calls < FAILED_CALLS_MIN) return tooFewFailures(retried?.calls ?? 0, 'failed calls that were tried again');
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
