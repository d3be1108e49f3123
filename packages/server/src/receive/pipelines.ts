import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { createEventPipeline } from './eventPipeline.ts';
import { createEventSummaryPipeline } from './eventReadings.ts';
import { createLangfusePipeline } from './langfuse/langfusePipeline.ts';
import { createLogPipeline } from './logPipeline.ts';
import { createMetricPipeline } from './metricPipeline.ts';
import type { Pipeline, TelemetryRequest } from './pipeline.ts';
import { noPolicies, type PoliciesOf } from './requestPolicies.ts';
import { createTracePipeline } from './tracePipeline.ts';

/** One pipeline a signal. */
export function createPipelines(
  price: (span: CanonicalSpan) => SpanCost,
  policiesOf: PoliciesOf = noPolicies,
): Record<TelemetryRequest['signal'], Pipeline> {
  return {
    traces: createTracePipeline(price, policiesOf),
    logs: createLogPipeline(policiesOf),
    metrics: createMetricPipeline(policiesOf),
    events: createEventPipeline(price, policiesOf),
    'event-summary': createEventSummaryPipeline(),
    langfuse: createLangfusePipeline(price, policiesOf),
  };
}
