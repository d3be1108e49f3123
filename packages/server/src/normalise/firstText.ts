import { textAt } from './attributes.ts';
import type { Attributes } from './decodedSpan.ts';

/** The first of `keys` that holds something, as text, and which key that was: only its text may be left out of the stored attributes. */
export function firstText(attributes: Attributes, keys: readonly string[]): { key: string; text: string } | undefined {
  for (const key of keys) {
    const text = textAt(attributes, key);
    if (text !== undefined) return { key, text };
  }
  return undefined;
}
