import type { Recommendations } from '@sightglass/contract/routes/costRecommendations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { recommendationsQuery } from '../../api/costRecommendations.ts';
import { isFeatureOff, ProblemState } from '../../api/ProblemState.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatMoney, formatMoneyExact } from '../../ui/formatMoney.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { CostsNav } from '../costs/CostsNav.tsx';
import { NotJudged } from './NotJudged.tsx';
import { RecommendationCard } from './RecommendationCard.tsx';
import { DEFAULT_WINDOW_DAYS, WINDOW_DAYS, windowOfSearch } from './savingsWords.ts';
import './savings.css';

/** What would save most? */
export function SavingsPage() {
  const days = windowOfSearch(useSearchText().days);
  const { data, error, refetch, isPlaceholderData } = useQuery(recommendationsQuery(days));
  return (
    <Page title="Savings · Costs" heading="Costs">
      <CostsNav />
      {data !== undefined && !isFeatureOff(error) ? (
        <div className={isPlaceholderData ? 'savings savings-stale' : 'savings'} aria-busy={isPlaceholderData}>
          {error === null ? null : <ProblemState error={error} what="Savings could not be read" onRetry={() => void refetch()} />}
          <LoadedSavings answer={data} days={days} />
        </div>
      ) : error !== null ? (
        <ProblemState error={error} what="Savings could not be read" onRetry={() => void refetch()} />
      ) : (
        <div className="savings" aria-busy="true">
          <Skeleton height="92px" />
          <Skeleton height="220px" />
          <Skeleton height="220px" />
        </div>
      )}
    </Page>
  );
}

function LoadedSavings({ answer: { items, looked_at, not_enough_data }, days }: { answer: Recommendations; days: number }) {
  return (
    <>
      <section className="savings-sum" aria-label="In sum">
        <div>
          <p className="savings-total">
            <b title={formatMoneyExact(looked_at.saving_usd_per_month)}>{formatMoney(looked_at.saving_usd_per_month)}</b> a month could be saved
          </p>
          <p className="savings-note">
            of <span title={formatMoneyExact(looked_at.spent_usd_per_month)}>{formatMoney(looked_at.spent_usd_per_month)}</span> a month, judged by{' '}
            {formatQuantity(looked_at.calls, 'call')} of {formatQuantity(looked_at.groups, 'pair')} of agent and model. No call is counted twice: the
            amounts below may be added up.
          </p>
          <LeftOut looked_at={looked_at} />
        </div>
        <WindowChoice days={days} />
      </section>
      {looked_at.calls === 0 ? (
        <EmptyState
          title={`No model was called in the last ${days} days`}
          actions={
            <Link to="/get-started" className={buttonClass()}>
              How to send data
            </Link>
          }
        >
          Savings are found in calls with tokens, a cost and, for repeats and caching, recorded inputs.
        </EmptyState>
      ) : items.length === 0 ? (
        <EmptyState title="Nothing found that would save money">
          {not_enough_data.length === 0
            ? 'No waste that can be seen in the calls of this window.'
            : 'What follows could not be judged: there may be more in it when there are more calls.'}
        </EmptyState>
      ) : (
        <RecommendationList items={items} />
      )}
      <NotJudged reasons={not_enough_data} />
    </>
  );
}

/** The first few are what one acts on; the long tail is there for who asks. */
const SHOWN_FIRST = 20;

function RecommendationList({ items }: Pick<Recommendations, 'items'>) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? items : items.slice(0, SHOWN_FIRST);
  return (
    <>
      <ul className="savings-list" aria-label="Recommendations, the largest saving first">
        {shown.map((item) => (
          <li key={item.id}>
            <RecommendationCard item={item} />
          </li>
        ))}
      </ul>
      {shown.length === items.length ? null : (
        <Button className="savings-more" onClick={() => setIsWhole(true)}>
          Show {formatQuantity(items.length - shown.length, 'smaller one')}
        </Button>
      )}
    </>
  );
}

function LeftOut({ looked_at: { unpriced_calls, estimated_calls, groups_left_out } }: Pick<Recommendations, 'looked_at'>) {
  if (unpriced_calls === 0 && estimated_calls === 0 && groups_left_out === 0) return null;
  return (
    <p className="savings-note savings-warn">
      {unpriced_calls === 0 ? null : (
        <>
          {formatQuantity(unpriced_calls, 'call')} without a known price not in it.{' '}
          <Link to="/prices" className="link">
            Set prices
          </Link>{' '}
        </>
      )}
      {estimated_calls === 0 ? null : `${formatQuantity(estimated_calls, 'call')} with a cost that is an estimate. `}
      {groups_left_out === 0 ? null : `${formatCount(groups_left_out)} cheaper pairs of agent and model were not looked at.`}
    </p>
  );
}

function WindowChoice({ days }: { days: number }) {
  const setSearch = useSetSearchText();
  return (
    <label className="savings-window">
      Judged over
      <select
        className="field"
        value={days}
        onChange={(event) => setSearch({ days: event.target.value === String(DEFAULT_WINDOW_DAYS) ? undefined : event.target.value }, { push: true })}
      >
        {WINDOW_DAYS.map((each) => (
          <option key={each} value={each}>
            the last {each} days
          </option>
        ))}
      </select>
    </label>
  );
}
