import type { Log } from '@sightglass/contract/log';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect } from 'react';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { NARROW, useMediaQuery } from '../../ui/useMediaQuery.ts';
import { LogLine } from './LogLine.tsx';
import './logTable.css';

const ROW_HEIGHT = 30;
const NARROW_ROW_HEIGHT = 62;
/** Rows before the end at which the next page is asked for. */
const PREFETCH_ROWS = 40;

interface LogTableProps {
  logs: readonly Log[];
  place: 'list' | 'trace';
  open: ReadonlySet<string>;
  onToggle: (logId: string) => void;
  activeId?: string | null;
  hasMore: boolean;
  onEndNear: () => void;
  scroller: RefObject<HTMLDivElement | null>;
  initialScrollTop?: number;
  onScrolled?: (scrollTop: number) => void;
}

/** Logs under one another, of which only those on screen exist. Open ones are as tall as they are. */
export function LogTable(props: LogTableProps) {
  const { logs, place, open, onToggle, activeId = null, hasMore, onEndNear, scroller, initialScrollTop = 0, onScrolled } = props;
  const narrow = useMediaQuery(NARROW);
  // oxlint-disable-next-line react/incompatible-library -- only the React Compiler minds, and it is not used
  const virtual = useVirtualizer({
    count: logs.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT),
    overscan: 10,
    initialOffset: initialScrollTop,
    getItemKey: (index) => logs[index]?.log_id ?? 'more',
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= logs.length - PREFETCH_ROWS) onEndNear();
  }, [last, logs.length, hasMore, onEndNear]);
  const activeIndex = activeId === null ? -1 : logs.findIndex(({ log_id }) => log_id === activeId);
  useEffect(() => {
    const top = virtual.measurementsCache[activeIndex]?.start;
    const shownFrom = virtual.scrollOffset ?? 0;
    const shownTo = shownFrom + (scroller.current?.clientHeight ?? 0);
    // An open log may be taller than the screen: it is enough to see where it begins.
    if (top === undefined || (top >= shownFrom && top + ROW_HEIGHT <= shownTo)) return;
    virtual.scrollToIndex(activeIndex, { align: top < shownFrom ? 'start' : 'end' });
  }, [virtual, scroller, activeIndex]);
  return (
    <div ref={scroller} className="log-table" onScroll={(event) => onScrolled?.(event.currentTarget.scrollTop)}>
      <ul aria-label="Logs" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const log = logs[item.index];
          return (
            <li key={item.key} ref={virtual.measureElement} data-index={item.index} style={{ transform: `translateY(${item.start}px)` }}>
              {log === undefined ? (
                <div className="log-more" aria-busy="true">
                  <Skeleton />
                </div>
              ) : (
                <LogLine log={log} place={place} open={open.has(log.log_id)} onToggle={onToggle} active={log.log_id === activeId} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
