/** Views over single spans: requests, model calls, searches, guardrails, costs. */
import { firstNumber, firstText, REQUEST_BYTES, RESPONSE_BYTES } from '../../explore/attributeSql.ts';
import { ALL_TOKENS, HAS_USAGE, IS_REQUEST, isCallOf, MODEL } from '../../explore/spanSql.ts';
import { withRagColumns } from './ragColumns.ts';
import { AT, DURATION_MS, ERROR_MESSAGE, SPAN_KEY, spansWhere, SUCCEEDED, TRACE_ID } from './spanColumns.ts';
import { column, text, type View } from './view.ts';

const bytes = (sql: string) => `toUInt64(if(${sql} >= 0, ${sql}, NULL))`;
const yesOrNull = (sql: string) => `CAST(${sql}, 'Nullable(Bool)')`;
const USER = [text('user_id'), text('user_email'), text('department')];

const requestMetrics: View = {
  name: 'request_metrics',
  row: 'a request that a service answered',
  columns: [
    SPAN_KEY,
    AT,
    text('endpoint', 'endpoint', 'the route, else the path with ids folded'),
    text('method'),
    column('status_code', 'nullIf(status_code, 0)'),
    column('response_time_ms', DURATION_MS),
    ...USER,
    column('request_size_bytes', bytes(REQUEST_BYTES)),
    column('response_size_bytes', bytes(RESPONSE_BYTES)),
    TRACE_ID,
  ],
  from: spansWhere(IS_REQUEST),
};

const llmCallMetrics: View = {
  name: 'llm_call_metrics',
  row: 'a call of a language model',
  columns: [
    SPAN_KEY,
    AT,
    text('model', MODEL, 'the one that answered, else the one asked for'),
    text('provider'),
    column('prompt_tokens', 'input_tokens', 'cache reads and writes included'),
    column('completion_tokens', 'output_tokens', 'reasoning included'),
    column('total_tokens', ALL_TOKENS),
    column('elapsed_ms', DURATION_MS),
    column('first_token_ms', 'ttft_ms'),
    ...USER,
    text('query_category'),
    TRACE_ID,
    column('cost_usd', 'cost_usd', 'dollars; NULL when unpriced'),
    column('success', SUCCEEDED, 'NULL while it runs'),
    ERROR_MESSAGE,
  ],
  from: spansWhere(isCallOf('llm')),
};

const RETRIEVERS = `kind = 'retriever'`;
const WITH_RETRIEVER = `trace_id IN (SELECT trace_id FROM spans WHERE ${RETRIEVERS})`;

const ragMetrics: View = {
  name: 'rag_metrics',
  row: 'a search of a knowledge store',
  columns: [
    SPAN_KEY,
    AT,
    TRACE_ID,
    ...USER,
    text('query_hash', firstText('sightglass.rag.query_hash')),
    column('total_ms', 'rag_total_ms'),
    column('embedding_ms', 'rag_embedding_ms'),
    column('vector_search_ms', 'rag_search_ms'),
    column('rerank_ms', 'rag_rerank_ms'),
    column('chunks_retrieved', 'rag_chunks_retrieved'),
    column('chunks_used', 'rag_chunks_used'),
    column('cache_hit', yesOrNull('rag_cache_hit')),
    column('embedding_cache_hit', yesOrNull('rag_embedding_cache_hit')),
    column('top_score', 'rag_top_score'),
    column('avg_score', 'rag_avg_score'),
    column('threshold_used', 'rag_threshold'),
  ],
  from: `${withRagColumns(spansWhere(RETRIEVERS), `(SELECT * FROM spans FINAL PREWHERE ${WITH_RETRIEVER})`)} WHERE is_rag = 1`,
};

const modelCostLogs: View = {
  name: 'model_cost_logs',
  row: 'a call that costs money: of a language or embedding model',
  columns: [
    AT,
    text('user_id'),
    text('agent_id'),
    text('model_name', MODEL),
    column('input_tokens', 'input_tokens'),
    column('output_tokens', 'output_tokens'),
    column('rate_per_1k', `cost_usd * 1000 / nullIf(${ALL_TOKENS}, 0)`, 'dollars for a thousand tokens, as this call turned out'),
    column('cost_usd', 'cost_usd', 'dollars; NULL when unpriced'),
    TRACE_ID,
  ],
  from: spansWhere(HAS_USAGE),
};

const SIMILARITY = firstNumber('sightglass.guardrail.similarity_score');
const REFERENCE = firstText('sightglass.guardrail.flagged_reference');

const promptSimilarityLogs: View = {
  name: 'prompt_similarity_logs',
  row: 'a guardrail that compared a text with references',
  columns: [
    AT,
    text('user_id'),
    text('agent_id'),
    column('similarity_score', SIMILARITY, '0 to 1'),
    text('flagged_reference', REFERENCE),
    text('action_taken', firstText('sightglass.guardrail.action_taken')),
  ],
  from: spansWhere(`kind = 'guardrail' AND (isNotNull(${SIMILARITY}) OR ${REFERENCE} != '')`),
};

export const CALL_VIEWS: readonly View[] = [requestMetrics, llmCallMetrics, ragMetrics, modelCostLogs, promptSimilarityLogs];
