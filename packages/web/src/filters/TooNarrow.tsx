import { useQueries } from '@tanstack/react-query';
import { useSetSearchText } from '../routing/useSearchText.ts';
import { describeRange, type TimeRange } from '../time/timeRange.ts';
import { useTimeZone } from '../time/timeZone.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/StateMessage.tsx';
import type { FilteredList } from './facets.ts';
import { describeFilter } from './filterWords.ts';
import { LongerRanges } from './LongerRanges.tsx';

interface TooNarrowProps {
  list: FilteredList;
  filters: Readonly<Record<string, string>>;
  range: TimeRange;
  /** Whether any item matches these filters in the range. */
  exists: (parameters: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<boolean>;
}

/** Nothing matches: which filter to loosen. */
export function TooNarrow({ list, filters, range, exists }: TooNarrowProps) {
  const setSearch = useSetSearchText();
  const zone = useTimeZone();
  const names = Object.keys(filters);
  // For each filter: is there anything without it?
  const without = useQueries({
    queries: names.map((name) => {
      const others = { ...Object.fromEntries(Object.entries(filters).filter(([each]) => each !== name)), from: range.from, to: range.to };
      return { queryKey: ['exists', list.noun, others], queryFn: ({ signal }: { signal: AbortSignal }) => exists(others, signal) };
    }),
  });
  const helpful = names.filter((_, index) => without[index]?.data === true);
  const decided = without.every(({ isPending }) => !isPending);
  return (
    <EmptyState
      title={`No ${list.noun} matches`}
      actions={
        <>
          {helpful.map((name) => (
            <Button key={name} onClick={() => setSearch({ [name]: undefined }, { push: true })}>
              Remove: {describeFilter(list, name, filters[name] ?? '')}
            </Button>
          ))}
          {decided && helpful.length === 0 && names.length > 1 ? (
            <Button onClick={() => setSearch(Object.fromEntries(names.map((name) => [name, undefined])), { push: true })}>Clear all filters</Button>
          ) : null}
          <LongerRanges />
        </>
      }
    >
      {!decided
        ? 'Looking which filter is too narrow …'
        : helpful.length > 0
          ? `There are ${list.noun}s when one of these filters is removed:`
          : `Removing a single filter does not help within ${describeRange(range, zone).toLowerCase()}.`}
    </EmptyState>
  );
}
