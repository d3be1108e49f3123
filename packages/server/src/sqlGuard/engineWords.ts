/** The engine's errors in words for who wrote the SQL: what is wrong, without the inside of the engine and without anyone's data. */
import { lineAndColumn } from './sqlText.ts';

/**
 * Codes whose message tells of the statement alone: names, types, numbers of arguments (`src/Common/ErrorCodes.cpp` of ClickHouse).
 * They come from looking at a statement, when no rows are seen.
 */
const OF_THE_STATEMENT: ReadonlySet<number> = new Set([
  35, 36, 42, 43, 44, 46, 47, 50, 51, 53, 60, 63, 69, 80, 116, 131, 152, 179, 184, 190, 204, 206, 207, 215, 258, 352, 386, 402, 403, 440, 450, 700,
]);
const WORDS_MAX = 300;

/** `position` counts bytes of `sql` from 1. */
export function syntaxErrorWords(sql: string, message: string): string {
  const position = /failed at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return 'it is not SQL that can be read';
  const at = Buffer.from(sql)
    .subarray(0, Number(position) - 1)
    .toString('utf8').length;
  const near = /^\s*\S{0,40}/.exec(sql.slice(at))?.[0].trim() ?? '';
  const why = /Multi-statements are not allowed/.test(message)
    ? 'one statement only, '
    : /Unmatched parentheses/.test(message)
      ? 'parentheses do not match, '
      : '';
  return `${why}it cannot be read ${near === '' ? 'at its end' : `at ${lineAndColumn(sql, at)}, near ${near}`}`;
}

/** Of what looking at a checked statement answers. */
export function compileErrorWords(code: number, message: string): string {
  if (!OF_THE_STATEMENT.has(code)) return Number.isNaN(code) ? 'it cannot be understood' : `it cannot be understood (error ${code} of ClickHouse)`;
  const words = message
    .replace(/:? ?(?:In scope|while (?:executing|processing|converting)|While |\(in query)[^]*$/i, '')
    .replaceAll(/\b__table\d+\./g, '')
    .replaceAll(/\bdefault\.(\w+)/g, '$1')
    .replaceAll(/(?:\/[\w.-]+){2,}/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return words === '' ? `it cannot be understood (error ${code} of ClickHouse)` : words.slice(0, WORDS_MAX);
}

/** By code, what went wrong with the rows. Whatever the engine says here may hold a row's text. */
const WHILE_RUNNING: ReadonlyMap<number, string> = new Map([
  [6, 'a text is not the number, date or time that it is turned into: use a function that ends in OrNull'],
  [27, 'a text is not the number, date or time that it is turned into: use a function that ends in OrNull'],
  [38, 'a text is not the date that it is turned into: use a function that ends in OrNull'],
  [41, 'a text is not the time that it is turned into: use a function that ends in OrNull'],
  [70, 'a value cannot be turned into the type that is asked for'],
  [72, 'a text is not the number that it is turned into: use a function that ends in OrNull'],
  [125, 'a sub-query that stands for one value answers several rows'],
  [153, 'a division by zero: divide by nullIf(x, 0)'],
  [349, 'a NULL cannot be turned into the type that is asked for'],
  [407, 'a number is too large for its type'],
]);

export const runErrorWords = (code: number): string =>
  WHILE_RUNNING.get(code) ?? (Number.isNaN(code) ? 'the store failed' : `it failed with error ${code} of ClickHouse`);
