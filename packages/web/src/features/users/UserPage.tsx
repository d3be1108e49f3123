import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { userQuery } from '../../api/runs.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { LoadedUser } from './LoadedUser.tsx';

/** One user over the range: what was done for them and what it cost. */
export function UserPage() {
  const { userId } = useParams({ strict: false }) as { userId: string };
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const query = useQuery({ ...userQuery(userId, range), refetchInterval: useRefetchInterval() });
  const nothing = query.error !== null && asProblem(query.error).status === 404;
  if (query.data !== undefined && !nothing) return <LoadedUser found={query.data} range={range} />;
  return (
    <Page
      title={`User ${userId}`}
      timed
      heading={
        <>
          <ListCrumb to="/users" noun="user" label="Users" />
          <span className="truncate">{userId}</span>
        </>
      }
    >
      {query.error === null ? (
        <div aria-busy="true">
          <Skeleton height="40px" />
        </div>
      ) : nothing ? (
        <EmptyState title="Nothing of this user in this range" actions={<LongerRanges />}>
          No span of {describeRange(range, zone).toLowerCase()} names this user.
        </EmptyState>
      ) : (
        <ProblemState error={query.error} what="The user could not be loaded" onRetry={() => void query.refetch()} />
      )}
    </Page>
  );
}
