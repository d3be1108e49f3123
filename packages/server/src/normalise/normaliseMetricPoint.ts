/** A data point with what the store asks of it: whose it is, which series it continues, and which point it is. Pure. */
import { hash } from 'node:crypto';
import { firstString, toJsonText } from './attributes.ts';
import type { DecodedMetric, DecodedMetricPoint } from './decodedMetric.ts';
import type { Attributes, DecodedResource, DecodedScope } from './decodedSpan.ts';
import { serviceNameOf } from './normaliseSpan.ts';

export interface CanonicalMetricPoint extends DecodedMetricPoint {
  serviceName: string | null;
  environment: string | null;
  /** 32 hex digits: the same for all points of a series, that is for one metric with one set of attributes of one resource. */
  series: string;
  /** 16 hex digits: the same only for a point that is sent again. */
  pointId: string;
}

const SERIES_DIGITS = 32;
const POINT_DIGITS = 16;
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
    const head = digest(resourceText + metricText(metric, scope));
    metrics.set(metric, head);
    return head;
  }

  return (point) => {
    const series = digest(headOf(point) + attributesText(point.attributes)).slice(0, SERIES_DIGITS);
    const content = JSON.stringify([point.startNs.toString(), point.timeNs.toString(), point.reading]);
    return {
      ...point,
      serviceName: serviceNameOf(point),
      environment: firstString(point.resource.attributes, ENVIRONMENT_KEYS) ?? null,
      series,
      pointId: digest(series + content).slice(0, POINT_DIGITS),
    };
  };
}

const digest = (text: string): string => hash('sha256', text, 'hex');

function metricText({ name, unit, kind, temporality, monotonic }: DecodedMetric, scope: DecodedScope): string {
  return JSON.stringify([scope.name, scope.version, name, unit, kind, temporality, monotonic]);
}

/** The same for the same attributes in any order. A nested value stands in a list, so that it is not taken for its own JSON text. */
function attributesText(attributes: Attributes): string {
  if (attributes.size === 0) return '[]';
  const entries = [...attributes].map(([key, value]) => [key, typeof value === 'object' || typeof value === 'bigint' ? [toJsonText(value)] : value]);
  return JSON.stringify(entries.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)));
}
