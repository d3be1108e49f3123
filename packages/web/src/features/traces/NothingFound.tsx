import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { TooNarrow } from '../../filters/TooNarrow.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { describeRange, type TimeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { TRACE_LIST } from './traceFilters.ts';
import { readTraces } from './useTraceList.ts';

/** No trace matches: which filter to loosen, or that the range is empty and where the newest trace is. */
export function NothingFound({ filters, range }: { filters: Readonly<Record<string, string>>; range: TimeRange }) {
  return Object.keys(filters).length === 0 ? (
    <EmptyRange range={range} />
  ) : (
    <TooNarrow list={TRACE_LIST} filters={filters} range={range} exists={hasTraces} />
  );
}

const hasTraces = async (parameters: Readonly<Record<string, string>>, signal: AbortSignal) =>
  (await readTraces(parameters, 1, undefined, signal)).items.length > 0;

function EmptyRange({ range }: { range: TimeRange }) {
  const zone = useTimeZone();
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
