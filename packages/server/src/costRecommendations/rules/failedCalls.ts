/** Calls that failed, were paid for and brought nothing. */
import { type CallGroup, type RepeatedCalls } from '../callGroup.ts';
import { callsFact, isShareOf, nameOfAgent, type RuleAnswer, ratioFact, SAVING_SHARE_MIN, usdFact } from '../finding.ts';

/** Fewer paid failures may be one bad hour of the provider; ten are a habit. */
export const FAILED_CALLS_MIN = 10;

export const tooFewFailures = (calls: number, what: string): RuleAnswer =>
  calls > 0 ? { missing: `fewer than ${FAILED_CALLS_MIN} ${what} were paid for: that may be chance` } : null;

/** The other failed calls that cost something. */
export function adviseOnFailedCalls(group: CallGroup, retried: RepeatedCalls | undefined): RuleAnswer {
  const calls = group.failedPaidCalls - (retried?.calls ?? 0);
  const picoUsd = group.failedPicoUsd - (retried?.picoUsd ?? 0n);
  if (calls < FAILED_CALLS_MIN) return tooFewFailures(calls, 'failed calls');
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
