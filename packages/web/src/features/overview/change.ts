import { formatChange, formatPoints } from '../../ui/formatPercent.ts';

export type Better = 'higher' | 'lower' | 'neither';

/** A change in words, and whether it is one for the better or the worse; null when there is nothing to compare with. */
export interface Change {
  text: string;
  verdict: 'better' | 'worse' | 'neutral';
}

/** Changes smaller than these are noise and get no colour. */
const NOTABLE_SHARE = 0.05;
const NOTABLE_POINTS = 0.002;

/** The change of a quantity in percent. */
export function changeOfAmount(now: number, usual: number, better: Better): Change | null {
  const text = formatChange(now, usual);
  if (text === null) return null;
  return { text, verdict: verdictOf(now - usual, Math.abs(now - usual) >= NOTABLE_SHARE * Math.abs(usual), better) };
}

/** The change of a ratio in percentage points. */
export function changeOfRatio(now: number, usual: number, better: Better): Change {
  return { text: formatPoints(now, usual), verdict: verdictOf(now - usual, Math.abs(now - usual) >= NOTABLE_POINTS, better) };
}

function verdictOf(difference: number, notable: boolean, better: Better): Change['verdict'] {
  if (!notable || better === 'neither' || difference === 0) return 'neutral';
  return difference > 0 === (better === 'higher') ? 'better' : 'worse';
}
