import type { QueryFilter } from '@sightglass/contract/querySpec';
import { useMemo } from 'react';
import { numberOf } from '../../api/metrics.ts';
import { otelSettings } from '../../measures/exampleSettings.ts';
import { type Figure, FigureStrip } from '../../measures/FigureStrip.tsx';
import { filtersOf } from '../../measures/measureFilters.ts';
import { MeasuresPage } from '../../measures/MeasuresPage.tsx';
import { type MeasureExample, NothingMeasured } from '../../measures/NothingMeasured.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { ChartPanel } from '../overview/ChartPanel.tsx';
import { EmbeddingTable } from './EmbeddingTable.tsx';
import { LLM_CHARTS, LLM_LIST, LLM_SPLITS } from './llmMeasures.ts';
import { ModelTables } from './ModelTables.tsx';
import { ProviderTable } from './ProviderTable.tsx';

const PRESENCE = { source: 'spans' as const, measures: ['llm_calls', 'embedding_calls'] };

const FIGURES: readonly Figure[] = [
  { label: 'Calls', measure: 'llm_calls', unit: 'count' },
  {
    label: 'Error rate',
    measure: 'llm_error_rate',
    unit: 'ratio',
    note: (row) => <span>{formatQuantity(numberOf(row, 'llm_errors') ?? 0, 'failed call')}</span>,
  },
  { label: 'Rate limited', measure: 'rate_limited_calls', unit: 'count', title: 'Calls that a provider refused as too many' },
  {
    label: 'p95 latency',
    measure: 'llm_latency_ms_p95',
    unit: 'ms',
  },
  { label: 'First token p50', measure: 'ttft_ms_p50', unit: 'ms', title: 'Half of the calls that tell waited at most this for their first token' },
  { label: 'Tokens/s', measure: 'tokens_per_second', unit: 'rate', title: 'Output tokens ÷ the time of the calls' },
  {
    label: 'Input tokens',
    measure: 'input_tokens',
    unit: 'tokens',
    note: (row) => {
      const rate = numberOf(row, 'cache_hit_rate');
      return rate === null ? null : <span>{formatPercent(rate)} read from cache</span>;
    },
  },
  { label: 'Output tokens', measure: 'output_tokens', unit: 'tokens' },
  {
    label: 'Cost',
    measure: 'cost_usd',
    unit: 'usd',
    note: (row) => {
      const unpriced = numberOf(row, 'unpriced_calls') ?? 0;
      return unpriced === 0 ? null : <span className="kpi-warn">{formatQuantity(unpriced, 'call')} unpriced, not in it</span>;
    },
  },
];
const FIGURE_MEASURES = [...FIGURES.map(({ measure }) => measure), 'llm_errors', 'cache_hit_rate', 'unpriced_calls'];
const ONLY_LLM: QueryFilter = { field: 'kind', op: '=', value: 'llm' };

const EXAMPLE: MeasureExample = {
  title: 'Any OpenTelemetry GenAI instrumentation; here OpenAI’s client in Python',
  code: (target) =>
    `pip install opentelemetry-distro opentelemetry-exporter-otlp opentelemetry-instrumentation-openai-v2\n${otelSettings(target, 'my-agent')}\n  opentelemetry-instrument python app.py`,
};

/** Calls of language and embedding models: how many, how fast, how dear, and whether their providers answer. */
export function LlmCallsPage() {
  return (
    <MeasuresPage
      title="LLM calls"
      list={LLM_LIST}
      presence={PRESENCE}
      nothing={
        <NothingMeasured title="LLM calls" example={EXAMPLE}>
          No model was called in this range. Traces of any GenAI instrumentation fill this page, and so do events of type <code>llm_call</code>.
        </NothingMeasured>
      }
    >
      <LlmCalls />
    </MeasuresPage>
  );
}

function LlmCalls() {
  const search = useSearchText();
  const active = useMemo(() => filtersOf(LLM_LIST, search), [search]);
  const filters = useMemo(() => [...active, ONLY_LLM], [active]);
  const scope = useMemo(() => ({ filters }), [filters]);
  const figures = useMeasures({ measures: FIGURE_MEASURES, filters });
  return (
    <>
      <FigureStrip label="Model calls in this range" figures={FIGURES} query={figures} />
      <ChartPanel measures={LLM_CHARTS} splits={LLM_SPLITS} scope={scope} />
      <ProviderTable filters={active} />
      <ModelTables filters={filters} />
      <EmbeddingTable filters={active} />
    </>
  );
}
