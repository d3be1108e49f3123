import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { runQuery } from '../../api/runs.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { isGone, ItemState, NoSuchItem } from '../../lists/ItemState.tsx';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { LoadedRun } from './LoadedRun.tsx';

const REFRESH_MS = 3_000;

/** One run: what it was given, what it did and what came out, failures first. */
export function RunPage() {
  const { runId } = useParams({ strict: false }) as { runId: string };
  const { trace } = useSearchText();
  const query = useQuery({ ...runQuery(runId, trace), refetchInterval: ({ state }) => (state.data?.status === 'running' ? REFRESH_MS : false) });
  if (query.data !== undefined && !isGone(query.error)) return <LoadedRun run={query.data} />;
  return (
    <Page title="Run" heading={<ListCrumb to="/runs" noun="run" label="Runs" />}>
      <ItemState
        error={query.error}
        what="The run could not be loaded"
        onRetry={() => void query.refetch()}
        gone={<NoSuchItem noun="run" id={runId} to="/runs" />}
      />
    </Page>
  );
}
