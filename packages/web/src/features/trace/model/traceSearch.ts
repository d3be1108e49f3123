import { spanOf, type TraceTree } from './traceTree.ts';

/** One lower-case text a node: what is particular to it, not what it inherits. Built once a trace, on the first search. */
export function searchTexts(tree: TraceTree): readonly string[] {
  const texts: string[] = [];
  for (let node = 0; node < tree.nodeCount; node++) {
    const span = spanOf(tree, node);
    texts.push(
      span === null
        ? `missing parent ${tree.missingParentIds[node - tree.spans.length] ?? ''}`
        : [
            span.name,
            span.kind,
            span.request_model,
            span.response_model,
            span.provider,
            span.tool_name,
            span.status_message,
            span.error_type,
            span.span_id,
          ]
            .filter((part) => part !== null && part !== '')
            .join('\n')
            .toLowerCase(),
    );
  }
  return texts;
}

/** Nodes that contain every word of `query`, in the order of the tree. An empty query finds nothing. */
export function searchNodes(tree: TraceTree, texts: readonly string[], query: string): number[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const found: number[] = [];
  for (const node of tree.order) {
    const text = texts[node] ?? '';
    if (words.every((word) => text.includes(word))) found.push(node);
  }
  return found;
}
