import { type Finding, isDigitAt, isWordAt } from './finding.ts';

const DIGITS_MIN = 13;
const DIGITS_MAX = 19;
/** Written in groups, none is longer: what is, is an id. */
const GROUP_DIGITS_MAX = 7;
const CHAINS = /\d+(?:[ \-\u00a0]\d+)*/g;

/** Payment card numbers: a known issuer's range, its length, and Luhn's check digit; as one run or in groups. */
export function findCards(text: string): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(CHAINS)) if (match[0].length >= DIGITS_MIN) findInChain(text, match[0], match.index, found);
  return found;
}

interface Group {
  digits: string;
  start: number;
  /** What stands before it inside the chain. */
  separator: string;
}

function findInChain(text: string, chain: string, chainStart: number, found: Finding[]): void {
  const groups: Group[] = [...chain.matchAll(/([ \-\u00a0]?)(\d+)/g)].map(([, separator = '', digits = ''], i, all) => ({
    digits,
    separator,
    start: chainStart + (all[i]?.index ?? 0) + separator.length,
  }));
  for (let first = 0; first < groups.length; first += 1) {
    const last = lastGroupOfCard(groups, first);
    if (last === undefined) continue;
    const start = groups[first]?.start ?? 0;
    const end = (groups[last]?.start ?? 0) + (groups[last]?.digits.length ?? 0);
    if (!standsAlone(text, start, end)) continue;
    found.push({ start, end });
    first = last;
  }
}

/** The longest card that begins with the group. */
function lastGroupOfCard(groups: readonly Group[], first: number): number | undefined {
  let digits = '';
  let found: number | undefined;
  const separator = groups[first + 1]?.separator;
  for (let at = first; at < groups.length; at += 1) {
    const group = groups[at];
    if (group === undefined || (at > first && (group.separator !== separator || group.digits.length > GROUP_DIGITS_MAX))) break;
    if (at > first && (groups[first]?.digits.length ?? 0) > GROUP_DIGITS_MAX) break;
    digits += group.digits;
    if (digits.length > DIGITS_MAX) break;
    if (digits.length >= DIGITS_MIN && isCardNumber(digits)) found = at;
  }
  return found;
}

/** Not inside a word, nor one side of a decimal. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (isWordAt(text, start - 1) || isWordAt(text, end)) return false;
  return !(text.charAt(start - 1) === '.' && isDigitAt(text, start - 2)) && !(text.charAt(end) === '.' && isDigitAt(text, end + 1));
}

/** Issuer ranges (ISO/IEC 7812, as the networks publish them) and the lengths that they use. */
const ISSUERS: readonly { range: RegExp; lengths: readonly number[] }[] = [
  { range: /^4/, lengths: [13, 16, 19] }, // Visa
  { range: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { range: /^3[47]/, lengths: [15] }, // American Express
  { range: /^(?:6011|64[4-9]|65)/, lengths: [16, 17, 18, 19] }, // Discover
  { range: /^(?:30[0-5]|3095|36|38|39)/, lengths: [14, 16, 17, 18, 19] }, // Diners Club
  { range: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] }, // JCB
  { range: /^(?:62|81)/, lengths: [16, 17, 18, 19] }, // UnionPay
  { range: /^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, lengths: [13, 14, 15, 16, 17, 18, 19] }, // Maestro
];

export function isCardNumber(digits: string): boolean {
  return ISSUERS.some(({ range, lengths }) => lengths.includes(digits.length) && range.test(digits)) && hasLuhnDigit(digits);
}

function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
