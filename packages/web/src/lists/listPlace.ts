import type { SearchText } from '../routing/searchText.ts';

/** Where a person left a list, so that coming back from an item shows the same place. Lasts as long as the page. */
interface ListPlace {
  search: SearchText;
  scrollTop: number;
  opened: string | null;
}

const places = new Map<string, ListPlace>();
const NOWHERE: ListPlace = { search: {}, scrollTop: 0, opened: null };

/** `noun` names the list. */
export const placeOf = (noun: string): ListPlace => places.get(noun) ?? NOWHERE;

export function rememberPlace(noun: string, changes: Partial<ListPlace>): void {
  places.set(noun, { ...placeOf(noun), ...changes });
}

/** How far the list of this URL was scrolled; 0 for another one. */
export function scrollTopOf(noun: string, search: SearchText): number {
  const place = placeOf(noun);
  return JSON.stringify(search) === JSON.stringify(place.search) ? place.scrollTop : 0;
}
