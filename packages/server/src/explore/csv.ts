/** The answer of a question as CSV (RFC 4180): UTF-8, a header, CRLF after every line. */
import type { QueryColumn, QueryResult } from '@sightglass/contract/querySpec';

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/**
 * Spreadsheets take a text that begins so for a formula (OWASP, "CSV Injection"). Agents, users and tags are named by
 * whoever sends telemetry, so such a text gets an apostrophe before it, which spreadsheets show as text.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * The rows as they are answered in JSON. Decimals are written digit by digit as the store summed them; what is null is an
 * empty cell, which no text of a group can be.
 */
export function queryResultCsv({ columns, rows }: QueryResult): string {
  const lines = rows.map((row) => lineOf(columns.map((column) => valueText(row[column.name], column))));
  return csvTextLine(columns.map(({ name }) => name)) + lines.join('');
}

/** A line of cells that hold text as somebody else may have worded it. */
export const csvTextLine = (texts: readonly string[]): string => lineOf(texts.map(textCell));

const lineOf = (texts: readonly string[]): string => `${texts.map(cellOf).join(',')}\r\n`;

function valueText(value: QueryResult['rows'][number][string] | undefined, { type }: QueryColumn): string {
  if (value === null || value === undefined) return '';
  // Only what the sender worded can be a formula; a negative number must stay a number.
  return type === 'string' ? textCell(String(value)) : String(value);
}

const textCell = (text: string) => (FORMULA.test(text) ? `'${text}` : text);
const cellOf = (text: string) => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
