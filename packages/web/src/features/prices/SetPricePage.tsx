import type { PriceItem } from '@sightglass/contract/price';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { pricesQuery } from '../../api/prices.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { canFilterBy } from '../../filters/facets.ts';
import type { SearchText } from '../../routing/searchText.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { keepRange } from '../../time/keepRange.ts';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { CostsNav } from '../costs/CostsNav.tsx';
import { useMayChange } from '../settings/SettingsPage.tsx';
import '../settings/settingsPage.css';
import { CopyFrom } from './CopyFrom.tsx';
import { emptyPriceDraft, type PriceDraft, priceDraftOf } from './priceDraft.ts';
import { PriceForm } from './PriceForm.tsx';
import { usePriceForm } from './usePriceForm.ts';

/** Versions of one model that are looked through for the one to copy. */
const VERSIONS_MAX = 200;

/** Sets a price, from nothing or from one that there is. The URL says with what to begin and whether to recompute after. */
export function SetPricePage() {
  const search = useSearchText();
  const mayChange = useMayChange();
  const { copy, provider, model } = search;
  const source = useQuery({
    ...pricesQuery({ history: 'true', ...(provider === undefined ? {} : { provider }), ...(model === undefined ? {} : { model }) }, VERSIONS_MAX),
    enabled: mayChange && copy !== undefined,
    select: (prices) => {
      const price = prices.find(({ id }) => id === copy);
      return price === undefined
        ? null
        : {
            price,
            draft: priceDraftOf(
              price,
              prices.filter(({ origin }) => origin === 'bundled'),
            ),
          };
    },
  });
  return (
    <Page
      title="Set a price"
      heading={
        <>
          <Link to="/prices" search={keepRange} className="page-crumb">
            Prices
          </Link>
          <span className="page-crumb">/</span>
          Set a price
        </>
      }
    >
      <CostsNav />
      {!mayChange ? (
        <EmptyState title="Only admins of the workspace may set prices">The price book shows what holds.</EmptyState>
      ) : copy === undefined ? (
        <SetPrice key={`${provider} ${model}`} initial={emptyPriceDraft(search)} copied={null} search={search} />
      ) : source.data === undefined ? (
        source.error === null ? (
          <div className="settings" aria-busy="true">
            <Skeleton height="110px" />
            <Skeleton height="240px" />
          </div>
        ) : (
          <ProblemState error={source.error} what="The price could not be read" onRetry={() => void source.refetch()} />
        )
      ) : source.data === null ? (
        <SetPrice key="gone" initial={emptyPriceDraft(search)} copied={null} search={search} />
      ) : (
        <SetPrice key={source.data.price.id} initial={source.data.draft} copied={source.data.price} search={search} />
      )}
    </Page>
  );
}

interface SetPriceProps {
  initial: PriceDraft;
  copied: PriceItem | null;
  search: SearchText;
}

function SetPrice({ initial, copied: copiedFirst, search }: SetPriceProps) {
  const navigate = useNavigate();
  const form = usePriceForm(initial);
  const [copied, setCopied] = useState(copiedFirst);
  const recomputes = search.after === 'recompute';
  const { saved, draft } = form;
  const replaces = copied?.origin === 'override' && copied.retired_at === null && copied.provider === draft.provider && copied.model === draft.model;
  useEffect(() => {
    if (saved === null) return;
    const next: SearchText = recomputes
      ? { view: 'recompute', preview: 'true', ...asFilter('model', search.model), ...asFilter('provider', search.provider) }
      : { q: saved.model, saved: saved.id };
    void navigate({ to: '/prices', search: (before) => ({ ...keepRange(before), ...next }), replace: true });
  }, [saved, recomputes, search.model, search.provider, navigate]);
  return (
    <>
      <div className="price-form-head">
        <p className="setting-text">
          {copied === null
            ? recomputes
              ? 'Once it is saved, you see what it makes of the calls that are stored; nothing is changed before you say so.'
              : 'A price of this workspace goes before a bundled one that matches a name equally well.'
            : replaces
              ? 'Saving replaces it. With another start it becomes a further version, and both halves are priced rightly.'
              : `Begun with the ${copied.origin === 'override' ? 'own' : 'bundled'} price of ${copied.model} (${copied.provider}).`}
          {copied === null || copied.daily_window === null ? '' : ` That one holds ${copied.daily_window} only; yours would hold all day.`}
        </p>
        <CopyFrom
          onCopy={(price) => {
            if (draft.model.trim() === '') {
              const { id: copy, provider, model } = price;
              void navigate({ to: '/prices/set', search: (before) => ({ ...before, copy, provider, model }), replace: true });
              return;
            }
            // What the price is to be for is known already: only the figures are wanted.
            const { provider, model, aliases, patterns, effective_from, effective_to, note } = draft;
            form.begin({ ...priceDraftOf(price), provider, model, aliases, patterns, effective_from, effective_to, note });
            setCopied(price);
          }}
        />
      </div>
      <PriceForm
        form={form}
        saveLabel={recomputes ? 'Save and preview the recompute' : 'Save'}
        onCancel={() => void navigate({ to: '/prices', search: (before) => ({ ...keepRange(before), ...(recomputes ? { view: 'unpriced' } : {}) }) })}
      />
    </>
  );
}

/** The URL reads a comma as "or": a name that holds one is no filter. */
function asFilter(name: string, value: string | undefined): SearchText {
  return value === undefined || !canFilterBy(value) ? {} : { [name]: value };
}
