/**
 * What programs report of their model calls and requests as metrics, for those that send no spans. They tell of the same
 * calls as spans do and are never added to them, hence names of their own.
 */
import { firstText } from '../attributeSql.ts';
import { type MetricWords, type NamedMetrics, observationsOf, observedPercentileOf, observedSumOf } from './namedMetrics.ts';
import type { MeasureDefinition } from './measure.ts';

const LEVELS = [50, 95, 99] as const;

const percentilesOf = (name: string, title: string, subject: string, metrics: NamedMetrics): MeasureDefinition[] =>
  LEVELS.map((percent) =>
    observedPercentileOf(
      {
        name: `${name}_p${percent}`,
        title: `${title}, p${percent}`,
        description: `${percent} % of ${subject} at most this, as programs report in metrics; from buckets`,
        unit: 'ms',
        better: 'lower',
      },
      metrics,
      percent / 100,
    ),
  );

const GEN_AI_CALLS: NamedMetrics = { names: ['gen_ai.client.operation.duration', 'gen_ai.client.inference.duration'] };
const GEN_AI_FAILED: NamedMetrics = { ...GEN_AI_CALLS, condition: `attributes_string['error.type'] != ''` };
const tokens = (...types: readonly string[]): NamedMetrics => ({
  names: ['gen_ai.client.token.usage'],
  condition: `attributes_string['gen_ai.token.type'] IN (${types.map((type) => `'${type}'`).join(', ')})`,
});
const FIRST_CHUNK: NamedMetrics = { names: ['gen_ai.client.operation.time_to_first_chunk', 'gen_ai.server.time_to_first_token'] };

const REQUESTS: NamedMetrics = { names: ['http.server.request.duration', 'http.server.duration'] };
const STATUS = `toUInt16(greatest(attributes_number['http.response.status_code'], attributes_number['http.status_code'], ifNull(toFloat64OrNull(${firstText('http.response.status_code', 'http.status_code')}), 0)))`;

const words = (name: string, title: string, description: string, unit: MetricWords['unit'], better: MetricWords['better']): MetricWords => ({
  name,
  title,
  description,
  unit,
  better,
});

export const REPORTED_MEASURES: readonly MeasureDefinition[] = [
  observationsOf(
    words('reported_llm_calls', 'Model calls, reported', 'Model and embedding calls that programs count in metrics', 'count', 'neither'),
    GEN_AI_CALLS,
  ),
  observationsOf(words('reported_llm_errors', 'Model errors, reported', 'Those of them that failed', 'count', 'lower'), GEN_AI_FAILED),
  ...percentilesOf('reported_llm_latency_ms', 'Model latency, reported', 'model and embedding calls took', GEN_AI_CALLS),
  ...percentilesOf('reported_ttft_ms', 'Time to first token, reported', 'model calls waited for their first chunk', FIRST_CHUNK),
  observedSumOf(
    words('reported_input_tokens', 'Input tokens, reported', 'Prompt tokens that programs count in metrics', 'tokens', 'neither'),
    tokens('input'),
  ),
  observedSumOf(
    words('reported_output_tokens', 'Output tokens, reported', 'Completion tokens that programs count in metrics', 'tokens', 'neither'),
    tokens('output', 'completion'),
  ),
  observationsOf(words('reported_requests', 'Requests, reported', 'Requests that services count in metrics', 'count', 'neither'), REQUESTS),
  observationsOf(
    words('reported_request_errors', 'Failed requests, reported', 'Those of them that were answered with 500 or above', 'count', 'lower'),
    { ...REQUESTS, condition: `${STATUS} >= 500` },
  ),
  ...percentilesOf('reported_request_latency_ms', 'Request latency, reported', 'requests took', REQUESTS),
];
