/** What the list can be ordered by; a column sorts by one of these. */
export type SortKey = 'start_time' | 'duration' | 'cost' | 'tokens' | 'errors';

export interface TraceSort {
  key: SortKey;
  descending: boolean;
}

const KEYS: readonly SortKey[] = ['start_time', 'duration', 'cost', 'tokens', 'errors'];
export const DEFAULT_SORT: TraceSort = { key: 'start_time', descending: true };

/** Newest first unless the URL says otherwise. */
export function readSort(text: string | undefined): TraceSort {
  const descending = text?.startsWith('-') ?? false;
  const key = KEYS.find((each) => each === (descending ? text?.slice(1) : text));
  return key === undefined ? DEFAULT_SORT : { key, descending };
}

export function formatSort({ key, descending }: TraceSort): string {
  return descending ? `-${key}` : key;
}

/** The order after a click on a header: most first, then least first, then newest first again. */
export function nextSort(current: TraceSort, key: SortKey): TraceSort {
  if (current.key !== key) return { key, descending: true };
  if (current.descending) return { key, descending: false };
  return key === DEFAULT_SORT.key ? { key, descending: true } : DEFAULT_SORT;
}

export const SORT_WORDS: Readonly<Record<SortKey, readonly [descending: string, ascending: string]>> = {
  start_time: ['newest first', 'oldest first'],
  duration: ['slowest first', 'fastest first'],
  cost: ['costliest first', 'cheapest first'],
  tokens: ['most tokens first', 'fewest tokens first'],
  errors: ['most errors first', 'fewest errors first'],
};
