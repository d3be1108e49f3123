/** What the page asks, read from the URL: `by`, `and`, `measure`, `sort`, and the filters. */
import type { QueryFilter } from '@sightglass/contract/querySpec';
import { CALL_KINDS } from '@sightglass/contract/spanKinds';
import { activeFilters, splitValues } from '../../filters/facets.ts';
import type { SearchText } from '../../routing/searchText.ts';
import { MEASURE_WORDS, type MeasureWords } from '../overview/chartQuestion.ts';
import { COST_LIST, DIMENSIONS, type Dimension, isCountedSeveralTimes } from './costDimensions.ts';

export const COST_MEASURES = ['cost', 'tokens', 'calls', 'errors'] as const;
export type CostMeasure = (typeof COST_MEASURES)[number];

/** The names of the sums in a row. */
export const MEASURE_FIELDS = { cost: 'cost_usd', tokens: 'total_tokens', calls: 'calls', errors: 'errors' } as const satisfies Record<
  CostMeasure,
  string
>;

export interface CostSort {
  by: CostMeasure;
  descending: boolean;
}

export interface CostQuestion {
  /** One or two, never the same. */
  dimensions: readonly Dimension[];
  /** What shares, changes and the chart are of. */
  measure: CostMeasure;
  sort: CostSort;
  /** As they stand in the URL. */
  active: Readonly<Record<string, string>>;
}

export const DEFAULT_BY: Dimension = 'agent_id';
/** Written as `and` where one dimension is enough. */
export const NO_DIMENSION = 'none';
/** Not written into the URL, like every default. */
export const DEFAULT_AND: Dimension = 'model';

export function readCostQuestion(search: SearchText): CostQuestion {
  const by = dimensionOf(search.by) ?? DEFAULT_BY;
  const wanted = dimensionOf(search.and);
  // What cannot be read falls back to the usual second; where that is the first already, there is none.
  const and = search.and === NO_DIMENSION ? undefined : (wanted ?? DEFAULT_AND);
  const measure = COST_MEASURES.find((name) => name === search.measure) ?? 'cost';
  return {
    dimensions: and === undefined || and === by ? [by] : [by, and],
    measure,
    sort: readSort(search.sort) ?? { by: measure, descending: true },
    active: activeFilters(COST_LIST, search),
  };
}

/** `-cost` → by cost, the highest first; `cost` → the lowest first. */
function readSort(text: string | undefined): CostSort | undefined {
  const by = COST_MEASURES.find((name) => name === text?.replace(/^-/, ''));
  return by === undefined ? undefined : { by, descending: text?.startsWith('-') === true };
}

export const formatSort = ({ by, descending }: CostSort): string => `${descending ? '-' : ''}${by}`;

/** The filters of the URL as the API takes them. Only calls cost anything: what else is in a trace makes no rows. */
export function queryFilters(active: Readonly<Record<string, string>>): QueryFilter[] {
  return [
    { field: 'kind', op: 'in', value: [...CALL_KINDS] },
    ...Object.entries(active).map(([field, value]): QueryFilter => ({ field, op: 'in', value: splitValues(value) })),
  ];
}

/** How the chart speaks of the measure. What is counted several times cannot be stacked. */
export function chartWordsOf({ measure, dimensions }: CostQuestion): MeasureWords {
  const words = MEASURE_WORDS[measure];
  return isCountedSeveralTimes(dimensions) ? { ...words, adds: false } : words;
}

const dimensionOf = (text: string | undefined): Dimension | undefined => DIMENSIONS.find(({ name }) => name === text)?.name;
