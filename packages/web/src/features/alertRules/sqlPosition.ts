/** The place in a query that an error message names. */
export interface SqlPosition {
  /** From 1. */
  line: number;
  column: number;
  /** The line as it was typed. */
  text: string;
}

/** Reads `line 2, column 14` or `2:14` out of a message; undefined when it names no place that the query has. */
export function sqlPosition(message: string, query: string): SqlPosition | undefined {
  const found = /line (\d{1,5}),? col(?:umn)?\.? (\d{1,5})/i.exec(message) ?? /(?:^|[\s(])(\d{1,5}):(\d{1,5})(?=$|[\s),.:;])/.exec(message);
  if (found === null) return undefined;
  const line = Number(found[1]);
  const column = Number(found[2]);
  const text = query.split('\n')[line - 1];
  return text === undefined || column < 1 || column > text.length + 1 ? undefined : { line, column, text };
}

/** Where the place begins in the whole text. */
export const offsetOf = ({ line, column }: SqlPosition, query: string): number =>
  query
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, text) => sum + text.length + 1, column - 1);
