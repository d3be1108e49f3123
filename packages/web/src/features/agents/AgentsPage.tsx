import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { agentPagesQuery } from '../../api/agents.ts';
import { metricsQuery } from '../../api/metrics.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { activeFilters } from '../../filters/facets.ts';
import { FilterBar } from '../../filters/FilterBar.tsx';
import { useSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { intervalFor } from '../../time/interval.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange, resolveRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AgentDialog } from './AgentDialog.tsx';
import { agentList } from './agentFilters.ts';
import { agentLines, LINE_MEASURES, readOrder, sortLines } from './agentLines.ts';
import { AgentTable } from './AgentTable.tsx';
import '../../measures/measureTable.css';
import '../../ui/table.css';
import './agents.css';

const BARS_MAX = 30;
/** As many as the catalogue answers for at once; who has none of the foremost figures has none at all, as a rule. */
const FIGURES_MAX = 1_000;

/** Which agents are there, are they healthy, and what do they cost? */
export function AgentsPage() {
  const { permissions } = useShell().me;
  const mayChange = permissions.includes('agents.write');
  const search = useSearchText();
  const searchBox = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const refetchInterval = useRefetchInterval();
  const all = useInfiniteQuery(agentPagesQuery({}));
  const known = useMemo(() => all.data?.pages.flatMap(({ items }) => items) ?? [], [all.data]);
  const list = useMemo(() => agentList(known, search), [known, search]);
  const filters = activeFilters(list, search);
  const query = useInfiniteQuery({ ...agentPagesQuery(filters), refetchInterval });
  const agents = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data]);
  const figures = useFigures();
  const order = readOrder(search.sort);
  const lines = useMemo(
    () => (agents === undefined ? undefined : sortLines(agentLines(agents, figures.rows, figures.overTime), order)),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the order is made anew of the same text
    [agents, figures.rows, figures.overTime, search.sort],
  );
  const isNarrowed = Object.keys(filters).length > 0;
  const create = (
    <Button
      variant="primary"
      disabled={!mayChange}
      title={mayChange ? undefined : 'Your role may not create agents'}
      onClick={() => setCreating(true)}
    >
      <Plus aria-hidden="true" />
      Create an agent
    </Button>
  );
  return (
    <Page title="Agents" timed>
      <div className="measures-filters">
        <FilterBar list={list} searchBox={searchBox} />
      </div>
      {figures.error === null ? null : <ProblemState error={figures.error} what="What agents did could not be read" onRetry={figures.retry} />}
      <Panel
        title="Agents"
        note={
          lines === undefined ? undefined : `${formatQuantity(lines.length, 'agent')}${query.hasNextPage ? ' and more' : ''} · ${figures.rangeWords}`
        }
        end={create}
      >
        {lines === undefined ? (
          query.error === null ? (
            <div className="agents-pending" aria-busy="true">
              <Skeleton height="32px" />
              <Skeleton height="32px" />
              <Skeleton height="32px" />
            </div>
          ) : (
            <ProblemState error={query.error} what="The agents could not be read" onRetry={() => void query.refetch()} />
          )
        ) : lines.length > 0 ? (
          <AgentTable lines={lines} order={order} isStale={query.isPlaceholderData} />
        ) : isNarrowed ? (
          <EmptyState title="No agent is like that">Take a filter away.</EmptyState>
        ) : (
          <EmptyState
            title="No agent was seen yet"
            actions={
              <Link to="/get-started" className={buttonClass()}>
                How to send data
              </Link>
            }
          >
            An agent is here from its first span or event on. Create one before that to say whose it is, or to let it send heartbeats.
          </EmptyState>
        )}
        {query.hasNextPage ? (
          <div className="agents-more">
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
            </Button>
          </div>
        ) : null}
      </Panel>
      {creating ? <AgentDialog onClose={() => setCreating(false)} /> : null}
    </Page>
  );
}

/** What each agent did in the range of the page, in all and over time. */
function useFigures() {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const [openedAtMs] = useState(() => Date.now());
  const { fromMs, toMs } = resolveRange(range, openedAtMs);
  const question = { group_by: ['agent_id'], from: range.from, to: range.to, limit: FIGURES_MAX };
  const whole = useQuery({ ...metricsQuery({ ...question, measures: LINE_MEASURES, order_by: { field: 'calls' } }), refetchInterval });
  const interval = intervalFor(toMs - fromMs, BARS_MAX).text;
  const overTime = useQuery({
    ...metricsQuery({ ...question, measures: ['calls', 'runs'], interval, time_zone: zone }),
    refetchInterval,
  });
  return {
    rows: whole.data?.rows ?? NO_ROWS,
    overTime: overTime.data?.rows ?? NO_ROWS,
    error: whole.data === undefined ? whole.error : null,
    rangeWords: describeRange(range, zone).toLowerCase(),
    retry: () => void whole.refetch(),
  };
}

const NO_ROWS: never[] = [];
