/** Embedding calls (B6) and guardrails (B9). */
import { BATCH_SIZE, EMBEDDING_CACHE_HIT, IS_GUARDRAIL_HIT } from '../attributeSql.ts';
import { ENDED, FAILED, isCallOf } from '../spanSql.ts';
import { countOf, distributionOf, meanOf, type MeasureDefinition, shareOf, totalOf } from './measure.ts';

const EMBEDDING = isCallOf('embedding');

export const EMBEDDING_MEASURES: readonly MeasureDefinition[] = [
  ...distributionOf({
    name: 'embedding_latency_ms',
    title: 'Embedding latency',
    subject: 'embedding calls took',
    value: 'duration_ns / 1e6',
    condition: `${EMBEDDING} AND ${ENDED}`,
    withMaximum: true,
  }),
  countOf(
    { name: 'embedding_errors', title: 'Embedding errors', description: 'Embedding calls that failed or timed out', better: 'lower' },
    `${EMBEDDING} AND ${FAILED}`,
  ),
  shareOf(
    { name: 'embedding_error_rate', title: 'Embedding error rate', description: 'Failed embedding calls ÷ embedding calls', better: 'lower' },
    FAILED,
    EMBEDDING,
  ),
  totalOf(
    {
      name: 'embedded_texts',
      title: 'Embedded texts',
      description: 'Texts that embedding calls were given, of the calls that tell',
      better: 'neither',
      unit: 'count',
    },
    `toUInt64(ifNull(${BATCH_SIZE}, 0))`,
    EMBEDDING,
  ),
  meanOf(
    {
      name: 'embedding_batch_size_avg',
      title: 'Embedding batch size',
      description: 'Texts of one embedding call, mean of the calls that tell',
      better: 'neither',
      unit: 'count',
    },
    BATCH_SIZE,
    EMBEDDING,
  ),
  countOf(
    {
      name: 'embedding_cache_hits',
      title: 'Embedding cache hits',
      description: 'Embedding calls that were answered from the caller’s own cache',
      better: 'higher',
    },
    `${EMBEDDING} AND ifNull(${EMBEDDING_CACHE_HIT}, 0) = 1`,
  ),
  shareOf(
    {
      name: 'embedding_cache_hit_rate',
      title: 'Embedding cache hit rate',
      description: 'Embedding calls answered from the caller’s own cache ÷ those that tell whether they were',
      better: 'higher',
    },
    `ifNull(${EMBEDDING_CACHE_HIT}, 0) = 1`,
    `(${EMBEDDING} AND isNotNull(${EMBEDDING_CACHE_HIT}))`,
  ),
  countOf(
    { name: 'guardrail_checks', title: 'Guardrail checks', description: 'Times that a guardrail looked at something', better: 'neither' },
    `kind = 'guardrail'`,
  ),
  countOf(
    { name: 'guardrail_hits', title: 'Guardrail hits', description: 'Times that a guardrail flagged or blocked something', better: 'lower' },
    IS_GUARDRAIL_HIT,
  ),
];
