import type { TraceSummary } from '@sightglass/contract/trace';
import type { KeyboardEvent } from 'react';
import { ItemGrid, type ItemGridProps } from '../../lists/ItemGrid.tsx';
import { clampWidth, WIDTH_MAX, WIDTH_MIN } from './columnLayout.ts';
import { LongestNs, TRACE_COLUMNS } from './traceColumns.tsx';
import { saveLayout, type TraceTable } from './useColumns.ts';
import './traceGrid.css';

const COLUMNS = new Map(TRACE_COLUMNS.map((column) => [column.id, column]));
/** CSS pixels. */
const RESIZE_STEP = 16;

interface TraceGridProps extends ItemGridProps<TraceSummary> {
  table: TraceTable;
  /** CSS pixels. */
  rowHeight: number;
}

/** The list as a grid whose columns a person chooses, orders and drags to their width. */
export function TraceGrid({ table, ...rest }: TraceGridProps) {
  const longestNs = rest.items.reduce((longest, { duration_ns }) => Math.max(longest, Number(duration_ns)), 0);
  return (
    <LongestNs value={longestNs}>
      <ItemGrid
        {...rest}
        columns={table.getVisibleLeafColumns().flatMap(({ id }) => COLUMNS.get(id) ?? [])}
        widths={table.state.columnSizing}
        renderHeaderEnd={({ id, label }, width) => <ResizeHandle id={id} label={label} width={width} table={table} />}
      />
    </LongestNs>
  );
}

interface ResizeHandleProps {
  id: string;
  label: string;
  /** CSS pixels. */
  width: number;
  table: TraceTable;
}

function ResizeHandle({ id, label, width, table }: ResizeHandleProps) {
  const header = table.getFlatHeaders().find(({ column }) => column.id === id);
  const widths = table.state.columnSizing;
  const onResizeKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -RESIZE_STEP, ArrowRight: RESIZE_STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    saveLayout({ widths: { ...widths, [id]: clampWidth(width + step) } });
  };
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${label}`}
      aria-valuenow={width}
      aria-valuemin={WIDTH_MIN}
      aria-valuemax={WIDTH_MAX}
      tabIndex={0}
      className="trace-grid-resize"
      onMouseDown={header?.getResizeHandler()}
      onTouchStart={header?.getResizeHandler()}
      onDoubleClick={() => saveLayout({ widths: Object.fromEntries(Object.entries(widths).filter(([each]) => each !== id)) })}
      onKeyDown={onResizeKey}
    />
  );
}
