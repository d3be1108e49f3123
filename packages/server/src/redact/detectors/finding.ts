/** A stretch of a text that is to be masked, `[start, end)` in UTF-16 units. */
export interface Finding {
  start: number;
  end: number;
}

/** What looks for one kind of thing in a text: linear in it, findings in order and apart from one another. */
export type Detector = (text: string) => Finding[];

const isDigit = (code: number) => code >= 48 && code <= 57;

/** Whether a letter, digit or `_` stands at the place: what is found inside a longer word is something else. */
export function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

export const isDigitAt = (text: string, at: number): boolean => isDigit(text.charCodeAt(at));

/**
 * Where a word begins that seems to begin at `start`: an escape of JSON before it (`\n`, `\u00e9`) takes its own
 * letters, which must stay, or the text would no longer be JSON.
 */
export function afterEscape(text: string, start: number): number {
  if (text.charCodeAt(start - 1) !== 92) return start;
  const letter = text.charAt(start);
  if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(start + 1, start + 5))) return start + 5;
  return 'nrtbf'.includes(letter) ? start + 1 : start;
}
