import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  functionalUpdate,
  type ReactTable,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { TraceSummary } from '@sightglass/contract/trace';
import { useMemo } from 'react';
import { usePreference } from '../../ui/preference.ts';
import { type ColumnLayout, clampWidth, orderColumns, traceColumnLayout, WIDTH_MAX, WIDTH_MIN } from './columnLayout.ts';
import { TRACE_COLUMNS } from './traceColumns.tsx';

const features = tableFeatures({ columnOrderingFeature, columnVisibilityFeature, columnSizingFeature, columnResizingFeature });
const helper = createColumnHelper<typeof features, TraceSummary>();
const columns = TRACE_COLUMNS.map((column) =>
  helper.display({ id: column.id, header: column.label, size: column.width, minSize: WIDTH_MIN, maxSize: WIDTH_MAX }),
);
const ids = TRACE_COLUMNS.map(({ id }) => id);

export const DEFAULT_LAYOUT: ColumnLayout = {
  order: ids,
  hidden: TRACE_COLUMNS.filter(({ hiddenByDefault }) => hiddenByDefault === true).map(({ id }) => id),
  widths: {},
};

export type TraceTable = ReactTable<typeof features, TraceSummary>;

/** The table model of the list: which columns stand where and how wide; what a person changes is kept. Rows are painted by the grid. */
export function useColumns(): { table: TraceTable; layout: ColumnLayout } {
  const kept = usePreference(traceColumnLayout);
  const layout = useMemo(() => (kept === null ? DEFAULT_LAYOUT : { ...kept, order: orderColumns(ids, kept.order) }), [kept]);
  const columnVisibility = useMemo(() => Object.fromEntries(layout.hidden.map((id) => [id, false])), [layout.hidden]);
  const table = useTable({
    features,
    columns,
    data: NO_ROWS,
    columnResizeMode: 'onChange',
    state: { columnOrder: [...layout.order], columnVisibility, columnSizing: layout.widths },
    onColumnSizingChange: (updater) => {
      const widths = functionalUpdate(updater, { ...(traceColumnLayout.get() ?? DEFAULT_LAYOUT).widths });
      saveLayout({ widths: Object.fromEntries(Object.entries(widths).map(([id, width]) => [id, clampWidth(width)])) });
    },
  });
  return { table, layout };
}

const NO_ROWS: TraceSummary[] = [];

/** Keeps a changed part of the layout. */
export function saveLayout(changes: Partial<ColumnLayout>): void {
  traceColumnLayout.set({ ...(traceColumnLayout.get() ?? DEFAULT_LAYOUT), ...changes });
}
