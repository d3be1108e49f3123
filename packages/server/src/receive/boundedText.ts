import { toUSVString } from 'node:util';

/**
 * The text with at most `charsMax` UTF-16 code units of what was sent, and a marker that tells how many are missing.
 * Never ends in half a character.
 */
export function boundedText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const end = isHighSurrogate(text.charCodeAt(charsMax - 1)) ? charsMax - 1 : charsMax;
  return `${text.slice(0, end)}…[truncated ${text.length - end} characters]`;
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;

/** JSON can write half a character (`"\ud800"`), UTF-8 cannot: it becomes U+FFFD, as malformed UTF-8 does. */
export const wellFormed = (text: string): string => toUSVString(text);
