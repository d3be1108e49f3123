import type { FilteredList } from '../../filters/facets.ts';
import { valuesFacet } from '../../filters/facets.ts';
import type { ChartSplits, MeasureWords } from '../overview/chartQuestion.ts';

/** How one narrows model calls. */
export const LLM_LIST: FilteredList = {
  noun: 'model call',
  facets: [
    valuesFacet('provider', 'Provider', true),
    valuesFacet('model', 'Model', true),
    valuesFacet('agent_id', 'Agent', true),
    valuesFacet('environment', 'Environment', true),
    valuesFacet('user_id', 'User', false),
    valuesFacet('department', 'Department', false),
    valuesFacet('endpoint', 'Endpoint', false),
    valuesFacet('service_tier', 'Service tier', false),
    valuesFacet('finish_reason', 'Finish reason', false),
  ],
  source: 'spans',
  measure: 'llm_calls',
};

export const LLM_SPLITS: ChartSplits = {
  model: { label: 'By model', field: 'model' },
  provider: { label: 'By provider', field: 'provider' },
  agent: { label: 'By agent', field: 'agent_id' },
  none: { label: 'No split', field: null },
};

const tokens = (label: string, measure: string, unitWords: string): MeasureWords => ({ label, measure, unit: 'tokens', unitWords, adds: true });
const time = (label: string, measure: string, unitWords: string): MeasureWords => ({ label, measure, unit: 'ms', unitWords, adds: false });
const count = (label: string, measure: string, unitWords: string): MeasureWords => ({ label, measure, unit: 'count', unitWords, adds: true });

export const LLM_CHARTS: Readonly<Record<string, MeasureWords>> = {
  calls: count('Calls', 'llm_calls', 'calls of language models'),
  errors: count('Errors', 'llm_errors', 'calls that failed or timed out'),
  limited: count('Rate-limited calls', 'rate_limited_calls', 'calls that a provider refused as too many'),
  p50: time('Latency p50', 'llm_latency_ms_p50', 'half of the calls took at most this'),
  p95: time('Latency p95', 'llm_latency_ms_p95', '95 % of the calls took at most this'),
  p99: time('Latency p99', 'llm_latency_ms_p99', '99 % of the calls took at most this'),
  ttft: time('Time to first token p95', 'ttft_ms_p95', '95 % of the calls that tell waited at most this'),
  speed: { label: 'Tokens per second', measure: 'tokens_per_second', unit: 'rate', unitWords: 'output tokens ÷ time of the calls', adds: false },
  input: tokens('Input tokens', 'input_tokens', 'cache reads and writes included'),
  output: tokens('Output tokens', 'output_tokens', 'reasoning included'),
  cached: tokens('Cached tokens', 'cache_read_tokens', 'prompt tokens read from the provider’s cache'),
  reasoning: tokens('Reasoning tokens', 'reasoning_tokens', 'completion tokens spent on reasoning'),
  cost: { label: 'Cost', measure: 'cost_usd', unit: 'usd', unitWords: 'US dollars', adds: true },
};
