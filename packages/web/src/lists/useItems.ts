import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { requestJson } from '../api/request.ts';
import { useRefetchInterval } from '../time/liveRefresh.ts';
import type { TimeRange } from '../time/timeRange.ts';
import { arrange, defaultSort, formatSort, type ItemList, type ItemPage, type ItemSort } from './itemList.ts';

const PAGE_SIZE = 100;
const PINNED_MAX = 20;

export type Parameters = Readonly<Record<string, string>>;

export function readItems<Item>(
  path: string,
  parameters: Parameters,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<ItemPage<Item>> {
  return requestJson<ItemPage<Item>>(path, { query: { ...parameters, limit, cursor }, signal });
}

/**
 * The items that match, page by page. The list refreshes by itself only while it shows its first page: reading many pages again every few
 * seconds would load the server, and move the rows that someone is reading. What goes on now stands above them and is always fresh.
 */
export function useItems<Item>(
  list: ItemList<Item>,
  filters: Parameters,
  range: TimeRange,
  sort: ItemSort,
): { query: UseInfiniteQueryResult<InfiniteData<ItemPage<Item>>, Error>; items: Item[] } {
  const interval = useRefetchInterval();
  const parameters = { ...filters, from: range.from, to: range.to, sort: formatSort(sort) };
  const query = useInfiniteQuery({
    queryKey: [list.path, parameters],
    queryFn: ({ pageParam, signal }) => readItems<Item>(list.path, parameters, PAGE_SIZE, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : interval),
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= 1,
    refetchOnMount: list.staysAsLeft !== true,
  });
  const { pinned } = list;
  const isUsual = formatSort(sort) === formatSort(defaultSort(list));
  const wantsPinned = pinned !== undefined && isUsual && Object.keys(pinned).every((name) => filters[name] === undefined);
  const above = useQuery({
    queryKey: [list.path, 'pinned', parameters],
    queryFn: ({ signal }) => readItems<Item>(list.path, { ...parameters, ...pinned }, PINNED_MAX, undefined, signal),
    enabled: wantsPinned,
    refetchInterval: interval,
  });
  const pages = query.data?.pages;
  const first = wantsPinned ? above.data?.items : undefined;
  const items = useMemo(() => (pages === undefined ? [] : arrange(pages, first ?? [], list.idOf)), [pages, first, list]);
  return { query, items };
}
