import type { TraceSummary } from '@sightglass/contract/trace';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepRange } from '../../time/keepRange.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { approximate, estimateWords } from '../../ui/approximate.ts';
import { formatCount, formatTokenFlow } from '../../ui/formatCount.ts';
import { formatDurationNs } from '../../ui/formatDuration.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { Money } from '../../ui/Money.tsx';
import { StatusTag, Tag } from '../../ui/Tag.tsx';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { choiceWords } from '../../filters/facets.ts';
import type { SortKey } from './traceSort.ts';

/** What a cell needs to know beyond its trace. */
export interface RowContext {
  /** The longest duration among the loaded rows, nanoseconds: the full width of the bars. */
  longestNs: number;
}

export interface TraceColumn {
  id: string;
  label: string;
  /** Default width, CSS pixels. */
  width: number;
  /** Takes a share of the room that is left, unless a person set its width. */
  grows?: boolean;
  alignEnd?: boolean;
  sort?: SortKey;
  /** The header says nothing to the eye: the cells speak for themselves. */
  headerHidden?: boolean;
  hiddenByDefault?: boolean;
  cell: (trace: TraceSummary, context: RowContext) => ReactNode;
}

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
  { id: 'agent', label: 'Agent', width: 120, cell: (trace) => <Text name="agent_id" label="agent" value={trace.agent_id} /> },
  { id: 'started', label: 'Started', width: 92, sort: 'start_time', cell: (trace) => <RelativeTime time={trace.start_time} /> },
  {
    id: 'duration',
    label: 'Duration',
    width: 112,
    sort: 'duration',
    alignEnd: true,
    cell: (trace, context) => <Duration trace={trace} context={context} />,
  },
  { id: 'cost', label: 'Cost', width: 100, sort: 'cost', alignEnd: true, cell: (trace) => <Cost trace={trace} /> },
  {
    id: 'tokens',
    label: 'Tokens',
    width: 116,
    sort: 'tokens',
    alignEnd: true,
    cell: (trace) => <Tokens trace={trace} />,
  },
  {
    id: 'errors',
    label: 'Errors',
    width: 68,
    sort: 'errors',
    alignEnd: true,
    cell: (trace) => <span className={trace.error_count > 0 ? 'worse' : 'dim'}>{formatCount(trace.error_count)}</span>,
  },
  { id: 'models', label: 'Models', width: 140, cell: (trace) => <Models models={trace.models} /> },
  { id: 'input', label: 'Input', width: 170, grows: true, cell: (trace) => <Preview text={trace.input_preview} /> },
  { id: 'output', label: 'Output', width: 170, grows: true, cell: (trace) => <Preview text={trace.output_preview} /> },
  { id: 'calls', label: 'LLM calls', width: 78, alignEnd: true, cell: (trace) => formatCount(trace.llm_calls) },
  { id: 'user', label: 'User', width: 110, cell: (trace) => <Text name="user_id" label="user" value={trace.user_id} /> },
  { id: 'session', label: 'Session', width: 110, cell: (trace) => <Text name="session_id" label="session" value={trace.session_id} /> },
  {
    id: 'department',
    label: 'Department',
    width: 110,
    hiddenByDefault: true,
    cell: (trace) => <Text name="department" label="department" value={trace.department} />,
  },
  {
    id: 'environment',
    label: 'Environment',
    width: 110,
    hiddenByDefault: true,
    cell: (trace) => <Text name="environment" label="environment" value={trace.environment} />,
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

/** The name as a link. In the grid rows are reached as rows, on cards the link is what the keyboard reaches. */
export function TraceName({ trace, tabStop = false }: { trace: TraceSummary; tabStop?: boolean }) {
  return (
    <Link
      to="/traces/$traceId"
      params={{ traceId: trace.trace_id }}
      search={keepRange}
      preload={false}
      tabIndex={tabStop ? 0 : -1}
      className="trace-name truncate"
      title={trace.root_name}
    >
      {trace.root_name === '' ? 'unnamed' : trace.root_name}
    </Link>
  );
}

function Tokens({ trace }: { trace: TraceSummary }) {
  const flow = formatTokenFlow(trace.input_tokens, trace.output_tokens);
  if (flow === null) return <Missing />;
  return <span title={estimateWords(trace.approximate_calls)}>{approximate(trace.approximate_calls > 0, flow)}</span>;
}

export function Cost({ trace }: { trace: TraceSummary }) {
  if (trace.unpriced_calls > 0 && trace.cost_usd === null) {
    return (
      <Tag tone="warn" title={`${trace.unpriced_calls} calls without a known price`}>
        unpriced
      </Tag>
    );
  }
  return (
    <>
      <Money usd={trace.cost_usd} missing="No priced call" estimate={estimateWords(trace.approximate_calls)} />
      {trace.unpriced_calls > 0 ? (
        <span className="trace-partial" title={`Without ${trace.unpriced_calls} calls that have no known price`}>
          +?<span className="visually-hidden"> and unpriced calls</span>
        </span>
      ) : null}
    </>
  );
}

function Duration({ trace, context }: { trace: TraceSummary; context: RowContext }) {
  const share = context.longestNs === 0 ? 0 : Number(trace.duration_ns) / context.longestNs;
  return (
    <span className="trace-duration">
      <i className="trace-duration-bar" aria-hidden="true" style={{ '--share': share } as React.CSSProperties} />
      {formatDurationNs(trace.duration_ns)}
    </span>
  );
}

function Models({ models }: { models: readonly string[] }) {
  const [first, ...others] = models;
  if (first === undefined) return <Missing />;
  return (
    <>
      <FilterValue name="model" label="model" value={first} />
      {others.length === 0 ? null : (
        <span className="trace-more" title={others.join(', ')}>
          +{others.length}
        </span>
      )}
    </>
  );
}

function Text({ name, label, value }: { name: string; label: string; value: string | null }) {
  return value === null ? <Missing /> : <FilterValue name={name} label={label} value={value} />;
}

function Plain({ text, mono = false }: { text: string | null; mono?: boolean }) {
  if (text === null) return <Missing />;
  return (
    <span className={mono ? 'truncate mono' : 'truncate'} title={text}>
      {text}
    </span>
  );
}

function Preview({ text }: { text: string | null }) {
  if (text === null || text === '') return <Missing />;
  return (
    <span className="truncate trace-preview" title={text}>
      {text.replace(/\s+/g, ' ')}
    </span>
  );
}

function Missing() {
  return (
    <span className="dim" title="Not sent">
      {NOT_SENT}
    </span>
  );
}
