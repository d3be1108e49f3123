import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { runQuery } from '../../api/runs.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { LoadedRun } from './LoadedRun.tsx';

const REFRESH_MS = 3_000;

/** One run: what it was given, what it did and what came out, failures first. */
export function RunPage() {
  const { runId } = useParams({ strict: false }) as { runId: string };
  const { trace } = useSearchText();
  const query = useQuery({ ...runQuery(runId, trace), refetchInterval: ({ state }) => (state.data?.status === 'running' ? REFRESH_MS : false) });
  // What ran in a program that has ended may be gone while someone looks at it.
  const gone = query.error !== null && asProblem(query.error).status === 404;
  if (query.data !== undefined && !gone) return <LoadedRun run={query.data} />;
  return (
    <Page title="Run" heading={<ListCrumb to="/runs" noun="run" label="Runs" />}>
      {query.error === null ? (
        <div aria-busy="true">
          <Skeleton height="40px" />
        </div>
      ) : gone ? (
        <EmptyState
          title="No such run in this workspace"
          actions={
            <Link to="/runs" className={buttonClass('primary')}>
              All runs
            </Link>
          }
        >
          <code className="mono">{runId.length > 80 ? `${runId.slice(0, 80)}…` : runId}</code>
          <br />
          Its first span may still be on the way, it may belong to another workspace, or it has passed its retention.
        </EmptyState>
      ) : (
        <ProblemState error={query.error} what="The run could not be loaded" onRetry={() => void query.refetch()} />
      )}
    </Page>
  );
}
