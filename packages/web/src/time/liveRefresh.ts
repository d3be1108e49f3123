import { useSearchText } from '../routing/useSearchText.ts';
import { createPreference, usePreference } from '../ui/preference.ts';
import { followsNow, rangeOfSearch } from './timeRange.ts';

/** Seconds between refreshes; 0 = off. */
export const REFRESH_CHOICES_SECONDS = [0, 5, 15, 60] as const;
export type RefreshSeconds = (typeof REFRESH_CHOICES_SECONDS)[number];

export const refreshChoice = createPreference<RefreshSeconds>({
  key: 'refresh-seconds',
  fallback: 15,
  parse: (text) => REFRESH_CHOICES_SECONDS.find((seconds) => String(seconds) === text),
  format: String,
});

/**
 * How often a page that shows the range of the URL asks again: milliseconds, or false when refreshing is off or the range
 * is fixed. While the page is hidden nothing is asked (the query client sees to that).
 */
export function useRefetchInterval(): number | false {
  const seconds = usePreference(refreshChoice);
  const range = rangeOfSearch(useSearchText());
  return seconds === 0 || !followsNow(range) ? false : seconds * 1000;
}
