/**
 * How large a statement is once every name that stands for an expression, and every WITH query, is written out where it is used.
 * `WITH 1 AS a, a + a AS b, b + b AS c …` doubles with each name; the engine has no bound for it.
 */
import { ALLOWED_TABLES } from './allowedNames.ts';
import { elementsOf, TABLE_PARTS, type TreeNode } from './queryTree.ts';

export interface WrittenOut {
  parts: number;
  /** Tables and views that are read. */
  tables: number;
}

/** What names stand for in one query; what it does not know, the queries around it may. */
interface Scope {
  names: ReadonlyMap<string, TreeNode>;
  around: Scope | undefined;
}

/** Counts until either is more than its bound, and answers what it has then. */
export function writtenOut(root: TreeNode, most: WrittenOut): WrittenOut {
  const size = { parts: 0, tables: 0 };
  const underWay = new Set<TreeNode>();

  function count(node: TreeNode, around: Scope | undefined): void {
    if (size.parts > most.parts || size.tables > most.tables || underWay.has(node)) return;
    underWay.add(node);
    size.parts += 1;
    const scope = node.kind === 'QUERY' ? { names: namesOf(node), around } : around;
    if (node.kind === 'IDENTIFIER') countName(node.attributes.get('identifier') ?? '', scope);
    for (const { name, nodes } of node.parts)
      for (const child of name === 'WITH' ? nodes.flatMap(elementsOf) : nodes) if (!isNamedQuery(child) || name !== 'WITH') count(child, scope);
    underWay.delete(node);
  }

  function countName(name: string, scope: Scope | undefined): void {
    for (let at = scope; at !== undefined; at = at.around) {
      const meant = at.names.get(name) ?? at.names.get(name.split('.')[0] ?? '');
      if (meant !== undefined) return count(meant, at);
    }
    if (ALLOWED_TABLES.includes(name)) size.tables += 1;
  }

  count(root, undefined);
  return size;
}

/** The engine looks at a WITH query where it is read. */
const isNamedQuery = (node: TreeNode) => node.attributes.has('cte_name');

/** Of a query itself, not of those inside it, and without the names of tables: `s.kind` does not read `spans AS s` again. */
function namesOf(query: TreeNode): ReadonlyMap<string, TreeNode> {
  const names = new Map<string, TreeNode>();
  const visit = (node: TreeNode, part: string) => {
    const isQuery = node.kind === 'QUERY' || node.kind === 'UNION';
    const isTable = TABLE_PARTS.has(part) && (isQuery || node.kind === 'IDENTIFIER');
    for (const name of [node.attributes.get('cte_name'), isTable ? undefined : node.attributes.get('alias')])
      if (name !== undefined) names.set(name, node);
    if (!isQuery) visitParts(node);
  };
  const visitParts = ({ parts }: TreeNode) => {
    for (const { name, nodes } of parts) for (const child of nodes) visit(child, name);
  };
  visitParts(query);
  return names;
}
