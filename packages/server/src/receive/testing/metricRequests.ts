type Value = string | number | boolean;
type Json = Record<string, unknown>;

export const METRIC_START_MS = Date.UTC(2026, 10, 20, 9, 0, 0);

/** Nanoseconds as OTLP/JSON writes them; `atS` is seconds after `METRIC_START_MS`. */
export const nanosAt = (atS: number): string => `${METRIC_START_MS + atS * 1000}000000`;

export function keyValues(values: Record<string, Value>): Json[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : typeof value === 'boolean' ? { boolValue: value } : { doubleValue: value },
  }));
}

/** An OTLP/JSON metric request of one resource. */
export function metricRequest(metrics: readonly unknown[], resource: Record<string, Value> = { 'service.name': 'shop' }): Json {
  return {
    resourceMetrics: [{ resource: { attributes: keyValues(resource) }, scopeMetrics: [{ scope: { name: 'test', version: '1' }, metrics }] }],
  };
}
