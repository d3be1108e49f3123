import { ArrowDown, ArrowUp, Columns3, RotateCcw } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { Popover } from '../../ui/Popover.tsx';
import { type ColumnLayout, moveColumn, traceColumnLayout } from './columnLayout.ts';
import { TRACE_COLUMNS } from './traceColumns.tsx';
import { DEFAULT_LAYOUT, saveLayout } from './useColumns.ts';
import './columnPicker.css';

/** Chooses columns and their order; kept for this person in this browser. */
export function ColumnPicker({ layout }: { layout: ColumnLayout }) {
  const toggle = (id: string) =>
    saveLayout({ hidden: layout.hidden.includes(id) ? layout.hidden.filter((each) => each !== id) : [...layout.hidden, id] });
  const move = (id: string, by: -1 | 1) => saveLayout({ order: moveColumn(layout.order, id, by) });
  return (
    <Popover
      label="Columns"
      align="end"
      className="column-picker"
      trigger={
        <Button variant="ghost">
          <Columns3 aria-hidden="true" />
          Columns
        </Button>
      }
    >
      <ul aria-label="Columns in their order">
        {layout.order.map((id, position) => {
          const label = TRACE_COLUMNS.find((column) => column.id === id)?.label ?? id;
          return (
            <li key={id} className="column-picker-line">
              <label>
                <input type="checkbox" checked={!layout.hidden.includes(id)} disabled={id === 'name'} onChange={() => toggle(id)} />
                {label}
              </label>
              <Button
                variant="ghost"
                className="button-icon"
                aria-label={`Move ${label} left`}
                disabled={position === 0}
                onClick={() => move(id, -1)}
              >
                <ArrowUp aria-hidden="true" />
              </Button>
              <Button
                variant="ghost"
                className="button-icon"
                aria-label={`Move ${label} right`}
                disabled={position === layout.order.length - 1}
                onClick={() => move(id, 1)}
              >
                <ArrowDown aria-hidden="true" />
              </Button>
            </li>
          );
        })}
      </ul>
      <Button variant="ghost" disabled={layout === DEFAULT_LAYOUT} onClick={() => traceColumnLayout.set(DEFAULT_LAYOUT)}>
        <RotateCcw aria-hidden="true" />
        Reset
      </Button>
    </Popover>
  );
}
