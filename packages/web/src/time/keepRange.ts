import type { SearchText } from '../routing/searchText.ts';

/** The `search` of a link to another page: it shows the same range; the filters stay behind. */
export function keepRange(search: SearchText): SearchText {
  return {
    ...(search.from === undefined ? {} : { from: search.from }),
    ...(search.to === undefined ? {} : { to: search.to }),
  };
}
