import { useMemo } from 'react';
import { useSearchText, useSetSearchText } from '../routing/useSearchText.ts';
import { rememberRange } from './recentRanges.ts';
import { DEFAULT_RANGE, RANGE_PRESETS, rangeOfSearch, type TimeRange } from './timeRange.ts';

/** The range of the URL, and how to choose another one: the way back leads to the range before. */
export function useTimeRange(): { range: TimeRange; setRange: (range: TimeRange) => void } {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const { from, to } = rangeOfSearch(search);
  return useMemo(
    () => ({
      range: { from, to },
      setRange: (next: TimeRange) => {
        if (!RANGE_PRESETS.some(({ range }) => range.from === next.from && range.to === next.to)) rememberRange(next);
        const isDefault = next.from === DEFAULT_RANGE.from && next.to === DEFAULT_RANGE.to;
        setSearch(isDefault ? { from: undefined, to: undefined } : { from: next.from, to: next.to }, { push: true });
      },
    }),
    [from, to, setSearch],
  );
}
