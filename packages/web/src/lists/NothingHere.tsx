import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { firstTraceQuery } from '../api/firstTrace.ts';
import { LongerRanges } from '../filters/LongerRanges.tsx';
import { RelativeTime } from '../time/RelativeTime.tsx';
import { describeRange } from '../time/timeRange.ts';
import { useTimeZone } from '../time/timeZone.ts';
import { useTimeRange } from '../time/useTimeRange.ts';
import { buttonClass } from '../ui/Button.tsx';
import { EmptyState } from '../ui/StateMessage.tsx';

/** Nothing of a kind in the range, and no filter to blame: how telemetry comes to tell of it. */
export function NothingHere({ noun, children }: { noun: string; children: ReactNode }) {
  const zone = useTimeZone();
  const { range } = useTimeRange();
  const newest = useQuery(firstTraceQuery).data?.last_trace;
  return (
    <EmptyState
      title={newest === null ? `No ${noun}s yet` : `No ${noun}s in this range`}
      actions={
        newest === null ? (
          <Link to="/get-started" className={buttonClass('primary')}>
            Send the first trace
          </Link>
        ) : (
          <LongerRanges />
        )
      }
    >
      {newest === undefined || newest === null ? null : (
        <>
          None in {describeRange(range, zone).toLowerCase()}; the newest trace arrived <RelativeTime time={newest.received_at} />.{' '}
        </>
      )}
      {children}
    </EmptyState>
  );
}
