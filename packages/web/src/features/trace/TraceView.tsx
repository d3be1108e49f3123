import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { traceQuery } from '../../api/traces.ts';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { LoadedTrace } from './LoadedTrace.tsx';
import { refreshIntervalMs } from './model/refreshInterval.ts';
import { TraceSkeleton } from './TraceSkeleton.tsx';

const HEADING = <ListCrumb to="/traces" noun="trace" label="Traces" />;

/** The page of one trace: waterfall or conversation, and the detail of the chosen span. */
export function TraceView({ traceId }: { traceId: string }) {
  // Comparing tens of thousands of spans to keep equal parts would take longer than drawing them again.
  const query = useQuery({
    ...traceQuery(traceId),
    structuralSharing: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    refetchInterval: ({ state }) => refreshIntervalMs(state.data, state.error !== null, Date.now()),
  });
  const client = useQueryClient();
  // What was read of its spans and logs belongs to the same moment.
  const reload = () => void client.invalidateQueries({ queryKey: traceQuery(traceId).queryKey });
  // What ran in a program that has ended may be gone while someone looks at it.
  const gone = query.error !== null && asProblem(query.error).status === 404;
  if (query.data !== undefined && !gone) return <LoadedTrace traceId={traceId} data={query.data} onReload={reload} />;
  if (query.error !== null) {
    return (
      <Page title="Trace" heading={HEADING}>
        {gone ? (
          <NoSuchTrace traceId={traceId} onRetry={reload} />
        ) : (
          <ProblemState error={query.error} what="The trace could not be loaded" onRetry={reload} />
        )}
      </Page>
    );
  }
  return (
    <Page title="Trace" heading={HEADING} fill>
      <TraceSkeleton />
    </Page>
  );
}

function NoSuchTrace({ traceId, onRetry }: { traceId: string; onRetry: () => void }) {
  return (
    <EmptyState
      title="No such trace in this workspace"
      actions={
        <>
          <Button onClick={onRetry}>Look again</Button>
          <Link to="/traces" className={buttonClass('primary')}>
            All traces
          </Link>
        </>
      }
    >
      <code className="mono">{traceId.length > 80 ? `${traceId.slice(0, 80)}…` : traceId}</code>
      <br />
      Its first span may still be on the way, it may belong to another workspace, or it has passed its retention.
    </EmptyState>
  );
}
