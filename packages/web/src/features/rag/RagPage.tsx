import { useMemo } from 'react';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { errorRateColumn } from '../../measures/cells.tsx';
import { curlEvent } from '../../measures/exampleSettings.ts';
import { type Figure, FigureStrip } from '../../measures/FigureStrip.tsx';
import { formatMeasure } from '../../measures/formatMeasure.ts';
import { LinesPanel } from '../../measures/LinesPanel.tsx';
import { filtersOf } from '../../measures/measureFilters.ts';
import { MeasuresPage } from '../../measures/MeasuresPage.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { type MeasureExample, NothingMeasured } from '../../measures/NothingMeasured.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { formatQuantity } from '../../ui/formatCount.ts';

const RAG_LIST: FilteredList = {
  noun: 'search',
  facets: [
    valuesFacet('agent_id', 'Agent', true),
    valuesFacet('service_name', 'Service', true),
    valuesFacet('environment', 'Environment', true),
    valuesFacet('user_id', 'User', false),
    valuesFacet('department', 'Department', false),
    valuesFacet('endpoint', 'Endpoint', false),
  ],
  source: 'spans',
  measure: 'rag_queries',
};
const PRESENCE = { source: 'spans' as const, measures: ['rag_queries'] };

const FIGURES: readonly Figure[] = [
  { label: 'Searches', measure: 'rag_queries', unit: 'count' },
  {
    label: 'Error rate',
    measure: 'rag_error_rate',
    unit: 'ratio',
    note: (row) => <span>{formatQuantity(numberOf(row, 'rag_errors') ?? 0, 'failed search', 'failed searches')}</span>,
  },
  {
    label: 'p95 time',
    measure: 'rag_total_ms_p95',
    unit: 'ms',
    note: (row) => <span>half within {formatMeasure(row.rag_total_ms_p50, 'ms')}</span>,
  },
  {
    label: 'Chunks found',
    measure: 'rag_chunks_retrieved_avg',
    unit: 'count',
    title: 'Of one search, on average',
    note: (row) => <span>{formatMeasure(row.rag_chunks_used_avg, 'count')} of them used</span>,
  },
  {
    label: 'Top score',
    measure: 'rag_top_score_avg',
    unit: 'score',
    title: 'Of the best chunk of a search, on average',
    note: (row) => <ThresholdNote row={row} />,
  },
  { label: 'Result cache hits', measure: 'rag_cache_hit_rate', unit: 'ratio', title: 'Of the searches that tell' },
  { label: 'Embedding cache hits', measure: 'rag_embedding_cache_hit_rate', unit: 'ratio', title: 'Of the searches that tell' },
];
const FIGURE_MEASURES = [...FIGURES.map(({ measure }) => measure), 'rag_errors', 'rag_total_ms_p50', 'rag_chunks_used_avg', 'rag_threshold_avg'];

/** A best chunk that does not reach the threshold answers nothing. */
function ThresholdNote({ row }: { row: QueryRow }) {
  const threshold = numberOf(row, 'rag_threshold_avg');
  const top = numberOf(row, 'rag_top_score_avg');
  if (threshold === null) return <span>no threshold told</span>;
  return <span className={top !== null && top < threshold ? 'kpi-warn' : undefined}>threshold {formatMeasure(threshold, 'score')}</span>;
}

const STAGES = [
  { label: 'Total', measure: 'rag_total_ms_p95' },
  { label: 'Embedding', measure: 'rag_embedding_ms_p95' },
  { label: 'Vector search', measure: 'rag_search_ms_p95' },
  { label: 'Rerank', measure: 'rag_rerank_ms_p95' },
] as const;
const SCORES = [
  { label: 'Top score', measure: 'rag_top_score_avg' },
  { label: 'Average score', measure: 'rag_avg_score_avg' },
  { label: 'Threshold', measure: 'rag_threshold_avg' },
] as const;

const ofAgent = (row: QueryRow) => ({ agent_id: textOf(row, 'agent_id') });
const COLUMNS: readonly MeasureColumn[] = [
  { label: 'Searches', measure: 'rag_queries', unit: 'count' },
  errorRateColumn('rag_error_rate', ofAgent),
  { label: 'p50', measure: 'rag_total_ms_p50', unit: 'ms' },
  { label: 'p95', measure: 'rag_total_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'rag_total_ms_p99', unit: 'ms' },
  { label: 'Embedding p95', measure: 'rag_embedding_ms_p95', unit: 'ms' },
  { label: 'Search p95', measure: 'rag_search_ms_p95', unit: 'ms' },
  { label: 'Rerank p95', measure: 'rag_rerank_ms_p95', unit: 'ms' },
  { label: 'Found', measure: 'rag_chunks_retrieved_avg', unit: 'count', title: 'Chunks of one search, on average' },
  { label: 'Used', measure: 'rag_chunks_used_avg', unit: 'count' },
  { label: 'Top', measure: 'rag_top_score_avg', unit: 'score' },
  { label: 'Threshold', measure: 'rag_threshold_avg', unit: 'score' },
  { label: 'Cache hits', measure: 'rag_cache_hit_rate', unit: 'ratio' },
];

const EXAMPLE: MeasureExample = {
  title: 'Without tracing: one event a search',
  code: (target) =>
    curlEvent(
      target,
      `{
  "event_type": "retrieval", "agent_id": "my-agent", "latency_ms": 180,
  "payload": {
    "total_ms": 180, "embedding_ms": 40, "search_ms": 90, "rerank_ms": 50,
    "chunks_retrieved": 10, "chunks_used": 4, "top_score": 0.82, "threshold": 0.5,
    "cache_hit": false
  }
}`,
    ),
};

/** Searches of knowledge stores: where their time goes, what they find, and what caches spare. */
export function RagPage() {
  return (
    <MeasuresPage
      title="RAG"
      list={RAG_LIST}
      presence={PRESENCE}
      nothing={
        <NothingMeasured title="RAG" example={EXAMPLE}>
          Nothing was searched in this range. Spans of retrievers fill this page (OpenInference, LangChain, LlamaIndex, Langfuse, OpenTelemetry), and
          so do events of type <code>retrieval</code>.
        </NothingMeasured>
      }
    >
      <Searches />
    </MeasuresPage>
  );
}

function Searches() {
  const search = useSearchText();
  const filters = useMemo(() => filtersOf(RAG_LIST, search), [search]);
  const scope = useMemo(() => ({ filters }), [filters]);
  const figures = useMeasures({ measures: FIGURE_MEASURES, filters });
  return (
    <>
      <FigureStrip label="Searches in this range" figures={FIGURES} query={figures} />
      <LinesPanel
        title="Time of searches"
        unit="ms"
        unitWords="95 % of the searches that tell took at most this"
        lines={STAGES}
        scope={scope}
        empty="No search told how long it took."
      />
      <LinesPanel
        title="Scores"
        unit="score"
        unitWords="mean over the searches that tell"
        lines={SCORES}
        scope={scope}
        empty="No search told scores: retrievers that send documents with their scores do."
      />
      <MeasureTable
        title="By agent"
        id="agents"
        question={{ filters, group_by: ['agent_id'] }}
        columns={COLUMNS}
        keep={(row) => (numberOf(row, 'rag_queries') ?? 0) > 0}
        nameLabel="Agent"
        renderName={(row: QueryRow) => (
          <TracesLink filters={ofAgent(row)} title="Traces of this agent">
            {textOf(row, 'agent_id') ?? 'no agent named'}
          </TracesLink>
        )}
        empty="Choose a longer range."
      />
    </>
  );
}
