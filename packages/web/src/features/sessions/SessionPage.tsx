import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { sessionQuery } from '../../api/runs.ts';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { LoadedSession } from './LoadedSession.tsx';

const RUNS_A_PAGE = 100;
/** What the API answers at the most. */
const RUNS_MAX = 500;
const REFRESH_MS = 5_000;

/** One session from its beginning, as a conversation or as a list of its runs. */
export function SessionPage() {
  const { sessionId } = useParams({ strict: false }) as { sessionId: string };
  const [runs, setRuns] = useState(RUNS_A_PAGE);
  const query = useQuery({
    ...sessionQuery(sessionId, runs),
    refetchInterval: ({ state }) => (state.data?.session.status === 'live' ? REFRESH_MS : false),
  });
  const onMoreRuns = useCallback(() => setRuns((before) => Math.min(RUNS_MAX, before + RUNS_A_PAGE)), []);
  const gone = query.error !== null && asProblem(query.error).status === 404;
  if (query.data !== undefined && !gone) return <LoadedSession found={query.data} onMoreRuns={runs < RUNS_MAX ? onMoreRuns : undefined} />;
  return (
    <Page title="Session" heading={<ListCrumb to="/sessions" noun="session" label="Sessions" />}>
      {query.error === null ? (
        <div aria-busy="true">
          <Skeleton height="40px" />
        </div>
      ) : gone ? (
        <EmptyState
          title="No such session in this workspace"
          actions={
            <Link to="/sessions" className={buttonClass('primary')}>
              All sessions
            </Link>
          }
        >
          <code className="mono">{sessionId.length > 80 ? `${sessionId.slice(0, 80)}…` : sessionId}</code>
          <br />
          Its first span may still be on the way, it may belong to another workspace, or it has passed its retention.
        </EmptyState>
      ) : (
        <ProblemState error={query.error} what="The session could not be loaded" onRetry={() => void query.refetch()} />
      )}
    </Page>
  );
}
