import type { Figure } from '../../measures/FigureStrip.tsx';
import { type ChartSplits, MEASURE_WORDS, type MeasureWords } from '../overview/chartQuestion.ts';

/** What an agent did in the range. */
export const AGENT_FIGURES: readonly Figure[] = [
  { label: 'Runs', measure: 'runs', unit: 'count' },
  { label: 'Failed runs', measure: 'run_error_rate', unit: 'ratio', title: 'Runs that failed or timed out ÷ runs' },
  { label: 'Calls', measure: 'calls', unit: 'count', title: 'Model, embedding, tool and retrieval calls' },
  { label: 'Error rate', measure: 'error_rate', unit: 'ratio', title: 'Failed calls ÷ calls' },
  { label: 'p95 latency', measure: 'latency_ms_p95', unit: 'ms', title: '95 % of its calls took at most this' },
  { label: 'Run duration, p95', measure: 'run_duration_ms_p95', unit: 'ms' },
  { label: 'Tokens', measure: 'total_tokens', unit: 'tokens' },
  { label: 'Cost', measure: 'cost_usd', unit: 'usd' },
];

export const AGENT_CHARTS: Readonly<Record<string, MeasureWords>> = {
  runs: { label: 'Runs', measure: 'runs', unit: 'count', unitWords: 'executions, counted when they begin', adds: true },
  cost: MEASURE_WORDS.cost,
  latency: MEASURE_WORDS.latency,
  errors: MEASURE_WORDS.errors,
  calls: MEASURE_WORDS.calls,
  tokens: MEASURE_WORDS.tokens,
  failed: { label: 'Failed runs', measure: 'run_errors', unit: 'count', unitWords: 'runs that failed or timed out', adds: true },
};

export const AGENT_SPLITS: ChartSplits = {
  none: { label: 'No split', field: null },
  model: { label: 'By model', field: 'model' },
  kind: { label: 'By kind', field: 'kind' },
  tool: { label: 'By tool', field: 'tool_name' },
  environment: { label: 'By environment', field: 'environment' },
};
