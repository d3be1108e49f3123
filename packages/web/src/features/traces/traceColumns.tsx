import type { TraceSummary } from '@sightglass/contract/trace';
import { createContext, useContext } from 'react';
import { choiceWords } from '../../filters/facets.ts';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { CostCell, ErrorsCell, FirstOf, ItemName, Missing, Preview, TokensCell, ValueCell } from '../../lists/cells.tsx';
import type { ItemColumn, ItemLink } from '../../lists/itemList.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { formatDurationNs } from '../../ui/formatDuration.ts';
import { StatusTag } from '../../ui/Tag.tsx';
import './traceColumns.css';

export interface TraceColumn extends ItemColumn<TraceSummary> {
  hiddenByDefault?: boolean;
}

/** The longest duration among the loaded rows, nanoseconds: the full width of the bars. */
export const LongestNs = createContext(0);

/** The columns of the list in their default order. Adding one is adding an entry. */
export const TRACE_COLUMNS: readonly TraceColumn[] = [
  {
    id: 'status',
    label: 'Status',
    width: 40,
    headerHidden: true,
    cell: (trace) => (
      <FilterValue name="status" label="status" value={trace.status}>
        <StatusTag status={trace.status} iconOnly />
      </FilterValue>
    ),
  },
  { id: 'name', label: 'Name', width: 184, cell: (trace) => <TraceName trace={trace} /> },
  { id: 'agent', label: 'Agent', width: 120, cell: (trace) => <ValueCell name="agent_id" label="agent" value={trace.agent_id} /> },
  { id: 'started', label: 'Started', width: 92, sort: 'start_time', cell: (trace) => <RelativeTime time={trace.start_time} /> },
  {
    id: 'duration',
    label: 'Duration',
    width: 112,
    sort: 'duration',
    alignEnd: true,
    cell: (trace) => <Duration trace={trace} />,
  },
  { id: 'cost', label: 'Cost', width: 100, sort: 'cost', alignEnd: true, cell: (trace) => <CostCell item={trace} /> },
  {
    id: 'tokens',
    label: 'Tokens',
    width: 116,
    sort: 'tokens',
    alignEnd: true,
    cell: (trace) => <TokensCell item={trace} />,
  },
  {
    id: 'errors',
    label: 'Errors',
    width: 68,
    sort: 'errors',
    alignEnd: true,
    cell: (trace) => <ErrorsCell errors={trace.error_count} />,
  },
  { id: 'models', label: 'Models', width: 140, cell: (trace) => <FirstOf name="model" label="model" values={trace.models} /> },
  { id: 'input', label: 'Input', width: 170, grows: true, cell: (trace) => <Preview text={trace.input_preview} /> },
  { id: 'output', label: 'Output', width: 170, grows: true, cell: (trace) => <Preview text={trace.output_preview} /> },
  { id: 'calls', label: 'LLM calls', width: 78, alignEnd: true, cell: (trace) => formatCount(trace.llm_calls) },
  { id: 'user', label: 'User', width: 110, cell: (trace) => <ValueCell name="user_id" label="user" value={trace.user_id} /> },
  { id: 'session', label: 'Session', width: 110, cell: (trace) => <ValueCell name="session_id" label="session" value={trace.session_id} /> },
  {
    id: 'department',
    label: 'Department',
    width: 110,
    hiddenByDefault: true,
    cell: (trace) => <ValueCell name="department" label="department" value={trace.department} />,
  },
  {
    id: 'environment',
    label: 'Environment',
    width: 110,
    hiddenByDefault: true,
    cell: (trace) => <ValueCell name="environment" label="environment" value={trace.environment} />,
  },
  { id: 'service', label: 'Service', width: 120, hiddenByDefault: true, cell: (trace) => <Plain text={trace.service_name} /> },
  {
    id: 'type',
    label: 'Type',
    width: 120,
    hiddenByDefault: true,
    cell: (trace) =>
      trace.trace_type === null ? (
        <Missing />
      ) : (
        <FilterValue name="trace_type" label="type" value={trace.trace_type}>
          {choiceWords(trace.trace_type)}
        </FilterValue>
      ),
  },
  { id: 'spans', label: 'Spans', width: 68, hiddenByDefault: true, alignEnd: true, cell: (trace) => formatCount(trace.span_count) },
  {
    id: 'http',
    label: 'HTTP',
    width: 90,
    hiddenByDefault: true,
    cell: (trace) =>
      trace.method === null && trace.status_code === null ? <Missing /> : [trace.method, trace.status_code].filter((part) => part !== null).join(' '),
  },
  { id: 'run', label: 'Run', width: 130, hiddenByDefault: true, cell: (trace) => <Plain text={trace.run_id} mono /> },
  { id: 'id', label: 'Trace id', width: 150, hiddenByDefault: true, cell: (trace) => <Plain text={trace.trace_id} mono /> },
];

export function linkToTrace({ trace_id: traceId }: TraceSummary): ItemLink {
  return { to: '/traces/$traceId', params: { traceId } };
}

export function TraceName({ trace, tabStop = false }: { trace: TraceSummary; tabStop?: boolean }) {
  return (
    <ItemName link={linkToTrace(trace)} tabStop={tabStop} title={trace.root_name}>
      {trace.root_name === '' ? 'unnamed' : trace.root_name}
    </ItemName>
  );
}

function Duration({ trace }: { trace: TraceSummary }) {
  const longestNs = useContext(LongestNs);
  const share = longestNs === 0 ? 0 : Number(trace.duration_ns) / longestNs;
  return (
    <span className="trace-duration">
      <i className="trace-duration-bar" aria-hidden="true" style={{ '--share': share } as React.CSSProperties} />
      {formatDurationNs(trace.duration_ns)}
    </span>
  );
}

function Plain({ text, mono = false }: { text: string | null; mono?: boolean }) {
  if (text === null) return <Missing />;
  return (
    <span className={mono ? 'truncate mono' : 'truncate'} title={text}>
      {text}
    </span>
  );
}
