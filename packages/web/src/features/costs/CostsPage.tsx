import { useRef } from 'react';
import { askCatalogue, numberOf } from '../../api/metrics.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { FilterBar } from '../../filters/FilterBar.tsx';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { TooNarrow } from '../../filters/TooNarrow.tsx';
import { Page } from '../../shell/Page.tsx';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { CostChart } from './CostChart.tsx';
import { CostControls } from './CostControls.tsx';
import { COST_LIST } from './costDimensions.ts';
import { CostsNav } from './CostsNav.tsx';
import { queryFilters } from './costQuestion.ts';
import { CostTable } from './CostTable.tsx';
import { CostTotals } from './CostTotals.tsx';
import { type ShownCosts, useCosts } from './useCosts.ts';
import './costsPage.css';

/** Who spends what: costs, tokens, calls and errors by any two dimensions, beside the period before. */
export function CostsPage() {
  const { question, query } = useCosts();
  const searchBox = useRef<HTMLInputElement>(null);
  return (
    <Page title="Costs" timed>
      <CostsNav />
      <div className="costs-head">
        <CostControls question={question} shown={query.data} />
        <FilterBar list={COST_LIST} searchBox={searchBox} />
      </div>
      {query.data !== undefined ? (
        <div className={query.isPlaceholderData ? 'costs costs-stale' : 'costs'} aria-busy={query.isPlaceholderData}>
          {query.error === null ? null : <ProblemState error={query.error} what="Costs could not be read" onRetry={() => void query.refetch()} />}
          <LoadedCosts {...query.data} />
        </div>
      ) : query.error !== null ? (
        <ProblemState error={query.error} what="Costs could not be read" onRetry={() => void query.refetch()} />
      ) : (
        <div className="costs" aria-busy="true">
          <Skeleton height="92px" />
          <Skeleton height="280px" />
          <Skeleton height="240px" />
        </div>
      )}
    </Page>
  );
}

function LoadedCosts(shown: ShownCosts) {
  const { range } = useTimeRange();
  const { active } = shown.question;
  const { total, totalBefore } = shown.costs.answers;
  const calls = numberOf(total ?? {}, 'calls') ?? 0;
  const callsBefore = numberOf(totalBefore ?? {}, 'calls') ?? 0;
  if (calls === 0 && callsBefore === 0) {
    return Object.keys(active).length === 0 ? (
      <EmptyState title="No calls in this range" actions={<LongerRanges />}>
        Nothing that can cost anything was called in this range, or in the period before.
      </EmptyState>
    ) : (
      <TooNarrow list={COST_LIST} filters={active} range={range} exists={hasCalls} />
    );
  }
  return (
    <>
      <CostTotals costs={shown.costs} />
      <CostChart {...shown} />
      <CostTable {...shown} />
    </>
  );
}

async function hasCalls({ from = '', to = '', ...active }: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean> {
  const { rows } = await askCatalogue({ measures: ['calls'], filters: queryFilters(active), from, to }, signal);
  return (numberOf(rows[0] ?? {}, 'calls') ?? 0) > 0;
}
