/**
 * Exact money. In memory an amount is a `bigint` of pico-dollars (1e-12 USD), in the stores a
 * `Decimal(38, 12)`, in JSON a decimal string. Nothing on the way is a binary float.
 */
export const PICO_USD_PER_USD = 1_000_000_000_000n;
const FRACTION_DIGITS = 12;
/** The stores' `Decimal(38, 12)` holds less than this: 1e26 dollars. */
const PICO_USD_LIMIT = 10n ** 38n;
/** More than any amount needs; a longer text is hostile and would cost quadratic time to read. */
const TEXT_LENGTH_MAX = 100;

/** Formats pico-dollars as a decimal string of dollars without trailing zeros: `4522500000n` → `"0.0045225"`. */
export function formatUsd(picoUsd: bigint): string {
  const sign = picoUsd < 0n ? '-' : '';
  const abs = picoUsd < 0n ? -picoUsd : picoUsd;
  const whole = abs / PICO_USD_PER_USD;
  const fraction = (abs % PICO_USD_PER_USD).toString().padStart(FRACTION_DIGITS, '0').replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/**
 * Parses a plain or exponent decimal (`"0.15"`, `"1e-6"`) into pico-dollars, rounding half-even below 1e-12.
 * Returns undefined for anything that is not a finite decimal, and for what the stores could not hold.
 */
export function parseUsd(text: string): bigint | undefined {
  if (text.length > TEXT_LENGTH_MAX) return undefined;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  const shift = FRACTION_DIGITS - fraction.length + Number(exponent);
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfEven(digits, 10n ** BigInt(-shift));
  if (magnitude >= PICO_USD_LIMIT) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

/** Integer division that rounds half to even; `denominator` is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const abs = negative ? -numerator : numerator;
  let quotient = abs / denominator;
  const twice = (abs % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}
