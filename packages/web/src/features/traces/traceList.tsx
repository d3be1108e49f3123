import type { TraceSummary } from '@sightglass/contract/trace';
import { CostCell } from '../../lists/cells.tsx';
import type { ItemList } from '../../lists/itemList.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatTokenFlow } from '../../ui/formatCount.ts';
import { formatDurationNs } from '../../ui/formatDuration.ts';
import { StatusTag } from '../../ui/Tag.tsx';
import { NoTraces } from './NoTraces.tsx';
import { linkToTrace, TRACE_COLUMNS, TraceName } from './traceColumns.tsx';
import { TRACE_FILTERS } from './traceFilters.ts';

export const TRACE_LIST: ItemList<TraceSummary> = {
  title: 'Traces',
  list: TRACE_FILTERS,
  path: '/api/obs/traces',
  staysAsLeft: true,
  sorts: {
    start_time: ['newest first', 'oldest first'],
    duration: ['slowest first', 'fastest first'],
    cost: ['costliest first', 'cheapest first'],
    tokens: ['most tokens first', 'fewest tokens first'],
    errors: ['most errors first', 'fewest errors first'],
  },
  idOf: ({ trace_id }) => trace_id,
  linkOf: linkToTrace,
  columns: TRACE_COLUMNS,
  renderCard: (trace) => <TraceCard trace={trace} />,
  renderEmpty: () => <NoTraces />,
};

function TraceCard({ trace }: { trace: TraceSummary }) {
  const facts = [trace.agent_id, trace.models[0] ?? null].filter((fact) => fact !== null).join(' · ');
  return (
    <>
      <div className="item-card-head">
        <StatusTag status={trace.status} iconOnly />
        <TraceName trace={trace} tabStop />
        <span className="dim item-card-time">
          <RelativeTime time={trace.start_time} />
        </span>
      </div>
      <div className="item-card-facts">
        <span className="truncate dim">{facts === '' ? (trace.service_name ?? '') : facts}</span>
        <span>{formatDurationNs(trace.duration_ns)}</span>
        <span>{formatTokenFlow(trace.input_tokens, trace.output_tokens)}</span>
        <span>
          <CostCell item={trace} />
        </span>
      </div>
      <div className="truncate item-preview">{trace.input_preview ?? ''}</div>
    </>
  );
}
