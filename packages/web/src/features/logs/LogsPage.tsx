import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ProblemState } from '../../api/ProblemState.tsx';
import { activeFilters } from '../../filters/facets.ts';
import { FilterBar } from '../../filters/FilterBar.tsx';
import { useSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { LOG_LIST } from './logFilters.ts';
import { logPlaceOf, rememberLogPlace } from './logPlace.ts';
import { LogTable } from './LogTable.tsx';
import { NothingLogged } from './NothingLogged.tsx';
import { toggled } from './toggled.ts';
import { useLogList } from './useLogList.ts';
import './logsPage.css';

/** Every log of the range that the filters let through, newest first. */
export function LogsPage() {
  const search = useSearchText();
  const navigate = useNavigate();
  const zone = useTimeZone();
  const { range } = useTimeRange();
  const live = useRefetchInterval() !== false;
  const filters = useMemo(() => activeFilters(LOG_LIST, search), [search]);
  const list = useLogList(filters, range);
  const logs = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const [open, setOpen] = useState(() => logPlaceOf(search).open);
  const [activeId, setActiveId] = useState<string | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const onToggle = (logId: string) => {
    const next = toggled(open, logId);
    setOpen(next);
    setActiveId(logId);
    rememberLogPlace(search, { open: next });
  };
  const position = logs.findIndex(({ log_id }) => log_id === activeId);
  const step = (by: 1 | -1) => {
    const next = logs[position < 0 ? 0 : position + by];
    if (next !== undefined) setActiveId(next.log_id);
  };
  const openTrace = () => {
    const { trace_id: traceId, span_id: spanId } = logs[position] ?? {};
    if (traceId == null) return;
    void navigate({
      to: '/traces/$traceId',
      params: { traceId },
      search: (before) => ({ ...keepRange(before), ...(spanId == null ? {} : { span: spanId }) }),
    });
  };
  useShortcuts([
    { keys: 'j', label: 'Next log', group: 'List', run: () => step(1) },
    { keys: 'k', label: 'Previous log', group: 'List', run: () => step(-1) },
    { keys: 'Enter', label: 'Open or close the details', group: 'List', run: () => (activeId === null ? undefined : onToggle(activeId)) },
    { keys: 'o', label: 'Open the trace of the log', group: 'List', run: openTrace },
    { keys: 'Escape', label: 'Leave the row', group: 'List', run: () => setActiveId(null) },
    { keys: '/', label: 'Search logs', group: 'List', run: () => searchBox.current?.focus() },
  ]);

  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError, hasNextPage } = list;
  const onEndNear = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError]);

  return (
    <Page title="Logs" timed fill>
      <div className="logs">
        <FilterBar list={LOG_LIST} searchBox={searchBox} />
        <p className="logs-summary" role="status">
          {list.data === undefined ? (
            list.error === null ? (
              'Loading …'
            ) : (
              ''
            )
          ) : (
            <>
              <b>{hasNextPage ? `${formatQuantity(logs.length, 'log')} loaded, more below` : formatQuantity(logs.length, 'log')}</b>
              {` · ${describeRange(range, zone).toLowerCase()} · newest first`}
              {live && list.data.pages.length > 1 ? ' · not refreshing while more than the first page is loaded' : ''}
            </>
          )}
        </p>
        {list.data === undefined ? (
          list.error === null ? (
            <div className="logs-loading" aria-busy="true">
              {Array.from({ length: 14 }, (_, index) => (
                <Skeleton key={index} height="14px" />
              ))}
            </div>
          ) : (
            <ProblemState error={list.error} what="Logs could not be read" onRetry={() => void list.refetch()} />
          )
        ) : logs.length === 0 ? (
          <NothingLogged filters={filters} range={range} />
        ) : (
          <LogTable
            key={JSON.stringify(search)}
            logs={logs}
            place="list"
            open={open}
            onToggle={onToggle}
            activeId={activeId}
            hasMore={hasNextPage && !isFetchNextPageError}
            onEndNear={onEndNear}
            scroller={scroller}
            initialScrollTop={logPlaceOf(search).scrollTop}
            onScrolled={(scrollTop) => rememberLogPlace(search, { scrollTop })}
          />
        )}
        {isFetchNextPageError ? <ProblemState error={list.error} what="More logs could not be read" onRetry={() => void fetchNextPage()} /> : null}
      </div>
    </Page>
  );
}
