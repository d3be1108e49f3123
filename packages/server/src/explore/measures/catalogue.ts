import type { Measure, QuerySource } from '@sightglass/contract/querySpec';
import { QUERY_SOURCES } from '../querySources.ts';
import { EVENT_MEASURES } from './eventMeasures.ts';
import { LOG_MEASURES } from './logMeasures.ts';
import type { MeasureDefinition } from './measure.ts';
import { METRIC_POINT_MEASURES } from './metricPointMeasures.ts';
import { SPAN_MEASURES } from './spanMeasures.ts';

/** Every measure there is, by name. Names are unique over all sources. */
export const MEASURES: ReadonlyMap<string, MeasureDefinition> = new Map(
  [...SPAN_MEASURES, ...LOG_MEASURES, ...METRIC_POINT_MEASURES, ...EVENT_MEASURES].map((measure) => [measure.name, measure]),
);

const dimensionsOf = (source: QuerySource) =>
  [...QUERY_SOURCES[source].fields.values()].filter((field) => field.groupBy !== undefined).map((field) => field.name);

/** The catalogue as the outside sees it. Every source can also be split by `attributes.<key>`. */
export function measureList(): Measure[] {
  return [...MEASURES.values()].map(({ name, title, description, unit, type, source, better }) => ({
    name,
    title,
    description,
    unit,
    type,
    source,
    dimensions: dimensionsOf(source),
    better,
  }));
}
