/**
 * How large a statement is once every name that stands for an expression, and every WITH query, is written out where it is used.
 * `WITH 1 AS a, a + a AS b, b + b AS c …` doubles with each name; the engine has no bound for it.
 */
import { ALLOWED_TABLES } from './allowedNames.ts';
import type { TreeNode } from './queryTree.ts';

export interface WrittenOut {
  parts: number;
  /** Tables and views that are read. */
  tables: number;
}

/** Where a name is given twice, the larger counts; a name inside what it stands for is a column and counts as one. */
export function writtenOut(root: TreeNode): WrittenOut {
  const named = new Map<string, TreeNode[]>();
  const note = (node: TreeNode) => {
    for (const name of [node.attributes.get('cte_name'), node.attributes.get('alias')])
      if (name !== undefined) named.set(name, [...(named.get(name) ?? []), node]);
    for (const { nodes } of node.parts) nodes.forEach(note);
  };
  note(root);

  const known = new Map<TreeNode, WrittenOut>();
  const underWay = new Set<TreeNode>();
  const sizeOf = (node: TreeNode): WrittenOut => {
    const before = known.get(node);
    if (before !== undefined) return before;
    if (underWay.has(node)) return { parts: 0, tables: 0 };
    underWay.add(node);
    const sizes = node.parts.flatMap(({ nodes }) => nodes.map(sizeOf));
    if (node.kind === 'IDENTIFIER') sizes.push(sizeOfName(node.attributes.get('identifier') ?? ''));
    underWay.delete(node);
    const size = { parts: 1 + sum(sizes.map(({ parts }) => parts)), tables: sum(sizes.map(({ tables }) => tables)) };
    known.set(node, size);
    return size;
  };
  const sizeOfName = (name: string): WrittenOut => {
    const sizes = (named.get(name) ?? named.get(name.split('.')[0] ?? '') ?? []).map(sizeOf);
    const tables = Math.max(0, ...sizes.map((size) => size.tables));
    return { parts: Math.max(0, ...sizes.map(({ parts }) => parts)), tables: ALLOWED_TABLES.includes(name) ? tables + 1 : tables };
  };
  return sizeOf(root);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
