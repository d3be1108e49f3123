import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { ProblemState } from '../api/ProblemState.tsx';
import { activeFilters, type FilteredList } from '../filters/facets.ts';
import { FilterBar } from '../filters/FilterBar.tsx';
import { useSearchText } from '../routing/useSearchText.ts';
import { Page } from '../shell/Page.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useRefetchInterval } from '../time/liveRefresh.ts';
import { describeRange, type TimeRange } from '../time/timeRange.ts';
import { useTimeZone } from '../time/timeZone.ts';
import { useTimeRange } from '../time/useTimeRange.ts';
import { formatQuantity } from '../ui/formatCount.ts';
import { Skeleton } from '../ui/Skeleton.tsx';
import type { ReadRecords, TelemetryRecord } from './record.ts';
import { RecordList } from './RecordList.tsx';
import { recordPlaceOf, rememberRecordPlace } from './recordPlace.ts';
import { toggled } from './toggled.ts';
import { traceLinkOf } from './traceLink.ts';
import { useRecords } from './useRecords.ts';
import './recordsPage.css';

/** Where a line stands: its details, and the keyboard. */
export interface LineState {
  open: boolean;
  active: boolean;
  onToggle: (id: string) => void;
}

interface RecordsPageProps<R extends TelemetryRecord> {
  title: string;
  list: FilteredList;
  read: ReadRecords<R>;
  idOf: (record: R) => string;
  renderLine: (record: R, state: LineState) => ReactNode;
  /** What is said when nothing matches. */
  renderNothing: (filters: Readonly<Record<string, string>>, range: TimeRange) => ReactNode;
}

/** Every record of the range that the filters let through, newest first. Filters and range stand in the URL. */
export function RecordsPage<R extends TelemetryRecord>({ title, list, read, idOf, renderLine, renderNothing }: RecordsPageProps<R>) {
  const { noun } = list;
  const search = useSearchText();
  const navigate = useNavigate();
  const { range } = useTimeRange();
  const filters = useMemo(() => activeFilters(list, search), [list, search]);
  const query = useRecords(noun, read, filters, range);
  const records = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const [open, setOpen] = useState(() => recordPlaceOf(noun, search).open);
  const [activeId, setActiveId] = useState<string | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const onToggle = (id: string) => {
    const next = toggled(open, id);
    setOpen(next);
    setActiveId(id);
    rememberRecordPlace(noun, search, { open: next });
  };
  const position = records.findIndex((record) => idOf(record) === activeId);
  const step = (by: 1 | -1) => {
    const next = records[position < 0 ? 0 : position + by];
    if (next !== undefined) setActiveId(idOf(next));
  };
  const openTrace = () => {
    const record = records[position];
    const link = record === undefined ? null : traceLinkOf(record);
    if (link !== null) void navigate(link);
  };
  const leave = () => {
    if (activeId !== null && open.has(activeId)) onToggle(activeId);
    else setActiveId(null);
  };
  const group = 'List';
  useShortcuts([
    { keys: 'j', label: `Next ${noun}`, group, run: () => step(1) },
    { keys: 'k', label: `Previous ${noun}`, group, run: () => step(-1) },
    { keys: 'Enter', label: 'Open or close the details', group, run: () => (position < 0 || activeId === null ? undefined : onToggle(activeId)) },
    { keys: 'o', label: `Open the trace of the ${noun}`, group, run: openTrace },
    { keys: 'Escape', label: 'Close the details, then leave the row', group, run: leave },
    ...(list.searched === undefined ? [] : [{ keys: '/', label: `Search ${noun}s`, group, run: () => searchBox.current?.focus() }]),
  ]);

  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError, hasNextPage } = query;
  const onEndNear = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError]);

  return (
    <Page title={title} timed fill>
      <div className="records">
        <FilterBar list={list} searchBox={searchBox} />
        <p className="records-summary" role="status">
          {query.data !== undefined ? (
            <Summary noun={noun} count={records.length} more={hasNextPage} pages={query.data.pages.length} />
          ) : query.error === null ? (
            'Loading …'
          ) : (
            ''
          )}
        </p>
        {query.data === undefined ? (
          query.error === null ? (
            <div className="records-loading" aria-busy="true">
              {Array.from({ length: 14 }, (_, index) => (
                <Skeleton key={index} height="14px" />
              ))}
            </div>
          ) : (
            <ProblemState error={query.error} what={`${title} could not be read`} onRetry={() => void query.refetch()} />
          )
        ) : records.length === 0 ? (
          renderNothing(filters, range)
        ) : (
          <RecordList
            key={JSON.stringify(search)}
            label={title}
            records={records}
            idOf={idOf}
            renderLine={(record) => renderLine(record, { open: open.has(idOf(record)), active: idOf(record) === activeId, onToggle })}
            activeId={activeId}
            hasMore={hasNextPage && !isFetchNextPageError}
            onEndNear={onEndNear}
            scroller={scroller}
            initialScrollTop={recordPlaceOf(noun, search).scrollTop}
            onScrolled={(scrollTop) => rememberRecordPlace(noun, search, { scrollTop })}
          />
        )}
        {isFetchNextPageError ? (
          <ProblemState error={query.error} what={`More ${noun}s could not be read`} onRetry={() => void fetchNextPage()} />
        ) : null}
      </div>
    </Page>
  );
}

function Summary({ noun, count, more, pages }: { noun: string; count: number; more: boolean; pages: number }) {
  const live = useRefetchInterval() !== false;
  const zone = useTimeZone();
  const { range } = useTimeRange();
  return (
    <>
      <b>{more ? `${formatQuantity(count, noun)} loaded, more below` : formatQuantity(count, noun)}</b>
      {` · ${describeRange(range, zone).toLowerCase()} · newest first`}
      {live && pages > 1 ? ' · not refreshing while more than the first page is loaded' : ''}
    </>
  );
}
