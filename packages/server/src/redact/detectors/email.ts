import { afterEscape, type Finding } from './finding.ts';

const LOCAL_CHARS_MAX = 64;
const DOMAIN_CHARS_MAX = 255;
const LOCAL = 1;
const DOMAIN = 2;

const CLASSES = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789') CLASSES[character.charCodeAt(0)] = LOCAL | DOMAIN;
for (const character of "._%+-'") CLASSES[character.charCodeAt(0)] = LOCAL;
for (const character of '.-') CLASSES[character.charCodeAt(0)] = LOCAL | DOMAIN;

/** Letters of Latin, Greek and Cyrillic; scripts that are written without spaces would take the sentence along. */
const isLetterBeyondAscii = (code: number) => (code >= 0xc0 && code <= 0x24f) || (code >= 0x370 && code <= 0x52f);
const isOf = (wanted: number, code: number) => (code < 128 ? ((CLASSES[code] ?? 0) & wanted) !== 0 : isLetterBeyondAscii(code));

/** How the `@` may be written: plain, in a URL, or escaped in JSON that was cut off. */
const SIGNS = ['@', '%40', '\\u0040'];

/** E-mail addresses; `name@host` without a domain, `package@1.2.3` and `icon@2x.png` are none. */
export function findEmails(text: string): Finding[] {
  const found: Finding[] = [];
  for (const sign of SIGNS) findAround(text, sign, found);
  return found.sort((a, b) => a.start - b.start);
}

function findAround(text: string, sign: string, found: Finding[]): void {
  let floor = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
    const start = startOfLocal(text, at, Math.max(floor, at - LOCAL_CHARS_MAX), sign === '%40');
    if (start === at) continue;
    const end = endOfDomain(text, at + sign.length);
    if (end === undefined || isRepository(text, start, at, end)) continue;
    found.push({ start, end });
    floor = end;
  }
}

function startOfLocal(text: string, at: number, floor: number, inUrl: boolean): number {
  let start = at;
  while (start > floor) {
    const code = text.charCodeAt(start - 1);
    if (!isOf(LOCAL, code) || (inUrl && code === 37)) break;
    start -= 1;
  }
  start = afterEscape(text, start);
  while (start < at && "._%+-'".includes(text.charAt(start)) && text.charAt(start) !== '_') start += 1;
  return Math.min(start, at);
}

const IMAGE_SCALE = /^\dx\.(?:png|jpe?g|gif|webp|svg|avif|ico)$/i;

/** Undefined when no domain begins at the place: two labels at least, of which the last is no number. */
function endOfDomain(text: string, from: number): number | undefined {
  let end = from;
  while (end < text.length && end - from < DOMAIN_CHARS_MAX && isOf(DOMAIN, text.charCodeAt(end))) end += 1;
  const labels = text.slice(from, end).split('.');
  while (labels.length > 0 && !/^(?:xn--[a-z0-9-]{1,59}|[a-z\u00c0-\u024f\u0370-\u052f]{2,24})$/i.test(labels.at(-1) ?? '')) {
    // `ada@example.com-` and `…com--signature` end before the dash.
    const last = /^([a-z\u00c0-\u024f\u0370-\u052f]{2,24})-/i.exec(labels.at(-1) ?? '')?.[1];
    if (last !== undefined) labels[labels.length - 1] = last;
    else labels.pop();
  }
  if (labels.length < 2 || labels.some((label) => label === '' || label.startsWith('-'))) return undefined;
  const domain = labels.join('.');
  return IMAGE_SCALE.test(domain) ? undefined : from + domain.length;
}

/** `git@github.com:owner/name` names a repository. */
const isRepository = (text: string, start: number, at: number, end: number) =>
  text.slice(start, at) === 'git' && (text.charAt(end) === ':' || text.charAt(end) === '/');
