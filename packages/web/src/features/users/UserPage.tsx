import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { userQuery } from '../../api/runs.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { isGone, ItemState } from '../../lists/ItemState.tsx';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { Page } from '../../shell/Page.tsx';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { LoadedUser } from './LoadedUser.tsx';

/** One user over the range: what was done for them and what it cost. */
export function UserPage() {
  const { userId } = useParams({ strict: false }) as { userId: string };
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const query = useQuery({ ...userQuery(userId, range), refetchInterval: useRefetchInterval() });
  if (query.data !== undefined && !isGone(query.error)) return <LoadedUser found={query.data} range={range} />;
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
      <ItemState
        error={query.error}
        what="The user could not be loaded"
        onRetry={() => void query.refetch()}
        gone={
          <EmptyState title="Nothing of this user in this range" actions={<LongerRanges />}>
            No span of {describeRange(range, zone).toLowerCase()} names this user.
          </EmptyState>
        }
      />
    </Page>
  );
}
