/** The words of a statement, and where they stand in what a person wrote. */

export interface SqlToken {
  kind: 'string' | 'quoted name' | 'word' | 'number' | 'sign';
  /** As written; of a quoted name what is between the quotes. */
  text: string;
  /** Index of its first character. */
  at: number;
}

const TOKEN =
  /(?<space>\s+|--[^\n]*|#[! ][^\n]*|\/\*[^]*?\*\/)|(?<string>'(?:[^'\\]|\\[^]|'')*')|(?<name>`(?:[^`\\]|\\[^]|``)*`|"(?:[^"\\]|\\[^]|"")*")|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<number>\d[\w.]*)|(?<sign>[^])/gu;

export function tokensOf(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const { groups = {}, index } of sql.matchAll(TOKEN)) {
    const { string, name, word, number, sign } = groups;
    if (string !== undefined) tokens.push({ kind: 'string', text: string, at: index });
    else if (name !== undefined) tokens.push({ kind: 'quoted name', text: name.slice(1, -1), at: index });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at: index });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at: index });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at: index });
  }
  return tokens;
}

/** `line:column` of a character, both from 1. */
export function lineAndColumn(sql: string, at: number): string {
  const before = sql.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** ` at 2:7`, where a name stands first, or '' when it is not written so (`x::Int8` is a call of CAST). */
export function placeOf(sql: string, name: string): string {
  const wanted = name.split('.')[0]?.toLowerCase();
  const found = tokensOf(sql).find(
    ({ kind, text }) => (kind === 'word' || kind === 'quoted name' || kind === 'sign') && text.toLowerCase() === wanted,
  );
  return found === undefined ? '' : ` at ${lineAndColumn(sql, found.at)}`;
}
