import { type Finding, isDigitAt, isWordAt } from './finding.ts';

const QUADS = /\d{1,3}(?:\.\d{1,3}){3}/g;

export function findIpv4(text: string): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(QUADS)) {
    const start = match.index;
    const end = start + match[0].length;
    if (isWordAt(text, start - 1) || isWordAt(text, end) || text.charAt(start - 1) === '.') continue;
    if (text.charAt(end) === '.' && isDigitAt(text, end + 1)) continue;
    if (match[0].split('.').every((part) => Number(part) <= 255)) found.push({ start, end });
  }
  return found;
}
