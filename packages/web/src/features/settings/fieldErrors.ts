import type { FieldError } from '@sightglass/contract/errors';

/** What is wrong with the field at a JSON pointer of the body; undefined when nothing is. */
export function problemAt(errors: readonly FieldError[], pointer: string): string | undefined {
  const messages = errors.filter((error) => error.pointer === pointer).map(({ message }) => message);
  return messages.length === 0 ? undefined : messages.join('; ');
}

/** A whole number that a person typed; null when it is none or lies outside. */
export function readWholeNumber(text: string, min: number, max: number): number | null {
  const typed = text.replace(/[\s,_]/g, '');
  if (!/^\d{1,15}$/.test(typed)) return null;
  const value = Number(typed);
  return value < min || value > max ? null : value;
}
