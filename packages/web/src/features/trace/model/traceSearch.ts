import { spanOf, type TraceTree } from './traceTree.ts';

/** What the search of a trace looks into, per node. */
export interface SearchTexts {
  /** Lower case: what is particular to the node, not what it inherits. */
  words: readonly string[];
  /** The span's id; of a stand-in, that of the span it stands for. */
  ids: readonly string[];
}

/**
 * An id is found by its beginning, of at least as many characters. Ids are random: a shorter piece, or one from the middle, is
 * in the id of some span of any long trace, and a search for `step 12345` would find that span too.
 */
const ID_CHARS_MIN = 8;

/** Built once a trace, on the first search: about 0.4 µs a span. */
export function searchTexts(tree: TraceTree): SearchTexts {
  const words: string[] = [];
  const ids: string[] = [];
  for (let node = 0; node < tree.nodeCount; node++) {
    const span = spanOf(tree, node);
    ids.push((span?.span_id ?? tree.missingParentIds[node - tree.spans.length] ?? '').toLowerCase());
    words.push(
      span === null
        ? 'missing parent'
        : [span.name, span.kind, span.request_model, span.response_model, span.provider, span.tool_name, span.status_message, span.error_type]
            .filter((part) => part !== null && part !== '')
            .join('\n')
            .toLowerCase(),
    );
  }
  return { words, ids };
}

/** Nodes that contain every word of `query`, in the order of the tree. An empty query finds nothing. */
export function searchNodes(tree: TraceTree, { words, ids }: SearchTexts, query: string): number[] {
  const wanted = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => ({ word, mayBeId: word.length >= ID_CHARS_MIN }));
  if (wanted.length === 0) return [];
  const found: number[] = [];
  for (const node of tree.order) {
    const text = words[node] ?? '';
    const id = ids[node] ?? '';
    if (wanted.every(({ word, mayBeId }) => text.includes(word) || (mayBeId && id.startsWith(word)))) found.push(node);
  }
  return found;
}
