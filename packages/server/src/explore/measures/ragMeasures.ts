/** Searches of a knowledge store (B7). The columns are those of `telemetry/views/ragColumns.ts`. */
import { FAILED } from '../spanSql.ts';
import { countOf, distributionOf, meanOf, type MeasureDefinition, type MeasureWords, shareOf } from './measure.ts';

const RAG = 'is_rag = 1';

const timeOf = (name: string, title: string, subject: string) =>
  distributionOf({
    name,
    title,
    subject,
    value: `ifNull(${name}, 0)`,
    condition: `${RAG} AND isNotNull(${name})`,
    withMaximum: name === 'rag_total_ms',
  });

const mean = (unit: MeasureDefinition['unit'], column: string, words: MeasureWords) => meanOf({ ...words, unit }, column, RAG);

/** Hits, and their share of the searches that tell. */
const hitsOf = (name: string, title: string, where: string): MeasureDefinition[] => [
  countOf({ name: `${name}s`, title: `${title}s`, description: `Searches ${where}`, better: 'higher' }, `${RAG} AND ifNull(${name}, 0) = 1`),
  shareOf(
    { name: `${name}_rate`, title: `${title} rate`, description: `Searches ${where} ÷ searches that tell`, better: 'higher' },
    `ifNull(${name}, 0) = 1`,
    `(${RAG} AND isNotNull(${name}))`,
  ),
];

const DEFINITIONS: MeasureDefinition[] = [
  countOf(
    { name: 'rag_queries', title: 'Searches', description: 'Searches of a knowledge store, parts of a search not counted', better: 'neither' },
    RAG,
  ),
  countOf(
    { name: 'rag_errors', title: 'Failed searches', description: 'Searches that failed or timed out', better: 'lower' },
    `${RAG} AND ${FAILED}`,
  ),
  shareOf({ name: 'rag_error_rate', title: 'Search error rate', description: 'Failed searches ÷ searches', better: 'lower' }, FAILED, `(${RAG})`),
  ...timeOf('rag_total_ms', 'Search time', 'searches took'),
  ...timeOf('rag_embedding_ms', 'Embedding time', 'searches spent on embedding the question'),
  ...timeOf('rag_search_ms', 'Vector search time', 'searches spent in the store'),
  ...timeOf('rag_rerank_ms', 'Rerank time', 'searches spent on reranking'),
  mean('count', 'rag_chunks_retrieved', {
    name: 'rag_chunks_retrieved_avg',
    title: 'Chunks retrieved',
    description: 'Documents that a search found, on average',
    better: 'neither',
  }),
  mean('count', 'rag_chunks_used', {
    name: 'rag_chunks_used_avg',
    title: 'Chunks used',
    description: 'Documents of a search that the answer was made from, on average',
    better: 'neither',
  }),
  mean('score', 'rag_top_score', {
    name: 'rag_top_score_avg',
    title: 'Top score',
    description: 'Score of the best document of a search, on average',
    better: 'higher',
  }),
  mean('score', 'rag_avg_score', {
    name: 'rag_avg_score_avg',
    title: 'Average score',
    description: 'Mean score of the documents of a search, on average over the searches',
    better: 'higher',
  }),
  mean('score', 'rag_threshold', {
    name: 'rag_threshold_avg',
    title: 'Score threshold',
    description: 'Score that a document had to reach, on average',
    better: 'neither',
  }),
  ...hitsOf('rag_cache_hit', 'Result cache hit', 'that were answered from a cache of results'),
  ...hitsOf('rag_embedding_cache_hit', 'Embedding cache hit', 'whose question had been embedded before'),
];

export const RAG_MEASURES: readonly MeasureDefinition[] = DEFINITIONS.map((measure) => ({ ...measure, needs: 'rag' }));
