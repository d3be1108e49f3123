import type { Span, TraceSummary } from '@sightglass/contract/trace';
import { timeForTest } from './spanForTest.ts';
import { buildTraceModel, type TraceModel } from './traceModel.ts';

/** A model of test spans; of the trace nothing is known but what a test names. */
export function traceModelForTest(spans: Span[], fields: Partial<TraceSummary> = {}): TraceModel {
  return buildTraceModel({
    spans,
    trace: {
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      root_name: spans[0]?.name ?? '',
      start_time: timeForTest(0),
      duration_ns: '0',
      status: 'success',
      span_count: spans.length,
      error_count: 0,
      llm_calls: 0,
      input_tokens: null,
      output_tokens: null,
      cost_usd: null,
      agent_id: null,
      run_id: null,
      session_id: null,
      user_id: null,
      department: null,
      models: [],
      trace_type: null,
      method: null,
      status_code: null,
      service_name: null,
      environment: null,
      unpriced_calls: 0,
      approximate_calls: 0,
      input_preview: null,
      output_preview: null,
      ...fields,
    },
  });
}
