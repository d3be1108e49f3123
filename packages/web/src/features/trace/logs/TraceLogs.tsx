import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { Button, buttonClass } from '../../../ui/Button.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { RecordList } from '../../../records/RecordList.tsx';
import { toggled } from '../../../records/toggled.ts';
import { LogLine } from '../../logs/LogLine.tsx';
import { useTrace } from '../traceContext.ts';
import { logListOf, traceLogsQuery } from './traceLogs.ts';
import './traceLogs.css';

/** The logs of the trace, in the order in which things happened. */
export function TraceLogs() {
  const { traceId, model } = useTrace();
  const query = useInfiniteQuery(traceLogsQuery(traceId, model.trace));
  const logs = useMemo(() => (query.data?.pages.flatMap(({ items }) => items) ?? []).reverse(), [query.data]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  if (query.data === undefined) {
    return query.error === null ? (
      <div className="trace-logs-loading" aria-busy="true">
        <Skeleton />
        <Skeleton width="70%" />
        <Skeleton width="85%" />
      </div>
    ) : (
      <ProblemState error={query.error} what="The logs of this trace could not be read" onRetry={() => void query.refetch()} />
    );
  }
  if (logs.length === 0) {
    return (
      <EmptyState title="No logs of this trace">
        Logs are shown here when they carry its trace id: most OpenTelemetry log bridges add it to what is logged inside a span.
      </EmptyState>
    );
  }
  return (
    <div className="trace-logs" style={{ '--logs': Math.max(logs.length, 6) } as React.CSSProperties}>
      <div className="trace-logs-head">
        <span className="dim">
          {query.hasNextPage ? `The last ${formatQuantity(logs.length, 'log')}` : formatQuantity(logs.length, 'log')}, oldest first
        </span>
        {query.hasNextPage ? (
          <Button variant="ghost" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show earlier ones
          </Button>
        ) : null}
        <Link to="/logs" search={logListOf(traceId, model.trace)} className={`${buttonClass('ghost')} trace-logs-all`}>
          Search in these
        </Link>
      </div>
      <RecordList
        label="Logs"
        records={logs}
        idOf={({ log_id }) => log_id}
        renderLine={(log) => (
          <LogLine log={log} place="trace" open={open.has(log.log_id)} active={false} onToggle={(logId) => setOpen(toggled(open, logId))} />
        )}
        hasMore={false}
        onEndNear={nothing}
        scroller={scroller}
      />
    </div>
  );
}

const nothing = () => undefined;
