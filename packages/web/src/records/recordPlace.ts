import type { SearchText } from '../routing/searchText.ts';

/** Where a person left a list, so that coming back from a trace shows the same place. Lasts as long as the page. */
interface RecordPlace {
  search: SearchText;
  scrollTop: number;
  /** Ids of the records whose details are open. */
  open: ReadonlySet<string>;
}

const NOWHERE: RecordPlace = { search: {}, scrollTop: 0, open: new Set() };
/** By what the list holds. */
const places = new Map<string, RecordPlace>();

/** The place in the list of this URL; the beginning for another one. */
export function recordPlaceOf(noun: string, search: SearchText): RecordPlace {
  const place = places.get(noun) ?? NOWHERE;
  return JSON.stringify(search) === JSON.stringify(place.search) ? place : { ...NOWHERE, search };
}

export function rememberRecordPlace(noun: string, search: SearchText, change: Partial<Omit<RecordPlace, 'search'>>): void {
  places.set(noun, { ...recordPlaceOf(noun, search), ...change });
}
