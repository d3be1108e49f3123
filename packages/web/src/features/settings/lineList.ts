import type { FieldError } from '@sightglass/contract/errors';

interface FilledLine {
  value: string;
  /** As people count: from 1. */
  line: number;
}

function filledLines(text: string): FilledLine[] {
  return text
    .split('\n')
    .map((each, index) => ({ value: each.trim(), line: index + 1 }))
    .filter(({ value }) => value !== '');
}

/** The list that a text of one value a line stands for; empty lines are none. */
export function lineValues(text: string): string[] {
  return filledLines(text).map(({ value }) => value);
}

/** What is wrong with the list at a JSON pointer, single values by the line they stand in. */
export function linesProblem(text: string, errors: readonly FieldError[], pointer: string): string | undefined {
  const lines = filledLines(text);
  const told = errors.flatMap((error) => {
    if (error.pointer === pointer) return [error.message];
    const index = error.pointer.startsWith(`${pointer}/`) ? error.pointer.slice(pointer.length + 1) : '';
    const line = /^\d+$/.test(index) ? lines[Number(index)] : undefined;
    return line === undefined ? [] : [`Line ${line.line}: ${error.message}`];
  });
  return told.length === 0 ? undefined : told.join('; ');
}
