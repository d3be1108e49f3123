import { formatUsd, parseUsd } from '@sightglass/contract/money';

/** Beyond this a number of dollars is no forecast any more, and its text no plain decimal. */
const DOLLARS_MAX = 1e15;

/**
 * An estimate as pico-dollars: rounded to cents, below $10 to four significant digits. Dollars that are no number, or
 * less than nothing, are 0.
 */
export function estimatePico(dollars: number): bigint {
  if (!(dollars > 0)) return 0n;
  const bounded = Math.min(dollars, DOLLARS_MAX);
  return parseUsd(bounded >= 10 ? bounded.toFixed(2) : bounded.toPrecision(4)) ?? 0n;
}

/** The same as a decimal string, never below an exact amount that is already spent. */
export function estimateText(dollars: number, spentPico = 0n): string {
  const pico = estimatePico(dollars);
  return formatUsd(pico > spentPico ? pico : spentPico);
}
