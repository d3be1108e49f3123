/** One pass over a text that tells which detectors could find anything in it: most texts hold nothing and cost this alone. */

/** An `@`, or a way to write it. */
export const MAY_HOLD_EMAIL = 1;
/** Eight digits close together. */
export const MAY_HOLD_NUMBER = 2;
/** A long run of letters, digits, `-` and `_` that has a digit, a password in a URL, or `aws_`. */
export const MAY_HOLD_KEY = 4;
/** ASCII written as an escape of JSON: what stands there shows only when it is decoded. */
export const HOLDS_ESCAPES = 8;

const DIGIT = 1;
const RUN = 2;
const OTHER = 3;
const UNDERSCORE = 4;
const CLASSES = new Uint8Array(128);
for (let code = 48; code <= 57; code += 1) CLASSES[code] = DIGIT;
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-') CLASSES[character.charCodeAt(0)] = RUN;
CLASSES[95] = UNDERSCORE;
for (const character of '@%\\') CLASSES[character.charCodeAt(0)] = OTHER;

const DIGITS_WANTED = 8;
/** Between digits of one number there is no more than this, separators and their escapes included. */
const DIGIT_GAP_MAX = 6;
const RUN_WANTED = 14;

export function scanText(text: string): number {
  const { length } = text;
  let found = 0;
  let runStart = 0;
  let runHasDigit = false;
  let digits = 0;
  let lastDigit = 0;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? CLASSES[code] : 0;
    if (kind === RUN) continue;
    if (kind === UNDERSCORE) {
      if (isAws(text, at)) found |= MAY_HOLD_KEY;
      continue;
    }
    if (kind === DIGIT) {
      runHasDigit = true;
      digits = at - lastDigit > DIGIT_GAP_MAX ? 1 : digits + 1;
      lastDigit = at;
      if (digits >= DIGITS_WANTED) found |= MAY_HOLD_NUMBER;
      continue;
    }
    if (runHasDigit && at - runStart >= RUN_WANTED) found |= MAY_HOLD_KEY;
    runStart = at + 1;
    runHasDigit = false;
    if (kind === OTHER) found |= ofSign(text, at, code);
  }
  return runHasDigit && length - runStart >= RUN_WANTED ? found | MAY_HOLD_KEY : found;
}

/** Secrets of AWS have a form of their own only where they are named. */
const isAws = (text: string, at: number) => (text.charCodeAt(at - 1) | 32) === 115 && (text.charCodeAt(at - 2) | 32) === 119;

function ofSign(text: string, at: number, code: number): number {
  if (code === 64) return MAY_HOLD_EMAIL | MAY_HOLD_KEY;
  if (code === 37) return text.charCodeAt(at + 1) === 52 && text.charCodeAt(at + 2) === 48 ? MAY_HOLD_EMAIL : 0;
  // \u002x to \u007x
  if (text.charCodeAt(at + 1) !== 117 || text.charCodeAt(at + 2) !== 48 || text.charCodeAt(at + 3) !== 48) return 0;
  const row = text.charCodeAt(at + 4);
  return row >= 50 && row <= 55 ? HOLDS_ESCAPES | MAY_HOLD_EMAIL : 0;
}
