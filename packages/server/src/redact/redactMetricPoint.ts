import type { CanonicalMetricPoint } from '../normalise/normaliseMetricPoint.ts';
import type { RequestRedaction } from './redactor.ts';

/** Its series stays the one of what was sent: two series that look alike once masked must not be added up as one. */
export function redactMetricPoint(point: CanonicalMetricPoint, redaction: RequestRedaction): CanonicalMetricPoint {
  const masksAttributes = redaction.masks('attributes');
  const attributes = redaction.withoutDropped(point.attributes);
  return {
    ...point,
    attributes: masksAttributes ? redaction.attributes(attributes) : attributes,
    resource: redaction.resource(point.resource, masksAttributes),
  };
}
