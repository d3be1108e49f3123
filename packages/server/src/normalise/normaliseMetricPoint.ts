/** A data point with what the store asks of it: whose it is, which series it continues, and which point it is. Pure. */
import { hash } from 'node:crypto';
import { firstString, toJsonText } from './attributes.ts';
import type { DecodedMetric, DecodedMetricPoint } from './decodedMetric.ts';
import type { Attributes, DecodedResource, DecodedScope } from './decodedSpan.ts';
import { serviceNameOf } from './normaliseSpan.ts';

export interface CanonicalMetricPoint extends DecodedMetricPoint {
  serviceName: string | null;
  environment: string | null;
  /** 16 bytes: the same for all points of a series, that is for one metric with one set of attributes of one resource. */
  series: Uint8Array;
  /** 8 bytes: the same only for a point that is sent again. */
  pointId: Uint8Array;
}

const SERIES_BYTES = 16;
const POINT_BYTES = 8;
const ENVIRONMENT_KEYS = ['deployment.environment.name', 'deployment.environment'] as const;

/** Remembers the digest of resources and metrics while a request is read: its points share them. */
export function createPointNormaliser(): (point: DecodedMetricPoint) => CanonicalMetricPoint {
  const resources = new WeakMap<DecodedResource, string>();
  const metrics = new WeakMap<DecodedMetric, string>();

  function headOf({ resource, scope, metric }: DecodedMetricPoint): string {
    const known = metrics.get(metric);
    if (known !== undefined) return known;
    const resourceText = resources.get(resource) ?? attributesText(resource.attributes);
    resources.set(resource, resourceText);
    const head = digest(resourceText + metricText(metric, scope)).toString('base64');
    metrics.set(metric, head);
    return head;
  }

  return (point) => {
    const series = digest(headOf(point) + attributesText(point.attributes)).subarray(0, SERIES_BYTES);
    const content = JSON.stringify([point.startNs.toString(), point.timeNs.toString(), point.reading]);
    return {
      ...point,
      serviceName: serviceNameOf(point),
      environment: firstString(point.resource.attributes, ENVIRONMENT_KEYS) ?? null,
      series,
      pointId: digest(series.toString('base64') + content).subarray(0, POINT_BYTES),
    };
  };
}

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

function metricText({ name, unit, kind, temporality, monotonic }: DecodedMetric, scope: DecodedScope): string {
  return JSON.stringify([scope.name, scope.version, name, unit, kind, temporality, monotonic]);
}

/** The same for the same attributes in any order. A nested value stands in a list, so that it is not taken for its own JSON text. */
function attributesText(attributes: Attributes): string {
  if (attributes.size === 0) return '[]';
  const entries = [...attributes].map(([key, value]) => [key, typeof value === 'object' || typeof value === 'bigint' ? [toJsonText(value)] : value]);
  return JSON.stringify(entries.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)));
}
