import { boundedText, wellFormed } from './boundedText.ts';
import { TEXT_CHARS_MAX } from './limits.ts';

/**
 * Cuts the texts in a value that was just parsed from JSON, in place: nobody else holds it yet.
 * False when it is nested deeper than so many levels.
 */
export function boundJson(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const inner = fields[key];
    if (typeof inner === 'string') {
      const bounded = boundedText(wellFormed(inner), TEXT_CHARS_MAX);
      // An own `__proto__`, which JSON can have, is written like any other.
      if (bounded !== inner) Object.defineProperty(fields, key, { value: bounded, enumerable: true, configurable: true, writable: true });
    } else if (!boundJson(inner, levels - 1)) return false;
  }
  return true;
}
