/**
 * JSON texts → masked JSON texts. Strings are decoded before rules look at them, because an escape may hide what
 * they look for, and written anew when a rule changed them; everything else stays exactly as it was written.
 */
import { looksLikeJson } from '../normalise/attributes.ts';
import { isJsonContainer, isJsonString } from '../normalise/jsonText.ts';
import type { TextMasking } from './textMasking.ts';

/** JSON inside strings of JSON (arguments of tools, results of tools) is looked at this deep; further in as plain text. */
const DEPTH_MAX = 4;

/** A text of any kind: JSON as JSON, anything else as plain text. */
export function maskAnyText(text: string, masking: TextMasking, depth = 0): string {
  if (!masking.mayChange(text)) return text;
  const isJson = depth < DEPTH_MAX && ((looksLikeJson(text) && isJsonContainer(text)) || isJsonString(text));
  return isJson ? maskJson(text, masking, depth) : masking.mask(text);
}

function maskJson(text: string, masking: TextMasking, depth: number): string {
  let masked = '';
  let copiedTo = 0;
  let at = 0;
  const replace = (start: number, end: number, replacement: string) => {
    masked += text.slice(copiedTo, start) + replacement;
    copiedTo = end;
  };
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    maskNumbers(text, at, quote < 0 ? text.length : quote, masking, replace);
    if (quote < 0) break;
    const end = endOfString(text, quote);
    const literal = text.slice(quote, end);
    const inner = decoded(literal);
    const changed = isKey(text, end) ? masking.maskKey(inner) : maskAnyText(inner, masking, depth + 1);
    if (changed !== inner) replace(quote, end, JSON.stringify(changed));
    at = end;
  }
  return copiedTo === 0 ? text : masked + text.slice(copiedTo);
}

/** After the closing quote; the end of the text when there is none. */
function endOfString(text: string, quote: number): number {
  let at = quote;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let backslash = at;
    while (text.charCodeAt(backslash - 1) === 92) backslash -= 1;
    if ((at - backslash) % 2 === 0) return at + 1;
  }
}

/** A literal that only looks like one is taken as it is written. */
function decoded(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal.slice(1, -1);
  }
}

function isKey(text: string, afterString: number): boolean {
  let at = afterString;
  while (' \n\r\t'.includes(text.charAt(at)) && at < text.length) at += 1;
  return text.charCodeAt(at) === 58;
}

const NUMBERS = /-?\d[\d.eE+-]*/g;

/** A number that a rule means becomes the string that stands for it. */
function maskNumbers(text: string, from: number, to: number, masking: TextMasking, replace: (start: number, end: number, by: string) => void): void {
  if (to - from < 3) return;
  for (const match of text.slice(from, to).matchAll(NUMBERS)) {
    const changed = masking.maskNumber(match[0]);
    if (changed !== match[0]) replace(from + match.index, from + match.index + match[0].length, JSON.stringify(changed));
  }
}
