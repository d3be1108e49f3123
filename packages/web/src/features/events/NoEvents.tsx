import { useQuery } from '@tanstack/react-query';
import { readEvents } from '../../api/events.ts';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { TooNarrow } from '../../filters/TooNarrow.tsx';
import type { TimeRange } from '../../time/timeRange.ts';
import { CodeBlock } from '../../ui/CodeBlock.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { KEY_PLACEHOLDER } from '../firstRun/snippets.ts';
import { EVENT_LIST } from './eventFilters.ts';
import { eventSnippet } from './eventSnippet.ts';
import './noEvents.css';

/** No event matches: which filter to loosen, or how events get here. */
export function NoEvents({ filters, range }: { filters: Readonly<Record<string, string>>; range: TimeRange }) {
  const endpoint = useQuery(firstTraceQuery).data?.endpoint;
  if (Object.keys(filters).length > 0) return <TooNarrow list={EVENT_LIST} filters={filters} range={range} exists={hasEvents} />;
  return (
    <div className="no-events">
      <EmptyState title="No events in this range" actions={<LongerRanges />}>
        Programs that do not trace can send what their agents do: runs, calls, approvals, heartbeats, changes of state. Runs and calls count in cost,
        tokens and traces.
      </EmptyState>
      <CodeBlock
        title="Send a run of one call"
        code={eventSnippet(endpoint?.http ?? location.origin, endpoint?.key_needed === false ? null : KEY_PLACEHOLDER)}
      />
    </div>
  );
}

const hasEvents = async (parameters: Readonly<Record<string, string>>, signal: AbortSignal) =>
  (await readEvents(parameters, 1, undefined, signal)).items.length > 0;
