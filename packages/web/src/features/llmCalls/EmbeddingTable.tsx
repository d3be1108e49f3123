import type { QueryFilter } from '@sightglass/contract/querySpec';
import { type QueryRow, textOf } from '../../api/metrics.ts';
import { errorRateColumn } from '../../measures/cells.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';

const ofModel = (row: QueryRow) => ({ model: textOf(row, 'model') });

const COLUMNS: readonly MeasureColumn[] = [
  { label: 'Calls', measure: 'embedding_calls', unit: 'count' },
  errorRateColumn('embedding_error_rate', ofModel),
  { label: 'p50', measure: 'embedding_latency_ms_p50', unit: 'ms' },
  { label: 'p95', measure: 'embedding_latency_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'embedding_latency_ms_p99', unit: 'ms' },
  { label: 'Texts', measure: 'embedded_texts', unit: 'count', title: 'Of the calls that tell' },
  { label: 'Batch size', measure: 'embedding_batch_size_avg', unit: 'count', title: 'Texts of one call, on average' },
  { label: 'Cache hits', measure: 'embedding_cache_hits', unit: 'count', title: 'Calls that the caller’s own cache answered' },
  { label: 'Hit rate', measure: 'embedding_cache_hit_rate', unit: 'ratio', title: 'Of the calls that tell' },
  { label: 'Tokens', measure: 'input_tokens', unit: 'tokens' },
  { label: 'Cost', measure: 'cost_usd', unit: 'usd' },
];

/** Embedding models: time, batches, the caller's cache. */
export function EmbeddingTable({ filters }: { filters: QueryFilter[] }) {
  return (
    <MeasureTable
      title="Embeddings"
      id="embeddings"
      question={{ filters: [...filters, { field: 'kind', op: '=', value: 'embedding' }], group_by: ['model'] }}
      columns={COLUMNS}
      nameLabel="Model"
      renderName={(row: QueryRow) => (
        <TracesLink filters={ofModel(row)} title="Traces with its calls">
          {textOf(row, 'model') ?? 'model not named'}
        </TracesLink>
      )}
      empty="No embedding model was called."
    />
  );
}
