import type { SearchText } from '../../routing/searchText.ts';

/** Where a person left the list, so that coming back from a trace shows the same place. Lasts as long as the page. */
interface LogPlace {
  search: SearchText;
  scrollTop: number;
  /** Ids of the logs whose details are open. */
  open: ReadonlySet<string>;
}

const NOWHERE: LogPlace = { search: {}, scrollTop: 0, open: new Set() };
let place = NOWHERE;

/** The place in the list of this URL; the beginning for another one. */
export function logPlaceOf(search: SearchText): LogPlace {
  return JSON.stringify(search) === JSON.stringify(place.search) ? place : { ...NOWHERE, search };
}

export function rememberLogPlace(search: SearchText, change: Partial<Omit<LogPlace, 'search'>>): void {
  place = { ...logPlaceOf(search), ...change };
}
