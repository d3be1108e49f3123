import {
  ALL_TOKENS,
  ENDED,
  FAILED,
  HAS_USAGE,
  IS_CALL,
  HAS_ESTIMATED_COST,
  IS_REQUEST,
  IS_RUN,
  IS_UNPRICED,
  isCallOf,
  REQUEST_FAILED,
} from '../spanSql.ts';
import { countOf, distinctOf, distributionOf, type MeasureDefinition, type MeasureWords, shareOf, sumOfIf, tokensOf } from './measure.ts';
import { ADDS_UP, ratioOf } from './rollup.ts';

const LLM = isCallOf('llm');
const TOOL = isCallOf('tool');
const DURATION_MS = 'duration_ns / 1e6';

const VOLUME: MeasureDefinition[] = [
  countOf({ name: 'calls', title: 'Calls', description: 'Spans of kind llm, embedding, tool, retriever and reranker', better: 'neither' }, IS_CALL),
  countOf({ name: 'llm_calls', title: 'Model calls', description: 'Calls of language models', better: 'neither' }, LLM),
  countOf({ name: 'embedding_calls', title: 'Embedding calls', description: 'Calls of embedding models', better: 'neither' }, isCallOf('embedding')),
  countOf({ name: 'tool_calls', title: 'Tool calls', description: 'Tools that agents ran', better: 'neither' }, TOOL),
  countOf({ name: 'retriever_calls', title: 'Retrievals', description: 'Searches of a knowledge store', better: 'neither' }, isCallOf('retriever')),
  countOf({ name: 'runs', title: 'Runs', description: 'Executions of an agent, counted when they begin', better: 'neither' }, IS_RUN),
  countOf({ name: 'requests', title: 'Requests', description: 'HTTP requests that a service answered', better: 'neither' }, IS_REQUEST),
  countOf({ name: 'spans', title: 'Spans', description: 'Everything that was traced', better: 'neither' }, '1'),
  distinctOf({ name: 'traces', title: 'Traces', description: 'Distinct traces with a span here', better: 'neither' }, 'trace_id', '1'),
  distinctOf(
    { name: 'active_agents', title: 'Active agents', description: 'Distinct agents with a span here', better: 'neither' },
    'agent_id',
    `agent_id != ''`,
  ),
  distinctOf(
    { name: 'active_users', title: 'Active users', description: 'Distinct users with a span here', better: 'neither' },
    'user_id',
    `user_id != ''`,
  ),
  distinctOf(
    { name: 'active_sessions', title: 'Active sessions', description: 'Distinct sessions with a span here', better: 'neither' },
    'session_id',
    `session_id != ''`,
  ),
];

const FAILURES: MeasureDefinition[] = [
  countOf({ name: 'errors', title: 'Errors', description: 'Calls that failed or timed out', better: 'lower' }, `${IS_CALL} AND ${FAILED}`),
  shareOf({ name: 'error_rate', title: 'Error rate', description: 'Failed calls ÷ calls', better: 'lower' }, FAILED, IS_CALL),
  countOf(
    { name: 'llm_errors', title: 'Model errors', description: 'Model calls that failed or timed out', better: 'lower' },
    `${LLM} AND ${FAILED}`,
  ),
  shareOf({ name: 'llm_error_rate', title: 'Model error rate', description: 'Failed model calls ÷ model calls', better: 'lower' }, FAILED, LLM),
  countOf(
    { name: 'tool_errors', title: 'Tool errors', description: 'Tool calls that failed or timed out', better: 'lower' },
    `${TOOL} AND ${FAILED}`,
  ),
  shareOf({ name: 'tool_error_rate', title: 'Tool error rate', description: 'Failed tool calls ÷ tool calls', better: 'lower' }, FAILED, TOOL),
  countOf({ name: 'run_errors', title: 'Failed runs', description: 'Runs that failed or timed out', better: 'lower' }, `${IS_RUN} AND ${FAILED}`),
  countOf(
    { name: 'run_successes', title: 'Successful runs', description: 'Runs that ended well', better: 'neither' },
    `${IS_RUN} AND status = 'success'`,
  ),
  shareOf({ name: 'run_error_rate', title: 'Run error rate', description: 'Failed runs ÷ runs', better: 'lower' }, FAILED, IS_RUN),
  countOf(
    { name: 'request_errors', title: 'Failed requests', description: 'Requests that failed or were answered with 500 or above', better: 'lower' },
    `${IS_REQUEST} AND ${REQUEST_FAILED}`,
  ),
  shareOf(
    { name: 'request_error_rate', title: 'Request error rate', description: 'Failed requests ÷ requests', better: 'lower' },
    REQUEST_FAILED,
    IS_REQUEST,
  ),
  countOf(
    { name: 'trace_errors', title: 'Failures', description: 'Failures of any kind, each counted once at the deepest failed span', better: 'lower' },
    'error_origin = 1',
  ),
];

/** The exact sum of what the calls under a condition cost. */
function costOf(words: MeasureWords, condition: string): MeasureDefinition {
  const sum = `ifNull(sumIf(cost_usd, ${condition}), toDecimal128(0, 12))`;
  const weighted = `ifNull(sumIf(cost_usd * weight, ${condition}), toDecimal128(0, 12))`;
  return {
    ...words,
    source: 'spans',
    unit: 'usd',
    type: 'decimal',
    sql: `toString(${sum})`,
    orderSql: sum,
    weightedSql: `toString(${weighted})`,
    weightedOrderSql: weighted,
    empty: '0',
    rollup: ADDS_UP,
  };
}

const USAGE: MeasureDefinition[] = [
  costOf(
    {
      name: 'cost_usd',
      title: 'Cost',
      description: 'What the priced calls cost; unpriced ones are not in it, see unpriced_calls',
      better: 'lower',
    },
    HAS_USAGE,
  ),
  costOf(
    {
      name: 'estimated_cost_usd',
      title: 'Estimated cost',
      description: 'The part of the cost that rests on token counts that nobody reported, or on a service tier whose rates are not known',
      better: 'lower',
    },
    HAS_ESTIMATED_COST,
  ),
  countOf({ name: 'estimated_calls', title: 'Estimated calls', description: 'Calls whose cost is an estimate', better: 'lower' }, HAS_ESTIMATED_COST),
  countOf(
    { name: 'unpriced_calls', title: 'Unpriced calls', description: 'Calls with a model or tokens that no price was found for', better: 'lower' },
    IS_UNPRICED,
  ),
  tokensOf(
    { name: 'input_tokens', title: 'Input tokens', description: 'Prompt tokens, cache reads and writes included', better: 'neither' },
    'input_tokens',
    HAS_USAGE,
  ),
  tokensOf(
    { name: 'output_tokens', title: 'Output tokens', description: 'Completion tokens, reasoning included', better: 'neither' },
    'output_tokens',
    HAS_USAGE,
  ),
  tokensOf(
    { name: 'total_tokens', title: 'Tokens', description: 'Input and output; a total that was sent without a split is in it', better: 'neither' },
    ALL_TOKENS,
    HAS_USAGE,
  ),
  tokensOf(
    { name: 'cache_read_tokens', title: 'Cached tokens', description: 'Prompt tokens read from the provider’s cache', better: 'higher' },
    'cache_read_tokens',
    HAS_USAGE,
  ),
  tokensOf(
    { name: 'cache_write_tokens', title: 'Cache write tokens', description: 'Prompt tokens written to the provider’s cache', better: 'neither' },
    'cache_write_tokens',
    HAS_USAGE,
  ),
  tokensOf(
    { name: 'reasoning_tokens', title: 'Reasoning tokens', description: 'Completion tokens spent on reasoning', better: 'neither' },
    'reasoning_tokens',
    HAS_USAGE,
  ),
  {
    name: 'cache_hit_rate',
    title: 'Cache hit rate',
    description: 'Prompt tokens of model calls that were read from the provider’s cache ÷ all their prompt tokens',
    source: 'spans',
    unit: 'ratio',
    type: 'number',
    better: 'higher',
    ...ratioOf(sumOfIf('ifNull(cache_read_tokens, 0)', `${LLM} AND isNotNull(input_tokens)`), sumOfIf('ifNull(input_tokens, 0)', LLM)),
    empty: null,
  },
];

const SPEED: MeasureDefinition[] = [
  ...distributionOf({
    name: 'latency_ms',
    title: 'Latency',
    subject: 'calls of every kind took',
    value: DURATION_MS,
    condition: `${IS_CALL} AND ${ENDED}`,
    withMaximum: true,
  }),
  ...distributionOf({
    name: 'llm_latency_ms',
    title: 'Model latency',
    subject: 'model calls took',
    value: DURATION_MS,
    condition: `${LLM} AND ${ENDED}`,
    withMaximum: true,
  }),
  ...distributionOf({
    name: 'tool_latency_ms',
    title: 'Tool latency',
    subject: 'tool calls took',
    value: DURATION_MS,
    condition: `${TOOL} AND ${ENDED}`,
    withMaximum: true,
  }),
  ...distributionOf({
    name: 'run_duration_ms',
    title: 'Run duration',
    subject: 'runs took',
    value: DURATION_MS,
    condition: `${IS_RUN} AND ${ENDED}`,
    withMaximum: true,
  }),
  ...distributionOf({
    name: 'request_latency_ms',
    title: 'Request latency',
    subject: 'requests took',
    value: DURATION_MS,
    condition: IS_REQUEST,
    withMaximum: true,
  }),
  ...distributionOf({
    name: 'ttft_ms',
    title: 'Time to first token',
    subject: 'model calls waited for their first token',
    value: 'ifNull(ttft_ms, 0)',
    condition: `${LLM} AND isNotNull(ttft_ms)`,
    withMaximum: false,
  }),
  {
    name: 'tokens_per_second',
    title: 'Tokens per second',
    description: 'Output tokens of model calls ÷ the time those calls took',
    source: 'spans',
    unit: 'none',
    type: 'number',
    better: 'higher',
    ...ratioOf(sumOfIf('ifNull(output_tokens, 0)', LLM), sumOfIf('duration_ns / 1e9', `${LLM} AND isNotNull(output_tokens)`)),
    empty: null,
  },
];

export const SPAN_MEASURES: readonly MeasureDefinition[] = [...VOLUME, ...FAILURES, ...USAGE, ...SPEED];
