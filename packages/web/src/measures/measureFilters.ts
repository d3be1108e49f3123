import type { QueryFilter } from '@sightglass/contract/querySpec';
import { activeFilters, type FilteredList, splitValues } from '../filters/facets.ts';
import type { SearchText } from '../routing/searchText.ts';

/** The filters that a list takes from the URL, as the catalogue takes them. */
export const filtersOf = (list: FilteredList, search: SearchText): QueryFilter[] =>
  Object.entries(activeFilters(list, search)).map(([field, value]) => ({ field, op: 'in', value: splitValues(value) }));
