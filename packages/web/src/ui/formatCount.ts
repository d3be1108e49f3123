import { NOT_SENT } from './formatMoney.ts';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** A count with its thousands grouped: 48210 → `48,210`; null → `–`. */
export function formatCount(count: number | null): string {
  return count === null ? NOT_SENT : whole.format(count);
}

/** A count in a narrow place: below 10 000 as it is, above with three digits and a letter: `1.28M`. */
export function formatCountShort(count: number | null): string {
  if (count === null) return NOT_SENT;
  return Math.abs(count) < 10_000 ? whole.format(count) : short.format(count);
}

/** Input and output tokens of one thing: `6,412 → 803`. Null when neither was sent. */
export function formatTokenFlow(input: number | null, output: number | null): string | null {
  if (input === null && output === null) return null;
  return `${formatCountShort(input)} → ${formatCountShort(output)}`;
}

/** A count with its noun: `1 span`, `14 spans`. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${whole.format(count)} ${count === 1 ? noun : plural}`;
}
