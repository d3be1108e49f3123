import type { SearchText } from '../../routing/searchText.ts';

/** Where a person left the list, so that coming back from a trace shows the same place. Lasts as long as the page. */
interface ListPlace {
  search: SearchText;
  scrollTop: number;
}

let place: ListPlace = { search: {}, scrollTop: 0 };
let opened: string | null = null;

export function rememberListPlace(next: ListPlace): void {
  place = next;
}

/** The query part of the last list's URL, for the way back from a trace. */
export function lastListSearch(): SearchText {
  return place.search;
}

/** How far the list of this URL was scrolled; 0 for another one. */
export function scrollTopOf(search: SearchText): number {
  return JSON.stringify(search) === JSON.stringify(place.search) ? place.scrollTop : 0;
}

export function rememberOpenedTrace(traceId: string): void {
  opened = traceId;
}

/** The trace that was looked at last: the list marks it. */
export function lastOpenedTrace(): string | null {
  return opened;
}
