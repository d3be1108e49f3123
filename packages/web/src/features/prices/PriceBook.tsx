import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { type PriceFilters, priceBookQuery } from '../../api/prices.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { type FilteredList, SEARCH_LENGTH_MAX } from '../../filters/facets.ts';
import { FilterBar } from '../../filters/FilterBar.tsx';
import type { SearchText } from '../../routing/searchText.ts';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { PriceTable } from './PriceTable.tsx';
import { SavedNotice } from './SavedNotice.tsx';

/** The prices that hold, the workspace's own first. */
export function PriceBook() {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const searchBox = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', label: 'Search prices', group: 'Prices', run: () => searchBox.current?.focus() }]);
  const query = useInfiniteQuery({ ...priceBookQuery(bookFilters(search)), placeholderData: (before) => before });
  const prices = query.data?.pages.flatMap(({ items }) => items);
  const providers = query.data?.pages[0]?.providers ?? [];
  const filtered = search.q !== undefined || search.provider !== undefined || search.whose !== undefined;
  return (
    <>
      <SavedNotice />
      <Panel
        title="Price book"
        note="dollars per million tokens, exact"
        end={
          <label className="prices-history">
            <input
              type="checkbox"
              checked={search.history === 'true'}
              onChange={(event) => setSearch({ history: event.target.checked ? 'true' : undefined })}
            />
            Show own prices that were replaced or removed
          </label>
        }
      >
        <FilterBar list={bookList(providers, search.provider)} searchBox={searchBox} />
        {query.error !== null && prices === undefined ? (
          <ProblemState error={query.error} what="The price book could not be read" onRetry={() => void query.refetch()} />
        ) : prices?.length === 0 ? (
          <EmptyState
            title={filtered ? 'No price matches' : 'There are no prices'}
            actions={
              filtered ? (
                <Button onClick={() => setSearch({ q: undefined, provider: undefined, whose: undefined }, { push: true })}>Clear all</Button>
              ) : undefined
            }
          >
            {search.whose === 'own' ? 'This workspace has set none like this. ' : ''}What is not in the book is unpriced, never $0.
          </EmptyState>
        ) : (
          <PriceTable prices={prices} busy={query.isPlaceholderData} />
        )}
        {query.hasNextPage ? (
          <div className="prices-more">
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
            </Button>
            <span className="dim">{formatQuantity(prices?.length ?? 0, 'price')} so far</span>
            {query.isFetchNextPageError ? <span className="worse">More could not be read. Try again.</span> : null}
          </div>
        ) : null}
      </Panel>
    </>
  );
}

function bookFilters({ q, provider, whose, history }: SearchText): PriceFilters {
  return {
    ...(q === undefined ? {} : { q: q.slice(0, SEARCH_LENGTH_MAX) }),
    ...(provider === undefined ? {} : { provider }),
    ...(whose === 'own' ? { origin: 'override' as const } : whose === 'bundled' ? { origin: 'bundled' as const } : {}),
    ...(history === 'true' ? { history: 'true' as const } : {}),
    sort: 'name',
  };
}

function bookList(providers: readonly { provider: string }[], chosen: string | undefined): FilteredList {
  const names = providers.map(({ provider }) => provider).sort();
  return {
    noun: 'price',
    searched: 'providers, models, aliases',
    facets: [
      { kind: 'choice', name: 'whose', label: 'Whose', primary: true, options: ['own', 'bundled'] },
      // The one that is chosen is there before the answer is.
      {
        kind: 'choice',
        name: 'provider',
        label: 'Provider',
        primary: true,
        options: chosen === undefined || names.includes(chosen) ? names : [chosen, ...names],
      },
    ],
    source: 'spans',
    measure: 'calls',
  };
}
