import { useQuery } from '@tanstack/react-query';
import { unpricedQuery } from '../../api/prices.ts';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import { CostsNav } from '../costs/CostsNav.tsx';
import { useMayChange } from '../settings/SettingsPage.tsx';
import '../settings/settingsPage.css';
import { BookActions } from './BookActions.tsx';
import { Calculator } from './Calculator.tsx';
import { PriceBook } from './PriceBook.tsx';
import { RecomputePanel } from './RecomputePanel.tsx';
import { UnpricedPanel } from './UnpricedPanel.tsx';
import { asView, VIEW_PARAMETERS } from './views.ts';
import './pricesPage.css';

/** What models cost: the book, who is missing in it, and what a changed price makes of stored calls. */
export function PricesPage() {
  const view = asView(useSearchText().view);
  const setSearch = useSetSearchText();
  const mayChange = useMayChange();
  const { range } = useTimeRange();
  const unpriced = useQuery(unpricedQuery(range)).data?.length;
  return (
    <Page title="Prices" timed={view === 'unpriced' || view === 'recompute'} actions={view === 'book' ? <BookActions /> : undefined}>
      <CostsNav />
      {mayChange ? null : (
        <p className="settings-read-only" role="note">
          You see what holds. Only admins of the workspace may change it.
        </p>
      )}
      <Tabs
        className="prices-tabs"
        label="Prices"
        value={view}
        onChange={(next) => setSearch({ ...VIEW_PARAMETERS, view: next === 'book' ? undefined : next }, { push: true })}
        tabs={[
          { value: 'book', label: 'Price book' },
          { value: 'unpriced', label: 'Unpriced', ...(unpriced === undefined || unpriced === 0 ? {} : { count: unpriced }) },
          { value: 'recompute', label: 'Recompute' },
          { value: 'calculator', label: 'Calculator' },
        ]}
      >
        {view === 'book' ? <PriceBook /> : view === 'unpriced' ? <UnpricedPanel /> : view === 'recompute' ? <RecomputePanel /> : <Calculator />}
      </Tabs>
    </Page>
  );
}
