/**
 * What a search of a knowledge store took and found, for every retriever span (semconv.md, section 12). What a client
 * does not say is derived from the spans of the search: those inside the retriever, else those beside it under the same
 * parent, when it is the only retriever there. What cannot be derived is NULL.
 *
 *     is_rag                   1 on the outermost retriever of a search, 0 on every other span
 *     rag_total_ms             what the client says, else how long the retriever took
 *     rag_embedding_ms, rag_search_ms, rag_rerank_ms
 *     rag_chunks_retrieved     what the client says, else the documents that the retriever tells
 *     rag_chunks_used          what the client says, else the documents left after the reranker
 *     rag_top_score, rag_avg_score, rag_threshold
 *     rag_cache_hit, rag_embedding_cache_hit   1, 0 or NULL
 */
import { firstNumber, yesOrNo } from '../../explore/attributeSql.ts';
import { NO_PARENT } from '../../explore/spanSql.ts';

const sent = (key: string) => firstNumber(`sightglass.rag.${key}`);
const whole = (key: string) => `toUInt64(if(${sent(key)} >= 0, ${sent(key)}, NULL))`;
const MS = 'duration_ns / 1e6';

/** Kinds of spans that a search is made of. */
const PIECES = `kind IN ('embedding', 'db', 'retriever', 'reranker')`;

/** The spans of one search by the span that they are children of. Everything is NULL that is not there. */
const piecesOf = (prefix: string, spans: string, condition: string) => `(SELECT trace_id AS ${prefix}_trace, parent_span_id AS ${prefix}_parent,
    sumOrNullIf(${MS}, kind = 'embedding') AS ${prefix}_embedding_ms,
    sumOrNullIf(${MS}, kind IN ('db', 'retriever')) AS ${prefix}_search_ms,
    sumOrNullIf(${MS}, kind = 'reranker') AS ${prefix}_rerank_ms,
    argMinOrNullIf(document_count, (start_time, span_id), kind = 'reranker' AND isNotNull(document_count)) AS ${prefix}_reranked,
    countIf(kind = 'retriever') AS ${prefix}_retrievers
  FROM ${spans} WHERE ${PIECES} AND ${condition} GROUP BY trace_id, parent_span_id)`;

/** Of the pieces beside a retriever, which may be those of another one. */
const beside = (column: string) => `if(beside_retrievers = 1, beside_${column}, NULL)`;

const COLUMNS: Readonly<Record<string, string>> = {
  rag_total_ms: `coalesce(${sent('total_ms')}, if(dialect = 'events' AND duration_ns = 0, NULL, ${MS}))`,
  rag_embedding_ms: `coalesce(${sent('embedding_ms')}, inside_embedding_ms, ${beside('embedding_ms')})`,
  // A retriever without spans inside may embed as well; it only searches when the embedding stands beside it.
  rag_search_ms: `coalesce(${sent('search_ms')}, inside_search_ms, if(isNull(inside_embedding_ms) AND isNotNull(${beside('embedding_ms')}), ${MS}, NULL))`,
  rag_rerank_ms: `coalesce(${sent('rerank_ms')}, inside_rerank_ms, ${beside('rerank_ms')})`,
  rag_chunks_retrieved: `coalesce(${whole('chunks_retrieved')}, toUInt64(document_count))`,
  rag_chunks_used: `coalesce(${whole('chunks_used')}, toUInt64(inside_reranked), toUInt64(${beside('reranked')}))`,
  rag_top_score: `coalesce(${sent('top_score')}, top_score)`,
  rag_avg_score: `coalesce(${sent('avg_score')}, avg_score)`,
  rag_threshold: sent('threshold'),
  rag_cache_hit: yesOrNo('sightglass.rag.cache_hit'),
  rag_embedding_cache_hit: yesOrNo('sightglass.rag.embedding_cache_hit'),
};

/**
 * `rows` with the columns above. `spans` is a source of all spans of the same time; both are FROM clauses with the columns
 * of `spans`, each span once.
 */
export function withRagColumns(rows: string, spans: string): string {
  const columns = Object.entries(COLUMNS).map(([name, sql]) => `if(kind = 'retriever', ${sql}, NULL) AS ${name}`);
  const nested = `(trace_id, parent_span_id) IN (SELECT trace_id, span_id FROM ${spans} WHERE kind = 'retriever')`;
  return `(SELECT s.*, kind = 'retriever' AND NOT ${nested} AS is_rag,
  ${columns.join(',\n  ')}
FROM ${rows} AS s
LEFT ANY JOIN ${piecesOf('inside', spans, '1')} AS inside ON inside_trace = trace_id AND inside_parent = span_id
LEFT ANY JOIN ${piecesOf('beside', spans, `NOT (${NO_PARENT})`)} AS beside ON beside_trace = trace_id AND beside_parent = parent_span_id)`;
}
