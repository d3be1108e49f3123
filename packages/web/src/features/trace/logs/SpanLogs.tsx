import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { LogLine } from '../../logs/LogLine.tsx';
import { toggled } from '../../../records/toggled.ts';
import { FoldedSection } from '../span/SpanSection.tsx';
import { useTrace } from '../traceContext.ts';
import { spanLogsQuery } from './traceLogs.ts';
import './traceLogs.css';

/** What was logged inside one span; nothing where nothing was. */
export function SpanLogs({ spanId }: { spanId: string }) {
  const { traceId, model } = useTrace();
  const { data } = useQuery(spanLogsQuery(traceId, spanId, model.trace));
  const logs = useMemo(() => (data === undefined ? [] : [...data.items].reverse()), [data]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  if (logs.length === 0) return null;
  const worrying = logs.some(({ level }) => level === 'ERROR' || level === 'CRITICAL');
  return (
    <FoldedSection title="Logs" note={data?.next_cursor == null ? logs.length : `the last ${logs.length}`} startsOpen={worrying}>
      <ul className="span-logs" aria-label="Logs of the span">
        {logs.map((log) => (
          <li key={log.log_id}>
            <LogLine log={log} place="trace" open={open.has(log.log_id)} active={false} onToggle={(logId) => setOpen(toggled(open, logId))} />
          </li>
        ))}
      </ul>
    </FoldedSection>
  );
}
