/**
 * A second, independent way to the cost of a call, for tests: fractions made of decimal texts, every token
 * class in its own term, and rounding on the digits of the result. It shares no code with `computeCost`.
 */
interface Fraction {
  top: bigint;
  bottom: bigint;
}

function fractionOf(decimal: string): Fraction {
  const [whole = '0', digits = ''] = decimal.split('.');
  return { top: BigInt(whole + digits), bottom: 10n ** BigInt(digits.length) };
}

const plus = (a: Fraction, b: Fraction): Fraction => ({ top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom });
const times = (a: Fraction, count: number): Fraction => ({ top: a.top * BigInt(count), bottom: a.bottom });

/** Sum of count × dollars-per-million ÷ 1 000 000, as plain decimal text rounded half-even to 12 digits. */
export function sumOfTerms(terms: ReadonlyArray<{ count: number; usdPerMillion: string }>): string {
  let sum: Fraction = { top: 0n, bottom: 1n };
  for (const { count, usdPerMillion } of terms) sum = plus(sum, times(fractionOf(usdPerMillion), count));
  return roundedText({ top: sum.top, bottom: sum.bottom * 1_000_000n });
}

function roundedText({ top, bottom }: Fraction): string {
  // Long division, one digit at a time, with the remainder deciding the rounding.
  let remainder = top % bottom;
  const digits: number[] = [];
  for (let place = 0; place < 12; place += 1) {
    remainder *= 10n;
    digits.push(Number(remainder / bottom));
    remainder %= bottom;
  }
  const last = digits[11] ?? 0;
  const upwards = remainder * 2n > bottom || (remainder * 2n === bottom && last % 2 === 1);
  const scaled = BigInt(`${top / bottom}${digits.join('')}`) + (upwards ? 1n : 0n);
  const text = scaled.toString().padStart(13, '0');
  const fraction = text.slice(-12).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, -12) : `${text.slice(0, -12)}.${fraction}`;
}
