import type { FilteredList } from '../filters/facets.ts';
import type { SearchText } from '../routing/searchText.ts';
import type { ReactNode } from 'react';
import { keepRange } from '../time/keepRange.ts';

export interface ItemPage<Item> {
  items: Item[];
  next_cursor: string | null;
}

export interface ItemSort {
  key: string;
  descending: boolean;
}

export interface ItemColumn<Item> {
  id: string;
  label: string;
  /** Width, CSS pixels. */
  width: number;
  /** Takes a share of the room that is left. */
  grows?: boolean;
  alignEnd?: boolean;
  /** What the API sorts by. */
  sort?: string;
  /** The header says nothing to the eye: the cells speak for themselves. */
  headerHidden?: boolean;
  cell: (item: Item) => ReactNode;
}

/** Where the page of an item is. */
export interface ItemLink {
  to: string;
  params: Record<string, string>;
  search?: SearchText;
}

/** The link as the router takes it, for `Link` and for `navigate`: the page shows the range of this one. */
export function routeOf({ to, params, search }: ItemLink): { to: '/' } {
  // Where it leads is data here; the router checks literal routes only.
  return { to, params, search: (before: SearchText) => ({ ...keepRange(before), ...search }) } as unknown as { to: '/' };
}

/** A list of one kind of thing: how it is read, narrowed, ordered, shown and opened. */
export interface ItemList<Item> {
  title: string;
  list: FilteredList;
  /** The path of the API. */
  path: string;
  columns: readonly ItemColumn<Item>[];
  /** By what it can be ordered, in words: highest first, lowest first. The first one, descending, is the usual order. */
  sorts: Readonly<Record<string, readonly [descending: string, ascending: string]>>;
  idOf: (item: Item) => string;
  linkOf: (item: Item) => ItemLink;
  /** Filters under which items stand above all others while the usual order is shown: what is going on now. */
  pinned?: Readonly<Record<string, string>>;
  /** Back from an item the rows are as they were; refreshing is asked for, or comes by itself. */
  staysAsLeft?: true;
  /** On narrow screens an item is a card. */
  renderCard: (item: Item) => ReactNode;
  /** Nothing in the range and no filter to blame. */
  renderEmpty: () => ReactNode;
}

export function defaultSort({ sorts }: Pick<ItemList<never>, 'sorts'>): ItemSort {
  return { key: Object.keys(sorts)[0] ?? '', descending: true };
}

/** The usual order unless the URL names another one that there is. */
export function readSort(list: Pick<ItemList<never>, 'sorts'>, text: string | undefined): ItemSort {
  const descending = text?.startsWith('-') ?? false;
  const key = descending ? text?.slice(1) : text;
  return key !== undefined && Object.hasOwn(list.sorts, key) ? { key, descending } : defaultSort(list);
}

export const formatSort = ({ key, descending }: ItemSort): string => (descending ? `-${key}` : key);

/** The order after a click on a header: most first, then least first, then the usual one again. */
export function nextSort(list: Pick<ItemList<never>, 'sorts'>, current: ItemSort, key: string): ItemSort {
  if (current.key !== key) return { key, descending: true };
  if (current.descending) return { key, descending: false };
  const usual = defaultSort(list);
  return key === usual.key ? { key, descending: true } : usual;
}

/** Each item once, those that stand above the others first. */
export function arrange<Item>(pages: readonly ItemPage<Item>[], pinned: readonly Item[], idOf: (item: Item) => string): Item[] {
  const items = new Map<string, Item>();
  for (const item of [...pinned, ...pages.flatMap((page) => page.items)]) if (!items.has(idOf(item))) items.set(idOf(item), item);
  return [...items.values()];
}
