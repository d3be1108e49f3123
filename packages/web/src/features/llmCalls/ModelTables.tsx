import type { QueryFilter } from '@sightglass/contract/querySpec';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { errorRateColumn } from '../../measures/cells.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';
import { CostCell } from '../overview/costWords.tsx';
import '../overview/overview.css';

const GROUPS = ['provider', 'model'];
const ofModel = (row: QueryRow) => {
  const provider = textOf(row, 'provider');
  return { model: textOf(row, 'model'), ...(provider === null ? {} : { provider }) };
};

const COST: MeasureColumn = {
  label: 'Cost',
  measure: 'cost_usd',
  unit: 'usd',
  cell: (row) => (
    <CostCell
      costUsd={textOf(row, 'cost_usd')}
      unpricedCalls={numberOf(row, 'unpriced_calls') ?? 0}
      estimatedCalls={numberOf(row, 'estimated_calls') ?? 0}
    />
  ),
};
const OF_COST = ['unpriced_calls', 'estimated_calls'];

const TIMES: readonly MeasureColumn[] = [
  { label: 'Calls', measure: 'llm_calls', unit: 'count' },
  errorRateColumn('llm_error_rate', ofModel),
  { label: 'Rate limited', measure: 'rate_limited_calls', unit: 'count', title: 'Calls that the provider refused as too many' },
  { label: 'p50', measure: 'llm_latency_ms_p50', unit: 'ms', title: 'Half of the calls took at most this' },
  { label: 'p95', measure: 'llm_latency_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'llm_latency_ms_p99', unit: 'ms' },
  { label: 'First token p50', measure: 'ttft_ms_p50', unit: 'ms' },
  { label: 'First token p95', measure: 'ttft_ms_p95', unit: 'ms' },
  { label: 'Tokens/s', measure: 'tokens_per_second', unit: 'rate', title: 'Output tokens ÷ the time of the calls' },
];
const TOKENS: readonly MeasureColumn[] = [
  COST,
  { label: 'Input', measure: 'input_tokens', unit: 'tokens', title: 'Cache reads and writes included' },
  { label: 'Cache reads', measure: 'cache_read_tokens', unit: 'tokens' },
  { label: 'Cache writes', measure: 'cache_write_tokens', unit: 'tokens' },
  { label: 'Cached', measure: 'cache_hit_rate', unit: 'ratio', title: 'Input tokens that were read from the provider’s cache' },
  { label: 'Output', measure: 'output_tokens', unit: 'tokens', title: 'Reasoning included' },
  { label: 'Reasoning', measure: 'reasoning_tokens', unit: 'tokens' },
];

function ModelName({ row }: { row: QueryRow }) {
  const { model, provider } = ofModel(row);
  if (model === null) return <span className="dim">model not named</span>;
  return (
    <span className="measure-name">
      <TracesLink filters={ofModel(row)} title={`Traces with calls of ${model}`}>
        {model}
      </TracesLink>
      {provider === undefined ? null : <span className="measure-name-more">{provider}</span>}
    </span>
  );
}

/** The models that were called: how fast they were, and what they used. */
export function ModelTables({ filters }: { filters: QueryFilter[] }) {
  const question = { filters, group_by: GROUPS };
  const shared = { question, nameLabel: 'Model', renderName: (row: QueryRow) => <ModelName row={row} />, empty: 'Choose a longer range.' };
  return (
    <>
      <MeasureTable {...shared} title="Models" note="calls and time" id="models" columns={TIMES} />
      <MeasureTable {...shared} title="Tokens and cost" note="by model" id="tokens" columns={TOKENS} also={OF_COST} />
    </>
  );
}
