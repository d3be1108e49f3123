import { useInfiniteQuery } from '@tanstack/react-query';
import { ProblemState } from '../../api/ProblemState.tsx';
import { anomalyPagesQuery } from '../../api/anomalies.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Button } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AnomalyTable } from './AnomalyTable.tsx';
import type { AnomalyView } from './anomalySearch.ts';

/** What was unusual in the range of the page. */
export function FoundPanel({ view }: { view: AnomalyView }) {
  const setSearch = useSetSearchText();
  const { range } = useTimeRange();
  const { sensitivity, sort } = view;
  const query = useInfiniteQuery({
    ...anomalyPagesQuery({ from: range.from, to: range.to, sensitivity, sort }),
    refetchInterval: useRefetchInterval(),
  });
  const anomalies = query.data?.pages.flatMap(({ items }) => items);
  const lookedAt = query.data?.pages[0]?.looked_at ?? [];
  const judged = lookedAt.filter(({ judged_hours }) => judged_hours > 0);
  const agents = new Set(judged.flatMap(({ agent_id }) => agent_id ?? []));
  const note =
    judged.length === 0
      ? undefined
      : `cost, model latency, errors and calls of the workspace${agents.size === 0 ? '' : agents.size === 1 ? ' and its busiest agent' : ` and its ${agents.size} busiest agents`}`;
  return (
    <Panel
      title="Unusual hours"
      note={note}
      end={
        <Button variant="ghost" aria-pressed={sort === 'gravest'} onClick={() => setSearch({ sort: sort === 'gravest' ? undefined : 'gravest' })}>
          Gravest first
        </Button>
      }
    >
      {anomalies === undefined ? (
        query.error === null ? (
          <div className="anomaly-pending" aria-busy="true">
            <Skeleton height="32px" />
            <Skeleton height="32px" />
            <Skeleton height="32px" />
          </div>
        ) : (
          <ProblemState error={query.error} what="The anomalies could not be read" onRetry={() => void query.refetch()} />
        )
      ) : (
        <div className={query.isPlaceholderData ? 'anomalies-stale' : undefined} aria-busy={query.isPlaceholderData}>
          {query.error === null ? null : (
            <ProblemState error={query.error} what="The anomalies could not be read again" onRetry={() => void query.refetch()} />
          )}
          {anomalies.length > 0 ? (
            <AnomalyTable anomalies={anomalies} shown={view} />
          ) : judged.length > 0 ? (
            <EmptyState title="Nothing was unusual in this range" actions={<LongerRanges />}>
              Every full hour lay within what its hour of the week lets expect.
            </EmptyState>
          ) : (
            <EmptyState title="There is too little past to tell what is usual">
              Two weeks of telemetry are needed; then each hour is compared with the same hour of the weeks before it.
            </EmptyState>
          )}
          {query.hasNextPage ? (
            <div className="anomaly-more">
              <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
              </Button>
            </div>
          ) : null}
        </div>
      )}
    </Panel>
  );
}
