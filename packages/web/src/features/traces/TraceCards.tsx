import type { TraceSummary } from '@sightglass/contract/trace';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect } from 'react';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatTokenFlow } from '../../ui/formatCount.ts';
import { formatDurationNs } from '../../ui/formatDuration.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { StatusTag } from '../../ui/Tag.tsx';
import { Cost, TraceName } from './traceColumns.tsx';
import './traceCards.css';

const CARD_HEIGHT = 92;
const PREFETCH_CARDS = 15;

interface TraceCardsProps {
  traces: readonly TraceSummary[];
  hasMore: boolean;
  onEndNear: () => void;
  scroller: RefObject<HTMLDivElement | null>;
  initialScrollTop: number;
  onScrolled: (scrollTop: number) => void;
}

/** The list on narrow screens: what triage needs of each trace, on a card. */
export function TraceCards({ traces, hasMore, onEndNear, scroller, initialScrollTop, onScrolled }: TraceCardsProps) {
  // oxlint-disable-next-line react/incompatible-library -- only the React Compiler minds, and it is not used
  const virtual = useVirtualizer({
    count: traces.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: 6,
    initialOffset: initialScrollTop,
  });
  const last = virtual.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= traces.length - PREFETCH_CARDS) onEndNear();
  }, [last, traces.length, hasMore, onEndNear]);
  return (
    <div ref={scroller} className="trace-cards" onScroll={(event) => onScrolled(event.currentTarget.scrollTop)}>
      <ul aria-label="Traces" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const trace = traces[item.index];
          return (
            <li key={item.key} className="trace-card" style={{ transform: `translateY(${item.start}px)` }}>
              {trace === undefined ? <Skeleton /> : <Card trace={trace} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Card({ trace }: { trace: TraceSummary }) {
  const facts = [trace.agent_id, trace.models[0] ?? null].filter((fact) => fact !== null).join(' · ');
  return (
    <>
      <div className="trace-card-head">
        <StatusTag status={trace.status} iconOnly />
        <TraceName trace={trace} tabStop />
        <span className="dim trace-card-time">
          <RelativeTime time={trace.start_time} />
        </span>
      </div>
      <div className="trace-card-facts">
        <span className="truncate dim">{facts === '' ? (trace.service_name ?? '') : facts}</span>
        <span>{formatDurationNs(trace.duration_ns)}</span>
        <span>{formatTokenFlow(trace.input_tokens, trace.output_tokens)}</span>
        <span>
          <Cost trace={trace} />
        </span>
      </div>
      <div className="truncate trace-preview">{trace.input_preview ?? ''}</div>
    </>
  );
}
