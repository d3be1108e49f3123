import type { Measure, QuerySource } from '@sightglass/contract/querySpec';
import { QUERY_SOURCES } from '../querySources.ts';
import { CACHE_MEASURES } from './cacheMeasures.ts';
import { EMBEDDING_MEASURES } from './embeddingMeasures.ts';
import { EVENT_MEASURES } from './eventMeasures.ts';
import { HEALTH_MEASURES } from './healthMeasures.ts';
import { LOG_MEASURES } from './logMeasures.ts';
import type { MeasureDefinition } from './measure.ts';
import { METRIC_POINT_MEASURES } from './metricPointMeasures.ts';
import { POOL_MEASURES } from './poolMeasures.ts';
import { PROVIDER_MEASURES } from './providerMeasures.ts';
import { RAG_MEASURES } from './ragMeasures.ts';
import { REPORTED_MEASURES } from './reportedMeasures.ts';
import { SERVICE_MEASURES } from './serviceMeasures.ts';
import { SPAN_MEASURES } from './spanMeasures.ts';
import { SYSTEM_MEASURES } from './systemMeasures.ts';

/** Every measure there is, by name. Names are unique over all sources. */
export const MEASURES: ReadonlyMap<string, MeasureDefinition> = new Map(
  [
    ...SPAN_MEASURES,
    ...PROVIDER_MEASURES,
    ...EMBEDDING_MEASURES,
    ...RAG_MEASURES,
    ...SERVICE_MEASURES,
    ...LOG_MEASURES,
    ...METRIC_POINT_MEASURES,
    ...CACHE_MEASURES,
    ...SYSTEM_MEASURES,
    ...POOL_MEASURES,
    ...REPORTED_MEASURES,
    ...EVENT_MEASURES,
    ...HEALTH_MEASURES,
  ].map((measure) => [measure.name, measure]),
);

const dimensionsOf = (source: QuerySource) =>
  [...QUERY_SOURCES[source].fields.values()].filter((field) => field.groupBy !== undefined).map((field) => field.name);

/** The catalogue as the outside sees it. Every source can also be split by `attributes.<key>`. */
export function measureList(): Measure[] {
  return [...MEASURES.values()].map(({ name, title, description, unit, type, source, better, rollup, metrics }) => ({
    name,
    title,
    description,
    unit,
    type,
    source,
    dimensions: dimensionsOf(source),
    better,
    rollup: rollup.kind,
    metrics: [...(metrics ?? [])],
  }));
}
