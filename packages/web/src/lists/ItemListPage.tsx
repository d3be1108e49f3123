import { useNavigate } from '@tanstack/react-router';
import { Fragment, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ProblemState } from '../api/ProblemState.tsx';
import { activeFilters } from '../filters/facets.ts';
import { FilterBar } from '../filters/FilterBar.tsx';
import { TooNarrow } from '../filters/TooNarrow.tsx';
import { useSearchText, useSetSearchText } from '../routing/useSearchText.ts';
import { Page } from '../shell/Page.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useRefetchInterval } from '../time/liveRefresh.ts';
import { describeRange } from '../time/timeRange.ts';
import { useTimeZone } from '../time/timeZone.ts';
import { useTimeRange } from '../time/useTimeRange.ts';
import { formatQuantity } from '../ui/formatCount.ts';
import { Skeleton } from '../ui/Skeleton.tsx';
import { NARROW, useMediaQuery } from '../ui/useMediaQuery.ts';
import { ItemCards } from './ItemCards.tsx';
import { ItemGrid, type ItemGridProps } from './ItemGrid.tsx';
import { defaultSort, formatSort, type ItemList, type ItemSort, readSort, routeOf } from './itemList.ts';
import { placeOf, rememberPlace, scrollTopOf } from './listPlace.ts';
import { readItems, useItems } from './useItems.ts';
import './itemListPage.css';

interface ItemListPageProps<Item> {
  list: ItemList<Item>;
  actions?: ReactNode;
  /** What arranges the grid; it stands at the end of the line that sums the list up. */
  gridTools?: ReactNode;
  /** A grid of the list's own. */
  renderGrid?: (props: ItemGridProps<Item>) => ReactNode;
  /** Told what is shown, in its order. */
  onItemsShown?: (items: readonly Item[]) => void;
}

/** Everything of a kind in the range that the filters let through. Filters, order and range stand in the URL. */
export function ItemListPage<Item>({ list, actions, gridTools, renderGrid = plainGrid, onItemsShown }: ItemListPageProps<Item>) {
  const { noun } = list.list;
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const navigate = useNavigate();
  const { range } = useTimeRange();
  const narrow = useMediaQuery(NARROW);
  const filters = useMemo(() => activeFilters(list.list, search), [list, search]);
  const sort = readSort(list, search.sort);
  const { query, items } = useItems(list, filters, range, sort);
  const [activeId, setActiveId] = useState(() => placeOf(noun).opened);
  const searchBox = useRef<HTMLInputElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => onItemsShown?.(items), [onItemsShown, items]);
  useEffect(() => rememberPlace(noun, { search, scrollTop: scroller.current?.scrollTop ?? 0 }), [noun, search]);

  const activate = (id: string | null) => {
    setActiveId(id);
    rememberPlace(noun, { opened: id });
  };
  const position = items.findIndex((item) => list.idOf(item) === activeId);
  const step = (by: 1 | -1) => {
    const next = items[position < 0 ? 0 : position + by];
    if (next !== undefined) activate(list.idOf(next));
  };
  const open = () => {
    const item = items[position];
    if (item !== undefined) void navigate(routeOf(list.linkOf(item)));
  };
  useShortcuts([
    { keys: 'j', label: `Next ${noun}`, group: 'List', run: () => step(1) },
    { keys: 'k', label: `Previous ${noun}`, group: 'List', run: () => step(-1) },
    { keys: 'Enter', label: `Open the ${noun}`, group: 'List', run: open },
    { keys: 'Escape', label: 'Leave the row', group: 'List', run: () => activate(null) },
    { keys: '/', label: `Search ${noun}s`, group: 'List', run: () => searchBox.current?.focus() },
  ]);

  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError } = query;
  const onEndNear = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError]);
  const onSort = (next: ItemSort) =>
    setSearch({ sort: formatSort(next) === formatSort(defaultSort(list)) ? undefined : formatSort(next) }, { push: true });
  const shared = {
    list,
    items,
    hasMore: query.hasNextPage && !isFetchNextPageError,
    onEndNear,
    scroller,
    initialScrollTop: scrollTopOf(noun, search),
    onScrolled: (scrollTop: number) => rememberPlace(noun, { search, scrollTop }),
  };
  const exists = async (parameters: Readonly<Record<string, string>>, signal: AbortSignal) =>
    (await readItems(list.path, parameters, 1, undefined, signal)).items.length > 0;

  return (
    <Page title={list.title} timed fill actions={actions}>
      <div className="items">
        <FilterBar list={list.list} searchBox={searchBox} />
        <div className="items-summary">
          <p role="status">
            {query.data !== undefined ? (
              <Summary list={list} count={items.length} more={query.hasNextPage} pages={query.data.pages.length} sort={sort} />
            ) : query.error === null ? (
              'Loading …'
            ) : (
              ''
            )}
          </p>
          {narrow || gridTools === undefined ? null : <div className="items-tools">{gridTools}</div>}
        </div>
        {query.data === undefined ? (
          query.error === null ? (
            <div className="items-loading" aria-busy="true">
              {Array.from({ length: 14 }, (_, index) => (
                <Skeleton key={index} height="14px" />
              ))}
            </div>
          ) : (
            <ProblemState error={query.error} what={`${list.title} could not be read`} onRetry={() => void query.refetch()} />
          )
        ) : items.length === 0 ? (
          Object.keys(filters).length === 0 ? (
            list.renderEmpty()
          ) : (
            <TooNarrow list={list.list} filters={filters} range={range} exists={exists} />
          )
        ) : narrow ? (
          <ItemCards key={JSON.stringify(search)} {...shared} />
        ) : (
          <Fragment key={JSON.stringify(search)}>{renderGrid({ ...shared, activeId, onActivate: activate, sort, onSort })}</Fragment>
        )}
        {isFetchNextPageError ? (
          <ProblemState error={query.error} what={`More ${noun}s could not be read`} onRetry={() => void fetchNextPage()} />
        ) : null}
      </div>
    </Page>
  );
}

function plainGrid<Item>(props: ItemGridProps<Item>) {
  return <ItemGrid {...props} />;
}

interface SummaryProps<Item> {
  list: ItemList<Item>;
  count: number;
  more: boolean;
  pages: number;
  sort: ItemSort;
}

function Summary<Item>({ list, count, more, pages, sort }: SummaryProps<Item>) {
  const refreshes = useRefetchInterval() !== false;
  const zone = useTimeZone();
  const { range } = useTimeRange();
  const { noun } = list.list;
  const words = list.sorts[sort.key]?.[sort.descending ? 0 : 1] ?? '';
  return (
    <>
      <b>{more ? `${formatQuantity(count, noun)} loaded, more below` : formatQuantity(count, noun)}</b>
      {` · ${describeRange(range, zone).toLowerCase()} · ${words}`}
      {refreshes && pages > 1 ? ' · not refreshing while more than the first page is loaded' : ''}
    </>
  );
}
