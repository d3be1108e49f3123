/**
 * The engine's own reading of a statement, as `EXPLAIN QUERY TREE run_passes = 0` prints it: nothing is looked up or computed yet,
 * and, unlike `EXPLAIN AST`, it leaves nothing out (windows, column transformers, names of sub-queries). A line is a node
 *
 *     FUNCTION id: 6, alias: n, function_name: count, function_type: ordinary
 *
 * or the name of a part of the node above it (`WHERE`, `JOIN TREE`, `ARGUMENTS`). Constants are printed with their line breaks
 * escaped; names are not, so `canonicalSql.ts` lets no name pass that could be taken for anything else.
 */
export interface TreeNode {
  /** `QUERY`, `FUNCTION`, `CONSTANT` … */
  kind: string;
  /** As printed: `function_name`, `identifier`, `alias` … Of a constant only its alias and type. */
  attributes: ReadonlyMap<string, string>;
  /** Of a constant, as printed: `UInt64_5`, `'text'`; else ''. */
  constant: string;
  parts: TreePart[];
}

export interface TreePart {
  /** `PROJECTION`, `WHERE` …; '' for the elements of a list. */
  name: string;
  nodes: TreeNode[];
}

/** Parts whose names are those of tables. */
export const TABLE_PARTS: ReadonlySet<string> = new Set(['JOIN TREE', 'TABLE EXPRESSION', 'LEFT TABLE EXPRESSION', 'RIGHT TABLE EXPRESSION']);

const NODE = /^([A-Z][A-Z_ ]*?) id: \d+(?:, (.*))?$/;

/** Answers undefined when the print is not as described above. */
export function readQueryTree(lines: readonly string[]): TreeNode | undefined {
  let root: TreeNode | undefined;
  const open: { indent: number; node?: TreeNode; part?: TreePart }[] = [];
  for (const line of lines) {
    const text = line.trim();
    const indent = line.length - line.trimStart().length;
    while (open.length > 0 && (open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const above = open.at(-1);
    const found = NODE.exec(text);
    if (found === null) {
      if (above?.node === undefined) return undefined;
      const part: TreePart = { name: text, nodes: [] };
      above.node.parts.push(part);
      open.push({ indent, part });
      continue;
    }
    const node = nodeOf(found[1] ?? '', found[2] ?? '');
    if (above === undefined) {
      if (root !== undefined) return undefined;
      root = node;
    } else if (above.part !== undefined) above.part.nodes.push(node);
    else above.node?.parts.push({ name: '', nodes: [node] });
    open.push({ indent, node });
  }
  return root;
}

function nodeOf(kind: string, print: string): TreeNode {
  // What an EXCEPT leaves out is a list of names with commas between them.
  const printed = kind === 'EXCEPT COLUMN TRANSFORMER' ? print.replace(/, identifiers: [^:]*$/, '') : print;
  const at = kind === 'CONSTANT' ? printed.search(/(?:^|, )constant_value: /) : -1;
  const constant = at < 0 ? '' : printed.slice(at).replace(/^(?:, )?constant_value: /, '');
  const attributes = new Map<string, string>();
  for (const attribute of (at < 0 ? printed : printed.slice(0, at)).split(', ')) {
    const colon = attribute.indexOf(': ');
    if (colon > 0) attributes.set(attribute.slice(0, colon), attribute.slice(colon + 2));
    else if (attribute !== '') attributes.set(attribute, '');
  }
  const typeAt = constant.lastIndexOf(', constant_value_type: ');
  return { kind, attributes, constant: typeAt < 0 ? constant : constant.slice(0, typeAt), parts: [] };
}

export const partOf = (node: TreeNode, name: string): readonly TreeNode[] => node.parts.find((part) => part.name === name)?.nodes ?? [];
/** The arguments of a function. */
export const argumentsOf = (node: TreeNode): readonly TreeNode[] => partOf(node, 'ARGUMENTS').flatMap(elementsOf);
export const elementsOf = (list: TreeNode): readonly TreeNode[] => list.parts.flatMap((part) => part.nodes);
