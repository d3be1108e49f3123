import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';

/** The range is empty and no filter is to blame: where the newest trace is. */
export function NoTraces() {
  const zone = useTimeZone();
  const { range } = useTimeRange();
  const newest = useQuery(firstTraceQuery).data?.last_trace;
  return (
    <EmptyState
      title={newest === null ? 'No traces yet' : 'No traces in this range'}
      actions={
        <>
          {newest === undefined ? null : newest === null ? (
            <Link to="/get-started" className={buttonClass('primary')}>
              Send the first trace
            </Link>
          ) : (
            <Link to="/traces/$traceId" params={{ traceId: newest.trace_id }} className={buttonClass()}>
              Open the newest trace
            </Link>
          )}
          {newest === null ? null : <LongerRanges />}
        </>
      }
    >
      {newest === undefined ? null : newest === null ? (
        'Nothing has arrived so far.'
      ) : (
        <>
          Nothing began in {describeRange(range, zone).toLowerCase()}. The newest trace arrived <RelativeTime time={newest.received_at} />.
        </>
      )}
    </EmptyState>
  );
}
