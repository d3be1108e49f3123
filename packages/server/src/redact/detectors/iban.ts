import { type Finding, isWordAt } from './finding.ts';

/** Length by country, of the SWIFT IBAN registry. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 ' +
    'MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 ' +
    'TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const BEGINNING = /[A-Za-z]{2}\d{2}(?=[ \-\u00a0]?[A-Za-z0-9])/g;

/** International bank account numbers: a country's length and the check of ISO 13616 (the number modulo 97 is 1). */
export function findIbans(text: string): Finding[] {
  const found: Finding[] = [];
  let from = 0;
  for (const match of text.matchAll(BEGINNING)) {
    const start = match.index;
    if (start < from || isWordAt(text, start - 1)) continue;
    const end = endOfIban(text, start, LENGTHS[match[0].slice(0, 2).toUpperCase()]);
    if (end === undefined) continue;
    found.push({ start, end });
    from = end;
  }
  return found;
}

function endOfIban(text: string, start: number, length: number | undefined): number | undefined {
  if (length === undefined) return undefined;
  let compact = '';
  let at = start;
  while (compact.length < length) {
    const character = text.charAt(at);
    const isSeparator = (character === ' ' || character === '-' || character === '\u00a0') && isWordAt(text, at - 1);
    if (!isSeparator) {
      if (!isWordAt(text, at) || character === '_') return undefined;
      compact += character;
    }
    at += 1;
  }
  if (isWordAt(text, at) || !isEvenlyWritten(compact) || remainder97(compact.toUpperCase()) !== 1) return undefined;
  return at;
}

/** Hex digests are in lower case; an account number so written has digits alone behind its country. */
const isEvenlyWritten = (compact: string) => !/[a-z]/.test(compact) || /^[A-Za-z]{2}\d+$/.test(compact);

function remainder97(iban: string): number {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
