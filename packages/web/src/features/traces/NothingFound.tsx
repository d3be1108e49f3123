import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { describeRange, resolveRange, type TimeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { describeFilter } from './filterWords.ts';
import { readTraces } from './useTraceList.ts';

const LONGER: readonly { label: string; range: TimeRange }[] = [
  { label: 'Last 7 days', range: { from: 'now-7d', to: 'now' } },
  { label: 'Last 90 days', range: { from: 'now-90d', to: 'now' } },
];

/** No trace matches: which filter to loosen, or that the range is empty and where the newest trace is. */
export function NothingFound({ filters, range }: { filters: Readonly<Record<string, string>>; range: TimeRange }) {
  return Object.keys(filters).length === 0 ? <EmptyRange range={range} /> : <TooNarrow filters={filters} range={range} />;
}

function TooNarrow({ filters, range }: { filters: Readonly<Record<string, string>>; range: TimeRange }) {
  const setSearch = useSetSearchText();
  const zone = useTimeZone();
  const names = Object.keys(filters);
  // For each filter: is there anything without it?
  const without = useQueries({
    queries: names.map((name) => {
      const others = { ...Object.fromEntries(Object.entries(filters).filter(([each]) => each !== name)), from: range.from, to: range.to };
      return { queryKey: ['traces-exist', others], queryFn: ({ signal }: { signal: AbortSignal }) => readTraces(others, 1, undefined, signal) };
    }),
  });
  const helpful = names.filter((_, index) => (without[index]?.data?.items.length ?? 0) > 0);
  const decided = without.every(({ isPending }) => !isPending);
  return (
    <EmptyState
      title="No trace matches"
      actions={
        <>
          {helpful.map((name) => (
            <Button key={name} onClick={() => setSearch({ [name]: undefined }, { push: true })}>
              Remove: {describeFilter(name, filters[name] ?? '')}
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
          ? 'There are traces when one of these filters is removed:'
          : `Removing a single filter does not help within ${describeRange(range, zone).toLowerCase()}.`}
    </EmptyState>
  );
}

function EmptyRange({ range }: { range: TimeRange }) {
  const zone = useTimeZone();
  const newest = useQuery(firstTraceQuery).data?.last_trace;
  return (
    <EmptyState
      title={newest === null ? 'No traces yet' : 'No traces in this range'}
      actions={
        <>
          {newest === undefined ? null : newest === null ? (
            <Link to="/get-started" className={buttonClass('primary')}>
              Send the first trace
            </Link>
          ) : (
            <Link to="/traces/$traceId" params={{ traceId: newest.trace_id }} className={buttonClass()}>
              Open the newest trace
            </Link>
          )}
          {newest === null ? null : <LongerRanges />}
        </>
      }
    >
      {newest === undefined ? null : newest === null ? (
        'Nothing has arrived so far.'
      ) : (
        <>
          Nothing began in {describeRange(range, zone).toLowerCase()}. The newest trace arrived <RelativeTime time={newest.received_at} />.
        </>
      )}
    </EmptyState>
  );
}

function LongerRanges() {
  const { range, setRange } = useTimeRange();
  const shownFrom = resolveRange(range, 0).fromMs;
  return LONGER.filter((longer) => !range.from.startsWith('now') || resolveRange(longer.range, 0).fromMs < shownFrom).map((longer) => (
    <Button key={longer.label} onClick={() => setRange(longer.range)}>
      {longer.label}
    </Button>
  ));
}
