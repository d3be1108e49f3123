/** The way of a metric request: decode → normalise, mask → encode. Pure; runs in the receive worker. */
import { type CanonicalMetricPoint, createPointNormaliser } from '../normalise/normaliseMetricPoint.ts';
import { redactMetricPoint } from '../redact/redactMetricPoint.ts';
import { encodeMetricPoints } from '../telemetry/encodeMetricPoints.ts';
import { metricPointsTable } from '../telemetry/tables/metricPoints.ts';
import { explainRejections, reject } from './decoded.ts';
import { decodeMetricsJson } from './otlp/metricsJson.ts';
import { decodeMetricsProtobuf } from './otlp/metricsProtobuf.ts';
import { decodeBody, OUR_FAULT, type Pipeline } from './pipeline.ts';
import { noPolicies, type PoliciesOf } from './requestPolicies.ts';

const DECODERS = {
  protobuf: (body: Uint8Array, receivedAtMs: number) => decodeMetricsProtobuf(body, receivedAtMs),
  json: (body: Uint8Array, receivedAtMs: number) => decodeMetricsJson(body, receivedAtMs),
};

export function createMetricPipeline(policiesOf: PoliciesOf = noPolicies): Pipeline {
  return (request) => {
    const { redaction } = policiesOf(request.workspaceId);
    const decoded = decodeBody(request, DECODERS);
    const { workspaceId, receivedAtMs } = request;
    const normalise = createPointNormaliser();
    const points: CanonicalMetricPoint[] = [];
    const faults: unknown[] = [];
    for (const point of decoded.items) {
      try {
        points.push(redaction === null ? normalise(point) : redactMetricPoint(normalise(point), redaction));
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) reject(decoded, OUR_FAULT, faults.length);
    const answer = {
      accepted: points.length,
      rejected: decoded.rejected,
      rejectedWhy: explainRejections(decoded, 'data point'),
      faults,
      committed: () => undefined,
    };
    if (points.length === 0) return { ...answer, content: undefined };
    const tables = [{ name: metricPointsTable.name, rows: points.length, native: encodeMetricPoints(workspaceId, receivedAtMs, points) }];
    return { ...answer, content: { rows: points.length, traces: [], tables } };
  };
}
