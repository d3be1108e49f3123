/** Calls that succeeded although the same had been asked, and answered, before. */
import type { CallGroup, RepeatedCalls } from '../callGroup.ts';
import { callsFact, isShareOf, nameOfAgent, type RuleAnswer, ratioFact, SAVING_SHARE_MIN, usdFact } from '../finding.ts';

/** Fewer repeats may be someone trying the same question out. */
export const REPEATS_MIN = 20;

/**
 * `repeated`: successful, priced calls whose recorded input, tools, model, temperature, limit of output and input
 * tokens are those of another one in the window. The costliest of each input is not among them.
 */
export function adviseOnDuplicateCalls(group: CallGroup, repeated: RepeatedCalls | undefined): RuleAnswer {
  if (group.callsWithInput === 0) return { missing: 'the inputs of the calls are not recorded' };
  if (repeated === undefined) return null;
  if (repeated.calls < REPEATS_MIN) return { missing: `fewer than ${REPEATS_MIN} calls repeat another one: that may be chance` };
  if (!isShareOf(repeated.picoUsd, group.spentPicoUsd, SAVING_SHARE_MIN)) return null;
  return {
    finding: {
      kind: 'duplicate_calls',
      group,
      title: `${nameOfAgent(group)} asks ${group.model} the same again`,
      saving: { picoUsd: repeated.picoUsd, of: 'repeated' },
      facts: [
        callsFact('repeated_calls', 'Calls whose input, model and settings equal another one', repeated.calls),
        callsFact('repeated_inputs', 'Distinct inputs that came more than once', repeated.inputs),
        usdFact('repeated_usd', 'What the repeats cost', repeated.picoUsd),
        ratioFact('recorded_share', 'Calls whose input is recorded', group.callsWithInput / group.calls),
      ],
      assumption: 'The first answer to an input may be used again for the whole window, and different answers to the same question are not wanted.',
      advice:
        group.kind === 'embedding'
          ? 'Keep the embedding of a text by a hash of it, and ask only for new ones.'
          : 'Keep answers by a hash of model, settings and messages for as long as they stay true. If the repeats come from one trace, look there for a loop.',
      traceIds: repeated.traceIds,
    },
  };
}
