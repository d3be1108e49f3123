import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { createEventPipeline } from './eventPipeline.ts';
import { createLangfusePipeline } from './langfuse/langfusePipeline.ts';
import { createLogPipeline } from './logPipeline.ts';
import { createMetricPipeline } from './metricPipeline.ts';
import type { Pipeline, Signal } from './pipeline.ts';
import { createTracePipeline } from './tracePipeline.ts';

/** One pipeline a signal. */
export function createPipelines(price: (span: CanonicalSpan) => SpanCost): Record<Signal, Pipeline> {
  return {
    traces: createTracePipeline(price),
    logs: createLogPipeline(),
    metrics: createMetricPipeline(),
    events: createEventPipeline(price),
    langfuse: createLangfusePipeline(price),
  };
}
