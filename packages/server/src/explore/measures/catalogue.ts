import type { Measure, QuerySource } from '@sightglass/contract/querySpec';
import { SPAN_FIELDS } from '../spanFields.ts';
import type { MeasureDefinition } from './measure.ts';
import { SPAN_MEASURES } from './spanMeasures.ts';

/** Every measure there is, by name. Names are unique over all sources. */
export const MEASURES: ReadonlyMap<string, MeasureDefinition> = new Map(SPAN_MEASURES.map((measure) => [measure.name, measure]));

/** The sources that can be asked now; the others answer a clear 400. */
export const SOURCES_WITH_MEASURES: ReadonlySet<QuerySource> = new Set([...MEASURES.values()].map((measure) => measure.source));

const SPAN_DIMENSIONS = [...SPAN_FIELDS.values()].filter((field) => field.groupBy !== undefined).map((field) => field.name);

/** The catalogue as the outside sees it. Spans can also be split by `attributes.<key>`. */
export function measureList(): Measure[] {
  return [...MEASURES.values()].map(({ name, title, description, unit, type, source, better }) => ({
    name,
    title,
    description,
    unit,
    type,
    source,
    dimensions: SPAN_DIMENSIONS,
    better,
  }));
}
