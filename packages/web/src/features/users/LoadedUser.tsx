import type { Run } from '@sightglass/contract/run';
import type { Session } from '@sightglass/contract/session';
import type { User, UserDetail } from '@sightglass/contract/user';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { ProblemState } from '../../api/ProblemState.tsx';
import { canFilterBy } from '../../filters/facets.ts';
import { CostCell, TokensCell } from '../../lists/cells.tsx';
import { Fact, FactStrip } from '../../lists/FactStrip.tsx';
import { readItems } from '../../lists/useItems.ts';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { keepRange } from '../../time/keepRange.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import type { TimeRange } from '../../time/timeRange.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { ChartPanel } from '../overview/ChartPanel.tsx';
import { RunTable } from '../runs/RunTable.tsx';
import { SessionTable } from '../sessions/SessionTable.tsx';
import { AgentShares, ModelShares } from './UserShares.tsx';
import '../../lists/itemPage.css';

const ROWS = 10;

/** A user that was found in the range. */
export function LoadedUser({ found: { user, by_agent, by_model }, range }: { found: UserDetail; range: TimeRange }) {
  const scope = useMemo(() => ({ filters: [{ field: 'user_id', op: '=' as const, value: user.user_id }] }), [user.user_id]);
  const canFilter = canFilterBy(user.user_id);
  return (
    <Page
      title={`User ${user.user_id}`}
      timed
      actions={
        canFilter ? (
          <>
            <AllOf to="/costs" userId={user.user_id} label="Costs" />
            <AllOf to="/traces" userId={user.user_id} label="Traces" />
          </>
        ) : null
      }
      heading={
        <>
          <ListCrumb to="/users" noun="user" label="Users" />
          <span className="truncate" title={user.user_id}>
            {user.user_id}
          </span>
        </>
      }
    >
      <div className="item-page">
        <UserFacts user={user} />
        <ChartPanel scope={scope} />
        <div className="item-halves">
          <AgentShares shares={by_agent} />
          <ModelShares shares={by_model} />
        </div>
        {canFilter ? (
          <>
            <NewestOf<Session>
              title="Sessions"
              path="/api/obs/sessions"
              userId={user.user_id}
              range={range}
              end={<AllOf to="/sessions" userId={user.user_id} label="All sessions" />}
              renderItems={(sessions) => <SessionTable sessions={sessions} />}
            />
            <NewestOf<Run>
              title="Runs"
              path="/api/obs/runs"
              userId={user.user_id}
              range={range}
              end={<AllOf to="/runs" userId={user.user_id} label="All runs" />}
              renderItems={(runs) => <RunTable runs={runs} />}
            />
          </>
        ) : null}
      </div>
    </Page>
  );
}

function AllOf({ to, userId, label }: { to: '/sessions' | '/runs' | '/costs' | '/traces'; userId: string; label: string }) {
  return (
    <Link to={to} search={(search) => ({ ...keepRange(search), user_id: userId })} className={buttonClass('ghost')}>
      {label}
    </Link>
  );
}

function UserFacts({ user }: { user: User }) {
  return (
    <FactStrip>
      <Fact name="Cost">
        <CostCell item={user} />
      </Fact>
      <Fact name="Tokens">
        <TokensCell item={user} />
      </Fact>
      <Fact name="Runs">
        {formatCount(user.runs)}
        {user.failed_runs > 0 ? <span className="worse"> ({formatCount(user.failed_runs)} failed)</span> : null}
      </Fact>
      <Fact name="Sessions">{formatCount(user.sessions)}</Fact>
      <Fact name="Calls">{formatCount(user.calls)}</Fact>
      <Fact name="Errors">
        <span className={user.errors > 0 ? 'worse' : undefined}>{formatCount(user.errors)}</span>
      </Fact>
      <Fact name="E-mail">{user.email}</Fact>
      <Fact name="Department">{user.department}</Fact>
      <Fact name="Last heard of">
        <RelativeTime time={user.last_at} />
      </Fact>
    </FactStrip>
  );
}

interface NewestOfProps<Item> {
  title: string;
  path: string;
  userId: string;
  range: TimeRange;
  end: ReactNode;
  renderItems: (items: readonly Item[]) => ReactNode;
}

/** The newest of what a user has of a kind. */
function NewestOf<Item>({ title, path, userId, range, end, renderItems }: NewestOfProps<Item>) {
  const parameters = { user_id: userId, from: range.from, to: range.to };
  const query = useQuery({
    queryKey: [path, 'newest', parameters],
    queryFn: ({ signal }) => readItems<Item>(path, parameters, ROWS, undefined, signal),
  });
  if (query.data?.items.length === 0) return null;
  return (
    <Panel title={title} note={query.data !== undefined && query.data.next_cursor !== null ? `the newest ${ROWS}` : undefined} end={end}>
      {query.data !== undefined ? (
        renderItems(query.data.items)
      ) : query.error === null ? (
        <Skeleton height="80px" />
      ) : (
        <ProblemState error={query.error} what={`${title} could not be read`} onRetry={() => void query.refetch()} />
      )}
    </Panel>
  );
}
