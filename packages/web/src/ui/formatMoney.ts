import { divideHalfEven, formatUsd, PICO_USD_PER_USD, parseUsd } from '@sightglass/contract/money';

/** What stands where a value was not sent. Never a zero. */
export const NOT_SENT = '–';
const MINUS = '−';

/**
 * Dollars with as many digits as matter: whole dollars from 1000 on, cents from 1 on, below that three
 * significant digits. The exact amount is `formatMoneyExact`; nothing here passes through a float.
 * `"0.0106825"` → `$0.0107`, `"61.128"` → `$61.13`, `"1704.4"` → `$1,704`, null → `–`.
 */
export function formatMoney(usd: string | null): string {
  const pico = usd === null ? undefined : parseUsd(usd);
  return pico === undefined ? NOT_SENT : formatPicoUsd(pico);
}

/** As `formatMoney`, for an amount of pico-dollars. */
export function formatPicoUsd(pico: bigint): string {
  const sign = pico < 0n ? MINUS : '';
  const abs = pico < 0n ? -pico : pico;
  let digits = fractionDigits(abs);
  let rounded = roundTo(abs, digits);
  // Rounding may carry into the next range: $0.9999 is shown as $1.00, $999.999 as $1,000.
  digits = Math.min(digits, fractionDigits(rounded));
  rounded = roundTo(abs, digits);
  const [whole = '0', fraction = ''] = formatUsd(rounded).split('.');
  const shown = digits === 0 ? '' : `.${fraction.padEnd(2, '0')}`;
  return `${sign}$${groupThousands(whole)}${shown}`;
}

/** Every digit there is: `"0.0106825"` → `$0.0106825`, null → `–`. */
export function formatMoneyExact(usd: string | null): string {
  const pico = usd === null ? undefined : parseUsd(usd);
  if (pico === undefined) return NOT_SENT;
  const [whole = '0', fraction = ''] = formatUsd(pico < 0n ? -pico : pico).split('.');
  return `${pico < 0n ? MINUS : ''}$${groupThousands(whole)}.${fraction.padEnd(2, '0')}`;
}

/** How many digits after the point matter for an amount of this size. */
function fractionDigits(abs: bigint): number {
  if (abs >= 1000n * PICO_USD_PER_USD) return 0;
  if (abs >= PICO_USD_PER_USD || abs === 0n) return 2;
  const leadingZeros = 12 - abs.toString().length;
  return Math.min(12, leadingZeros + 3);
}

function roundTo(abs: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(12 - digits);
  return divideHalfEven(abs, unit) * unit;
}

function groupThousands(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}
