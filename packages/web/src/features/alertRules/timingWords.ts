import type { NoDataMode } from '@sightglass/contract/alertRule';
import { minutesWords, NO_DATA_WORDS } from './ruleWords.ts';

export interface Timing {
  checkIntervalMinutes: number;
  pendingMinutes: number;
  keepFiringMinutes: number;
  cooldownMinutes: number;
  noData: NoDataMode;
}

/** What will happen, in the order in which it does. */
export function timingWords(timing: Timing): string {
  const { checkIntervalMinutes, pendingMinutes, keepFiringMinutes, cooldownMinutes, noData } = timing;
  return [
    `Looked at every ${minutesWords(checkIntervalMinutes)}.`,
    pendingMinutes === 0
      ? 'An alert opens as soon as the condition holds,'
      : `An alert opens once the condition has held for ${minutesWords(pendingMinutes)},`,
    cooldownMinutes === 0 ? 'however soon after the last one,' : `but not within ${minutesWords(cooldownMinutes)} of the last one,`,
    keepFiringMinutes === 0
      ? 'and resolves by itself at the first look that no longer finds it.'
      : `and resolves by itself once the condition has been over for ${minutesWords(keepFiringMinutes)}.`,
    `Where there is no data, ${NO_DATA_WORDS[noData].happens}.`,
  ].join(' ');
}
