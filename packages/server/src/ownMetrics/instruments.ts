import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MetricDeclaration } from './declarations.ts';

/** Makes what was declared, in one registry. */
export function instrumentsOf(registry: Registry) {
  const shared = <Label extends string>({ name, help, labels }: MetricDeclaration<Label>) => ({
    name,
    help,
    labelNames: Object.keys(labels) as Label[],
    registers: [registry],
  });
  return {
    counter: <Label extends string>(declaration: MetricDeclaration<Label>) => new Counter<Label>(shared(declaration)),
    gauge: <Label extends string>(declaration: MetricDeclaration<Label>) => new Gauge<Label>(shared(declaration)),
    histogram: <Label extends string>(declaration: MetricDeclaration<Label>) =>
      new Histogram<Label>({ ...shared(declaration), buckets: [...(declaration.buckets ?? [])] }),
  };
}
