import { useQuery, useQueryClient } from '@tanstack/react-query';
import { traceQuery } from '../../api/traces.ts';
import { isGone, ItemState, NoSuchItem } from '../../lists/ItemState.tsx';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
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
  if (query.data !== undefined && !isGone(query.error)) return <LoadedTrace traceId={traceId} data={query.data} onReload={reload} />;
  if (query.error !== null) {
    return (
      <Page title="Trace" heading={HEADING}>
        <ItemState
          error={query.error}
          what="The trace could not be loaded"
          onRetry={reload}
          gone={<NoSuchItem noun="trace" id={traceId} to="/traces" onRetry={reload} />}
        />
      </Page>
    );
  }
  return (
    <Page title="Trace" heading={HEADING} fill>
      <TraceSkeleton />
    </Page>
  );
}
