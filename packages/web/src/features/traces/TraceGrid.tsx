import type { TraceSummary } from '@sightglass/contract/trace';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect } from 'react';
import { keepRange } from '../../time/keepRange.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { clampWidth } from './columnLayout.ts';
import { TRACE_COLUMNS, type TraceColumn } from './traceColumns.tsx';
import { nextSort, type SortKey, type TraceSort } from './traceSort.ts';
import { saveLayout, type TraceTable } from './useColumns.ts';
import './traceGrid.css';

const COLUMNS = new Map(TRACE_COLUMNS.map((column) => [column.id, column]));
const RESIZE_STEP = 16;
/** Rows before the end at which the next page is asked for. */
const PREFETCH_ROWS = 30;

export interface TraceGridProps {
  table: TraceTable;
  traces: readonly TraceSummary[];
  /** The row that the keyboard is on. */
  activeId: string | null;
  onActivate: (traceId: string) => void;
  sort: TraceSort;
  onSort: (sort: TraceSort) => void;
  rowHeight: number;
  hasMore: boolean;
  onEndNear: () => void;
  scroller: RefObject<HTMLDivElement | null>;
  initialScrollTop: number;
  onScrolled: (scrollTop: number) => void;
}

/** The list as a grid of which only the rows on screen exist. */
export function TraceGrid(props: TraceGridProps) {
  const { table, traces, activeId, onActivate, sort, onSort, rowHeight, hasMore, onEndNear, scroller, initialScrollTop, onScrolled } = props;
  const navigate = useNavigate();
  const shown = table.getVisibleLeafColumns().flatMap((column) => COLUMNS.get(column.id) ?? []);
  const widths = table.state.columnSizing;
  // oxlint-disable-next-line react/incompatible-library -- only the React Compiler minds, and it is not used
  const virtual = useVirtualizer({
    count: traces.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialOffset: initialScrollTop,
    scrollPaddingStart: 32,
    getItemKey: (index) => traces[index]?.trace_id ?? 'more',
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  useEndNear(virtual, traces.length, hasMore, onEndNear);
  const activeIndex = activeId === null ? -1 : traces.findIndex(({ trace_id }) => trace_id === activeId);
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex, { align: 'auto' });
  }, [virtual, activeIndex]);

  const longestNs = traces.reduce((longest, { duration_ns }) => Math.max(longest, Number(duration_ns)), 0);
  const columnsText = shown.map((column) => track(column, widths[column.id])).join(' ');
  const minWidth = shown.reduce((total, column) => total + (widths[column.id] ?? column.width), 0);
  const open = (trace: TraceSummary) => void navigate({ to: '/traces/$traceId', params: { traceId: trace.trace_id }, search: keepRange });

  const onRowClick = (event: MouseEvent, trace: TraceSummary) => {
    onActivate(trace.trace_id);
    const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
    if (!onControl && getSelection()?.isCollapsed !== false) open(trace);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity }[event.key];
    const next = move === undefined ? undefined : traces[Math.min(traces.length - 1, Math.max(0, activeIndex + move))];
    if (next === undefined) return;
    event.preventDefault();
    onActivate(next.trace_id);
  };

  return (
    <div
      ref={scroller}
      className="trace-grid"
      role="grid"
      aria-label="Traces"
      aria-rowcount={hasMore ? -1 : traces.length + 1}
      aria-colcount={shown.length}
      aria-activedescendant={activeIndex < 0 ? undefined : rowId(activeId ?? '')}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => onScrolled(event.currentTarget.scrollTop)}
      style={{ '--trace-columns': columnsText, '--trace-width': `${minWidth}px`, '--trace-row': `${rowHeight}px` } as React.CSSProperties}
    >
      <div role="rowgroup" className="trace-grid-head">
        <div role="row" aria-rowindex={1} className="trace-grid-row">
          {shown.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} width={widths[column.id] ?? column.width} table={table} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className="trace-grid-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const trace = traces[item.index];
          if (trace === undefined) {
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                className="trace-grid-row trace-grid-item"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <div role="gridcell" className="trace-grid-more" aria-colspan={shown.length} aria-busy="true">
                  <Skeleton />
                </div>
              </div>
            );
          }
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled by the grid and by the page
            <div
              key={item.key}
              id={rowId(trace.trace_id)}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={trace.trace_id === activeId}
              className="trace-grid-row trace-grid-item"
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={(event) => onRowClick(event, trace)}
            >
              {shown.map((column, position) => (
                <div
                  key={column.id}
                  role="gridcell"
                  aria-colindex={position + 1}
                  className={column.alignEnd === true ? 'trace-grid-cell trace-grid-end' : 'trace-grid-cell'}
                >
                  {column.cell(trace, { longestNs })}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const rowId = (traceId: string) => `trace-${traceId}`;

/** One track of the CSS grid. */
function track(column: TraceColumn, width: number | undefined): string {
  return column.grows === true && width === undefined ? `minmax(${column.width}px, 1fr)` : `${width ?? column.width}px`;
}

function useEndNear(virtual: Virtualizer<HTMLDivElement, Element>, loaded: number, hasMore: boolean, onEndNear: () => void): void {
  const last = virtual.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= loaded - PREFETCH_ROWS) onEndNear();
  }, [last, loaded, hasMore, onEndNear]);
}

interface HeaderCellProps {
  column: TraceColumn;
  sort: TraceSort;
  onSort: (sort: TraceSort) => void;
  width: number;
  table: TraceTable;
}

function HeaderCell({ column, sort, onSort, width, table }: HeaderCellProps) {
  const key: SortKey | undefined = column.sort;
  const sorted = key !== undefined && sort.key === key;
  const label =
    column.headerHidden === true ? <span className="visually-hidden">{column.label}</span> : <span className="truncate">{column.label}</span>;
  const header = table.getFlatHeaders().find((each) => each.column.id === column.id);
  const onResizeKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -RESIZE_STEP, ArrowRight: RESIZE_STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    saveLayout({ widths: { ...table.state.columnSizing, [column.id]: clampWidth(width + step) } });
  };
  return (
    <div
      role="columnheader"
      aria-sort={key === undefined ? undefined : sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      className={column.alignEnd === true ? 'trace-grid-header trace-grid-end' : 'trace-grid-header'}
    >
      {key === undefined ? (
        label
      ) : (
        <button type="button" className="trace-grid-sort" onClick={() => onSort(nextSort(sort, key))}>
          {label}
          {sorted ? sort.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" /> : null}
        </button>
      )}
      <span
        role="separator"
        aria-orientation="vertical"
        aria-label={`Width of ${column.label}`}
        aria-valuenow={width}
        aria-valuemin={40}
        aria-valuemax={1200}
        tabIndex={0}
        className="trace-grid-resize"
        onMouseDown={header?.getResizeHandler()}
        onTouchStart={header?.getResizeHandler()}
        onDoubleClick={() => saveLayout({ widths: Object.fromEntries(Object.entries(table.state.columnSizing).filter(([id]) => id !== column.id)) })}
        onKeyDown={onResizeKey}
      />
    </div>
  );
}
