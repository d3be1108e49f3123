/** The price book as a list: own prices newest first, then the bundled ones. */
import type { PriceItem } from '@sightglass/contract/price';
import type { PriceList } from '@sightglass/contract/routes/pricing';
import type { Price } from '../cost/price.ts';
import { CUSTOM_LIST, PRICE_LISTS, priceListOf } from '../cost/priceLists.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';
import { priceItem } from './priceItem.ts';
import type { WorkspaceBooks } from './workspaceBooks.ts';

export interface PriceListQuery {
  q?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  origin?: 'override' | 'bundled' | undefined;
  history: 'true' | 'false';
  sort: 'spread' | 'name';
  limit: number;
  cursor?: string | undefined;
}

export function listPrices(books: WorkspaceBooks, workspaceId: string, query: PriceListQuery): Result<PriceList> {
  const after = query.cursor === undefined ? 0 : Number(/^p(\d{1,6})$/.exec(query.cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(after)) {
    return refuseCursor();
  }
  const found = [...ownItems(books, workspaceId, query), ...bundledItems(books.bookOf(workspaceId).prices, query)].filter(matcher(query));
  const items = found.slice(after, after + query.limit);
  const end = after + items.length;
  return ok({ items, next_cursor: end < found.length ? `p${end}` : null, providers: providersOf(books.bookOf(workspaceId).prices) });
}

function ownItems(books: WorkspaceBooks, workspaceId: string, { origin, history, sort }: PriceListQuery): PriceItem[] {
  if (origin === 'bundled') return [];
  const items = books
    .ownPrices(workspaceId)
    .filter(({ retiredAt }) => history === 'true' || retiredAt === null)
    .flatMap((stored) => {
      const price = books.priceById(workspaceId, stored.id);
      return price === undefined ? [] : [priceItem(price, stored)];
    });
  return sort === 'name' ? items.sort(byName) : items.reverse();
}

function bundledItems(prices: readonly Price[], { origin, sort }: PriceListQuery): PriceItem[] {
  if (origin === 'override') return [];
  const sorted = prices
    .filter((price) => price.origin === 'bundled')
    .map((price) => priceItem(price))
    .sort(byName);
  return sort === 'name' ? sorted : inTurn(sorted);
}

const byName = (a: PriceItem, b: PriceItem) =>
  compare(a.provider, b.provider) || compare(a.model, b.model) || compare(b.effective_from ?? '', a.effective_from ?? '') || compare(a.id, b.id);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** One of each provider, then a second of each …, so that a first page shows all of them. */
function inTurn(sorted: readonly PriceItem[]): PriceItem[] {
  const places = new Map<string, number>();
  return sorted
    .map((item) => {
      const place = places.get(item.provider) ?? 0;
      places.set(item.provider, place + 1);
      return { item, place };
    })
    .sort((a, b) => a.place - b.place || compare(a.item.provider, b.item.provider))
    .map(({ item }) => item);
}

function matcher({ q, provider, model }: PriceListQuery): (item: PriceItem) => boolean {
  const text = q?.trim().toLowerCase() ?? '';
  const list = provider === undefined ? undefined : (priceListOf(provider) ?? provider.toLowerCase());
  const name = model?.trim().toLowerCase();
  return (item) =>
    (list === undefined || item.provider === list) &&
    (name === undefined || item.model === name || item.aliases.includes(name)) &&
    (text === '' || [item.provider, item.model, ...item.aliases].some((each) => each.toLowerCase().includes(text)));
}

function providersOf(prices: readonly Price[]): PriceList['providers'] {
  const models = new Map<string, Set<string>>([...PRICE_LISTS.map(({ provider }) => provider), CUSTOM_LIST].map((provider) => [provider, new Set()]));
  for (const { provider, model } of prices) models.set(provider, (models.get(provider) ?? new Set()).add(model));
  return [...models].map(([provider, names]) => ({ provider, models: names.size })).sort((a, b) => compare(a.provider, b.provider));
}
