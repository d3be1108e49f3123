import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { sessionQuery } from '../../api/runs.ts';
import { isGone, ItemState, NoSuchItem } from '../../lists/ItemState.tsx';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
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
  if (query.data !== undefined && !isGone(query.error))
    return <LoadedSession found={query.data} onMoreRuns={runs < RUNS_MAX ? onMoreRuns : undefined} />;
  return (
    <Page title="Session" heading={<ListCrumb to="/sessions" noun="session" label="Sessions" />}>
      <ItemState
        error={query.error}
        what="The session could not be loaded"
        onRetry={() => void query.refetch()}
        gone={<NoSuchItem noun="session" id={sessionId} to="/sessions" />}
      />
    </Page>
  );
}
