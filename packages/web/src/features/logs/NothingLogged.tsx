import { Link } from '@tanstack/react-router';
import { readLogs } from '../../api/logs.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { TooNarrow } from '../../filters/TooNarrow.tsx';
import { describeRange, type TimeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { LOG_LIST } from './logFilters.ts';

/** No log matches: which filter to loosen, or how logs get here. */
export function NothingLogged({ filters, range }: { filters: Readonly<Record<string, string>>; range: TimeRange }) {
  const zone = useTimeZone();
  if (Object.keys(filters).length > 0) return <TooNarrow list={LOG_LIST} filters={filters} range={range} exists={hasLogs} />;
  return (
    <EmptyState
      title="No logs in this range"
      actions={
        <>
          <LongerRanges />
          <Link to="/get-started" className={buttonClass()}>
            How to send data
          </Link>
        </>
      }
    >
      Nothing was logged in {describeRange(range, zone).toLowerCase()}. Any OpenTelemetry log exporter can send here: set
      <br />
      <code className="mono">OTEL_LOGS_EXPORTER=otlp</code> beside the address and key that your traces use.
    </EmptyState>
  );
}

const hasLogs = async (parameters: Readonly<Record<string, string>>, signal: AbortSignal) =>
  (await readLogs(parameters, 1, undefined, signal)).items.length > 0;
