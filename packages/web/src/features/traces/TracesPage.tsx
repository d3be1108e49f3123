import { useNavigate } from '@tanstack/react-router';
import { Rows3, Rows4 } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ProblemState } from '../../api/ProblemState.tsx';
import { activeFilters } from '../../filters/facets.ts';
import { FilterBar } from '../../filters/FilterBar.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { createPreference, oneOf, usePreference } from '../../ui/preference.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { NARROW, useMediaQuery } from '../../ui/useMediaQuery.ts';
import { ColumnPicker } from './ColumnPicker.tsx';
import { NothingFound } from './NothingFound.tsx';
import { TraceCards } from './TraceCards.tsx';
import { TraceGrid } from './TraceGrid.tsx';
import { TRACE_LIST } from './traceFilters.ts';
import { lastOpenedTrace, rememberListPlace, scrollTopOf } from './traceListMemory.ts';
import { rememberTraceOrder } from './traceNeighbours.ts';
import { DEFAULT_SORT, formatSort, readSort, SORT_WORDS, type TraceSort } from './traceSort.ts';
import { useColumns } from './useColumns.ts';
import { tracesOf, useTraceList } from './useTraceList.ts';
import './tracesPage.css';

const density = createPreference<'normal' | 'compact'>({
  key: 'row-density',
  fallback: 'normal',
  parse: oneOf(['normal', 'compact']),
  format: (value) => value,
});
const ROW_HEIGHT = { normal: 32, compact: 26 } as const;

/** Every trace of the range that the filters let through. */
export function TracesPage() {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const navigate = useNavigate();
  const zone = useTimeZone();
  const { range } = useTimeRange();
  const narrow = useMediaQuery(NARROW);
  const rows = usePreference(density);
  const { table, layout } = useColumns();
  const filters = useMemo(() => activeFilters(TRACE_LIST, search), [search]);
  const sort = readSort(search.sort);
  const list = useTraceList(filters, range, formatSort(sort));
  const traces = useMemo(() => tracesOf(list.data?.pages ?? []), [list.data]);
  const [activeId, setActiveId] = useState(lastOpenedTrace);
  const searchBox = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);

  useEffect(() => rememberTraceOrder(traces.map(({ trace_id }) => trace_id)), [traces]);

  const position = traces.findIndex(({ trace_id }) => trace_id === activeId);
  const step = (by: 1 | -1) => {
    const next = traces[position < 0 ? 0 : position + by];
    if (next !== undefined) setActiveId(next.trace_id);
  };
  useShortcuts([
    { keys: 'j', label: 'Next trace', group: 'List', run: () => step(1) },
    { keys: 'k', label: 'Previous trace', group: 'List', run: () => step(-1) },
    {
      keys: 'Enter',
      label: 'Open the trace',
      group: 'List',
      run: () => {
        const trace = traces[position];
        if (trace !== undefined) void navigate({ to: '/traces/$traceId', params: { traceId: trace.trace_id }, search: keepRange });
      },
    },
    { keys: 'Escape', label: 'Leave the row', group: 'List', run: () => setActiveId(null) },
    { keys: '/', label: 'Search traces', group: 'List', run: () => searchBox.current?.focus() },
  ]);

  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError } = list;
  const onEndNear = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError]);
  const shared = {
    traces,
    hasMore: list.hasNextPage && !isFetchNextPageError,
    onEndNear,
    scroller,
    initialScrollTop: scrollTopOf(search),
    onScrolled: (scrollTop: number) => rememberListPlace({ search, scrollTop }),
  };
  useEffect(() => rememberListPlace({ search, scrollTop: scroller.current?.scrollTop ?? 0 }), [search]);
  const onSort = (next: TraceSort) =>
    setSearch({ sort: formatSort(next) === formatSort(DEFAULT_SORT) ? undefined : formatSort(next) }, { push: true });

  return (
    <Page title="Traces" timed fill>
      <div className="traces">
        <FilterBar list={TRACE_LIST} searchBox={searchBox} />
        <div className="traces-summary">
          <p role="status">
            {list.data === undefined ? (
              list.error === null ? (
                'Loading …'
              ) : (
                ''
              )
            ) : (
              <Summary
                count={traces.length}
                more={list.hasNextPage}
                sort={sort}
                rangeWords={describeRange(range, zone).toLowerCase()}
                pages={list.data.pages.length}
              />
            )}
          </p>
          {narrow ? null : (
            <div className="traces-tools">
              <Button variant="ghost" aria-pressed={rows === 'compact'} onClick={() => density.set(rows === 'compact' ? 'normal' : 'compact')}>
                {rows === 'compact' ? <Rows4 aria-hidden="true" /> : <Rows3 aria-hidden="true" />}
                Compact
              </Button>
              <ColumnPicker layout={layout} />
            </div>
          )}
        </div>
        {list.data === undefined ? (
          list.error === null ? (
            <div className="traces-loading" aria-busy="true">
              {Array.from({ length: 14 }, (_, index) => (
                <Skeleton key={index} height="14px" />
              ))}
            </div>
          ) : (
            <ProblemState error={list.error} what="Traces could not be read" onRetry={() => void list.refetch()} />
          )
        ) : traces.length === 0 ? (
          <NothingFound filters={filters} range={range} />
        ) : narrow ? (
          <TraceCards key={JSON.stringify(search)} {...shared} />
        ) : (
          <TraceGrid
            key={JSON.stringify(search)}
            {...shared}
            table={table}
            activeId={activeId}
            onActivate={setActiveId}
            sort={sort}
            onSort={onSort}
            rowHeight={ROW_HEIGHT[rows]}
          />
        )}
        {isFetchNextPageError ? <ProblemState error={list.error} what="More traces could not be read" onRetry={() => void fetchNextPage()} /> : null}
      </div>
    </Page>
  );
}

function Summary({ count, more, sort, rangeWords, pages }: { count: number; more: boolean; sort: TraceSort; rangeWords: string; pages: number }) {
  const live = useRefetchInterval() !== false;
  const [descending, ascending] = SORT_WORDS[sort.key];
  return (
    <>
      <b>{more ? `${formatQuantity(count, 'trace')} loaded, more below` : formatQuantity(count, 'trace')}</b>
      {` · ${rangeWords} · ${sort.descending ? descending : ascending}`}
      {live && pages > 1 ? ' · not refreshing while more than the first page is loaded' : ''}
    </>
  );
}
