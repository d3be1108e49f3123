/**
 * The tables of a statement as the engine may compute with them. A `LowCardinality` column brings the dictionary of all rows that were
 * read together, also of those that the workspace's filter has taken out; functions run over the dictionary, and where one throws, the
 * error tells of foreign rows. So each table is read through a WITH query of its own name in which such columns are plain. The tables
 * of what was sent are read FINAL there: what was sent twice is one row.
 */
import type { AskIsolated } from '../telemetry/isolatedSession.ts';
import { VIEWS } from '../telemetry/views/all.ts';
import type { TreeNode } from './queryTree.ts';
import { tokensOf } from './sqlText.ts';

const IS_VIEW: ReadonlySet<string> = new Set(VIEWS.map(({ name }) => name));

/** `tables` are names that may be read, so that they can stand in a text. */
export async function readPlainly(canonical: string, tree: TreeNode, tables: readonly string[], ask: AskIsolated): Promise<string> {
  if (tables.length === 0) return canonical;
  const { rows } = await ask(
    `SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND table IN (${tables.map((name) => `'${name}'`).join(', ')})`,
  );
  const queries = tables.map((table) => {
    const plain = rows.flatMap(([of, name, type]) =>
      of === table && String(type).includes('LowCardinality(')
        ? [`CAST(\`${String(name)}\`, '${literal(withoutDictionaries(String(type)))}') AS \`${String(name)}\``]
        : [],
    );
    return `${table} AS (SELECT *${plain.length === 0 ? '' : ` REPLACE (${plain.join(', ')})`} FROM ${table}${IS_VIEW.has(table) ? '' : ' FINAL'})`;
  });
  const rest = isFinal(tree) ? withoutFinal(canonical) : canonical;
  const named = `WITH ${queries.join(', ')}`;
  if (rest.startsWith('(')) return `${named} SELECT * FROM (${rest})`;
  return rest.startsWith('WITH ') ? `${named}, ${rest.slice('WITH '.length)}` : `${named} ${rest}`;
}

const literal = (text: string) => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

/** `Array(LowCardinality(Nullable(String)))` → `Array(Nullable(String))`. */
export function withoutDictionaries(type: string): string {
  const begin = type.indexOf('LowCardinality(');
  if (begin < 0) return type;
  const inside = begin + 'LowCardinality('.length;
  let open = 1;
  let end = inside;
  for (; end < type.length && open > 0; end++) {
    if (type[end] === '(') open += 1;
    if (type[end] === ')') open -= 1;
  }
  return withoutDictionaries(`${type.slice(0, begin)}${type.slice(inside, end - 1)}${type.slice(end)}`);
}

const isFinal = (node: TreeNode): boolean => node.attributes.get('final') === '1' || node.parts.some(({ nodes }) => nodes.some(isFinal));

function withoutFinal(canonical: string): string {
  let text = canonical;
  for (const { kind, text: word, at } of tokensOf(canonical).toReversed())
    if (kind === 'word' && word === 'FINAL') text = `${text.slice(0, at)}${text.slice(at + word.length)}`;
  return text;
}
