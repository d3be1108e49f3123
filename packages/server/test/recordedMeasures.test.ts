/** What measures say of the recordings of real clients: each group in a workspace of its own. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { QuerySpecSchema } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEASURES } from '../src/explore/measures/catalogue.ts';
import { createTelemetryReader } from '../src/explore/reader.ts';
import { runQuery } from '../src/explore/runQuery.ts';
import { createPipelines } from '../src/receive/pipelines.ts';
import { noPolicies } from '../src/receive/requestPolicies.ts';
import { testWorkspace } from '../src/telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../src/telemetry/testing/temporaryTelemetry.ts';
import { loadTraceGroup, metricGroupNames, RECORDED_BY_MS, recordedBodies } from './otlpFixtures.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const pipelines = createPipelines(() => ({ costPicoUsd: null, costSource: null, priceId: null }), noPolicies);
  for (const group of Object.keys(EXPECTED)) {
    for (const signal of ['traces', 'metrics'] as const) {
      for (const [part, { body, contentType, encoding }] of recordedBodies(group, signal).entries()) {
        const request = { signal, workspaceId: workspaceOf(group), receivedAtMs: RECORDED_BY_MS, source: 'test', body, contentType, encoding };
        const { content } = pipelines[signal](request);
        for (const { name, native } of content?.tables ?? []) await store.telemetry.insertNative(name, native, `${group} ${signal} ${part}`);
      }
    }
  }
});
afterAll(() => store.remove());

const workspaceOf = (group: string): WorkspaceId => testWorkspace(group);

/** Figures from the requests as they were recorded, and from what the sidecars say truly happened. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number | string | null>>>> = {
  'ai-sdk-v5-rate-limit-retry': {
    llm_calls: 2,
    llm_errors: 1,
    rate_limited_calls: 1,
    provider_availability: 0.5,
    provider_uptime: 1,
    provider_failures_in_a_row: 0,
    provider_failures_in_a_row_max: 1,
    last_error: 'Rate limit reached for gpt-4o in organization org-test on tokens per min (TPM): Limit 30000.',
  },
  'ai-sdk-v7-otel-error': { llm_errors: 1, run_error_rate: 1, rate_limited_calls: 0, provider_failures_in_a_row: 1, provider_outages: 0 },
  'ai-sdk-v6-tool-error': { tool_calls: 1, tool_errors: 1, tool_success_rate: 0, last_error: 'refund of 900 EUR is over the limit of 500 EUR' },
  'ai-sdk-v5-rag': { embedding_calls: 2, embedded_texts: 4, embedding_batch_size_avg: 2, embedding_cache_hit_rate: null, db_calls: 1 },
  'openinference-openai-rag': {
    embedded_texts: 1,
    rag_queries: 1,
    rag_total_ms_avg: 11.67943,
    rag_embedding_ms_avg: 45.223571,
    rag_rerank_ms_avg: 4.915912,
    rag_chunks_retrieved_avg: 3,
    rag_chunks_used_avg: 2,
    rag_top_score_avg: 0.9134,
    rag_avg_score_avg: 0.806,
    rag_threshold_avg: null,
    rag_cache_hit_rate: null,
  },
  'traceloop-openai-rag': { rag_queries: 1, rag_chunks_retrieved_avg: 3, rag_embedding_ms_avg: null, rag_search_ms_avg: null },
  'otel-openai-rag': {
    rag_queries: 1,
    rag_embedding_ms_avg: 36.959314,
    // The model call and the embedding, in metrics beside the spans.
    reported_llm_calls: 2,
    reported_llm_errors: null,
    reported_input_tokens: 2574 + 18,
    reported_output_tokens: 238,
    input_tokens: 2574 + 18,
  },
  'plain-otel-web': {
    requests: 2,
    request_errors: 0,
    request_client_errors: 1,
    external_calls: 3,
    external_errors: 1,
    db_calls: 2,
    db_errors: 0,
    slow_queries: 0,
    cache_calls: 2,
    cache_call_error_rate: 0,
    cache_latency_ms_max: 1.269824,
  },
  'plain-otel-metrics-host': {
    process_memory_bytes: 83_869_696,
    host_memory_used_bytes: 1_290_350_592,
    heap_limit_bytes: 4_345_298_944,
    event_loop_delay_ms_max: 10.158079,
    event_loop_delay_ms_p99: 10.125311,
    process_cpu_utilization: 0.0035518242122719737,
    event_loop_utilization: 0.0013611976781993558,
    db_deadlocks: null,
  },
  'plain-otel-metrics-app': { cache_reported_hit_rate: 0.875, cache_lookup_hit_rate: null, cache_evictions: null, websocket_connections: null },
};

async function measured(group: string, measure: string): Promise<unknown> {
  const source = MEASURES.get(measure)?.source;
  const spec = QuerySpecSchema.parse({ source, measures: [measure], from: '2026-11-20T08:00:00Z', to: '2026-11-20T10:00:00Z' });
  const answer = await runQuery(createTelemetryReader(store.telemetry, workspaceOf(group)), spec, 0n);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.rows[0]?.[measure];
}

describe.each(Object.entries(EXPECTED))('%s', (group, expected) => {
  it.each(Object.entries(expected))('has %s %s', async (measure, value) => {
    const found = await measured(group, measure);
    if (typeof value === 'number') expect(found).toBeCloseTo(value, 9);
    else expect(found).toBe(value);
  });
});

describe('the figures are those that truly happened', () => {
  it('of embeddings: texts that the provider was sent', () => {
    const served = loadTraceGroup('ai-sdk-v5-rag').expected.embeddings as { inputs?: number }[];
    expect(served.reduce((sum, { inputs = 0 }) => sum + inputs, 0)).toBe(EXPECTED['ai-sdk-v5-rag']?.embedded_texts);
  });

  it('of a search: documents and scores', () => {
    const [search] = loadTraceGroup('openinference-openai-rag').expected.retrievers ?? [];
    expect(search?.documents).toHaveLength(3);
    expect(Math.max(...(search?.documents.map(({ score }) => score) ?? []))).toBe(0.9134);
  });

  it('of metrics: the recordings are there', () => {
    expect(metricGroupNames()).toEqual(expect.arrayContaining(['otel-openai-rag', 'plain-otel-metrics-host', 'plain-otel-metrics-app']));
  });
});
