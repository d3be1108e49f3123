import type { TraceSummary } from '@sightglass/contract/trace';
import { Rows3, Rows4 } from 'lucide-react';
import { ItemListPage } from '../../lists/ItemListPage.tsx';
import { Button } from '../../ui/Button.tsx';
import { createPreference, oneOf, usePreference } from '../../ui/preference.ts';
import { ColumnPicker } from './ColumnPicker.tsx';
import { TraceGrid } from './TraceGrid.tsx';
import { TRACE_LIST } from './traceList.tsx';
import { rememberTraceOrder } from './traceNeighbours.ts';
import { useColumns } from './useColumns.ts';

const density = createPreference<'normal' | 'compact'>({
  key: 'row-density',
  fallback: 'normal',
  parse: oneOf(['normal', 'compact']),
  format: (value) => value,
});
/** CSS pixels. */
const ROW_HEIGHT = { normal: 32, compact: 26 } as const;

/** Every trace of the range that the filters let through. */
export function TracesPage() {
  const rows = usePreference(density);
  const { table, layout } = useColumns();
  return (
    <ItemListPage
      list={TRACE_LIST}
      onItemsShown={rememberOrder}
      gridTools={
        <>
          <Button variant="ghost" aria-pressed={rows === 'compact'} onClick={() => density.set(rows === 'compact' ? 'normal' : 'compact')}>
            {rows === 'compact' ? <Rows4 aria-hidden="true" /> : <Rows3 aria-hidden="true" />}
            Compact
          </Button>
          <ColumnPicker layout={layout} />
        </>
      }
      renderGrid={(props) => <TraceGrid {...props} table={table} rowHeight={ROW_HEIGHT[rows]} />}
    />
  );
}

const rememberOrder = (traces: readonly TraceSummary[]) => rememberTraceOrder(traces.map(({ trace_id }) => trace_id));
