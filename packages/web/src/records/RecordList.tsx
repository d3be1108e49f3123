import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect } from 'react';
import { Skeleton } from '../ui/Skeleton.tsx';
import { NARROW, useMediaQuery } from '../ui/useMediaQuery.ts';
import './recordList.css';

const ROW_HEIGHT = 30;
const NARROW_ROW_HEIGHT = 62;
/** Rows before the end at which the next page is asked for. */
const PREFETCH_ROWS = 40;

interface RecordListProps<R> {
  label: string;
  records: readonly R[];
  idOf: (record: R) => string;
  renderLine: (record: R) => ReactNode;
  /** The record the keyboard is on: it is kept in sight. */
  activeId?: string | null;
  hasMore: boolean;
  onEndNear: () => void;
  scroller: RefObject<HTMLDivElement | null>;
  initialScrollTop?: number;
  onScrolled?: (scrollTop: number) => void;
}

/** Records under one another, of which only those on screen exist. Open ones are as tall as they are. */
export function RecordList<R>(props: RecordListProps<R>) {
  const { label, records, idOf, renderLine, activeId = null, hasMore, onEndNear, scroller, initialScrollTop = 0, onScrolled } = props;
  const narrow = useMediaQuery(NARROW);
  // oxlint-disable-next-line react/incompatible-library -- only the React Compiler minds, and it is not used
  const virtual = useVirtualizer({
    count: records.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT),
    overscan: 10,
    initialOffset: initialScrollTop,
    getItemKey: (index) => {
      const record = records[index];
      return record === undefined ? 'more' : idOf(record);
    },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= records.length - PREFETCH_ROWS) onEndNear();
  }, [last, records.length, hasMore, onEndNear]);
  const activeIndex = activeId === null ? -1 : records.findIndex((record) => idOf(record) === activeId);
  useEffect(() => {
    const top = virtual.measurementsCache[activeIndex]?.start;
    const shownFrom = virtual.scrollOffset ?? 0;
    const shownTo = shownFrom + (scroller.current?.clientHeight ?? 0);
    // An open record may be taller than the screen: it is enough to see where it begins.
    if (top === undefined || (top >= shownFrom && top + ROW_HEIGHT <= shownTo)) return;
    virtual.scrollToIndex(activeIndex, { align: top < shownFrom ? 'start' : 'end' });
  }, [virtual, scroller, activeIndex]);
  return (
    <div ref={scroller} className="record-list" onScroll={(event) => onScrolled?.(event.currentTarget.scrollTop)}>
      <ul aria-label={label} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const record = records[item.index];
          return (
            <li key={item.key} ref={virtual.measureElement} data-index={item.index} style={{ transform: `translateY(${item.start}px)` }}>
              {record === undefined ? (
                <div className="record-more" aria-busy="true">
                  <Skeleton />
                </div>
              ) : (
                renderLine(record)
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
