import { type Finding, isDigitAt, isWordAt } from './finding.ts';

/** Fewer are extensions and short numbers, more are beyond E.164. */
const DIGITS_MIN = 8;
const DIGITS_MAX = 15;
/** Of numbers in their national form, the leading 0 included. */
const NATIONAL_DIGITS_MIN = 9;
const NATIONAL_DIGITS_MAX = 12;
const SEPARATORS_MAX = 6;

const GAP = '[ .\\-/\\u00a0]';
/** In order: +49 …, 0049 …, North American, French pairs, other national forms. A bare run of digits is never a phone number. */
const CANDIDATES = new RegExp(
  [
    `\\+[1-9](?:${GAP}?\\(?\\d\\)?){6,15}`,
    `00[1-9]\\d{0,2}${GAP}(?:${GAP}?\\(?\\d\\)?){5,13}`,
    `(?:\\([2-9]\\d{2}\\)[ .-]?|(?:1[-.])?[2-9]\\d{2}[-.])[2-9]\\d{2}[-. ]\\d{4}`,
    `0[1-9](?:[ .]\\d{2}){4}`,
    `\\(?0[1-9]\\d{1,4}\\)?[ /-]\\d{3,8}(?:[ -]\\d{2,6}){0,3}`,
  ].join('|'),
  'g',
);

export function findPhones(text: string): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(CANDIDATES)) {
    const [candidate] = match;
    const start = match.index;
    const end = start + candidate.length;
    if (isPhone(candidate) && standsAlone(text, start, end)) found.push({ start, end });
  }
  return found;
}

function isPhone(candidate: string): boolean {
  const digits = candidate.replace(/\D/g, '').length;
  const separators = candidate.match(/[ .\-/\u00a0]+/g)?.length ?? 0;
  if (separators > SEPARATORS_MAX) return false;
  const national = /^\(?0[1-9]/.test(candidate);
  return national ? digits >= NATIONAL_DIGITS_MIN && digits <= NATIONAL_DIGITS_MAX : digits >= DIGITS_MIN && digits <= DIGITS_MAX;
}

/** Neither part of a word, an id, a decimal or a longer number, nor the zone of a time (`10:00:00 +1000 2026…`). */
function standsAlone(text: string, start: number, end: number): boolean {
  if (isWordAt(text, start - 1) || isWordAt(text, end)) return false;
  const before = text.charAt(start - 1);
  if ('.-+/:'.includes(before) && before !== '' && isWordAt(text, start - 2) && !isLabel(text, start, before)) return false;
  if ('.-'.includes(text.charAt(end)) && text.charAt(end) !== '' && isDigitAt(text, end + 1)) return false;
  return !(text.charAt(start) === '+' && (isDigitAt(text, start - 1) || (before === ' ' && isDigitAt(text, start - 2))));
}

/** `tel:+49…` and `Phone:030 …` name what follows; `10:030 …` does not. */
const isLabel = (text: string, start: number, before: string) => before === ':' && !isDigitAt(text, start - 2);
