import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button, IconButton } from '../../ui/Button.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { moveRow, type Row } from './rows.ts';
import './rowList.css';

interface RowListProps<R extends Row> {
  /** Names the list for those who listen. */
  label: string;
  /** What one row is: `pattern`, `rule`. */
  noun: string;
  rows: readonly R[];
  /** More are not taken. */
  rowsMax: number;
  /** Whether the order matters. */
  ordered?: boolean;
  readOnly: boolean;
  renderRow: (row: R, index: number) => ReactNode;
  onAdd: () => R;
  onChange: (rows: R[]) => void;
  /** What stands under the rows, before the button that adds one. */
  after?: ReactNode;
}

/** Rows of fields that are added, removed and, where it matters, moved. The keyboard goes with the row. */
export function RowList<R extends Row>(props: RowListProps<R>) {
  const { label, noun, rows, rowsMax, ordered = false, readOnly, renderRow, onAdd, onChange, after } = props;
  const list = useRef<HTMLOListElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const focusNext = useRef<string | null>(null);
  useEffect(() => {
    if (focusNext.current === null) return;
    const wanted = list.current?.querySelector<HTMLElement>(focusNext.current) ?? addButton.current;
    focusNext.current = null;
    wanted?.focus();
  });
  const add = () => {
    const row = onAdd();
    focusNext.current = `[data-row="${row.rowId}"] input`;
    onChange([...rows, row]);
  };
  const remove = (index: number) => {
    const neighbour = rows[index + 1] ?? rows[index - 1];
    focusNext.current = `[data-row="${neighbour?.rowId}"] [data-action="remove"]`;
    onChange(rows.filter((_, each) => each !== index));
  };
  const move = (index: number, by: 1 | -1) => {
    // At the end of the list the button that was pressed is disabled: the other one takes the focus.
    const atEnd = index + by === 0 || index + by === rows.length - 1;
    const action = (by === -1) !== atEnd ? 'up' : 'down';
    focusNext.current = `[data-row="${rows[index]?.rowId}"] [data-action="${action}"]`;
    onChange(moveRow(rows, index, by));
  };
  return (
    <div className="row-list">
      {rows.length === 0 ? null : (
        <ol ref={list} aria-label={label}>
          {rows.map((row, index) => (
            <li key={row.rowId} data-row={row.rowId} className="row-list-row" aria-label={`${noun} ${index + 1}`}>
              {ordered ? <span className="row-list-place">{index + 1}</span> : null}
              <div className="row-list-fields">{renderRow(row, index)}</div>
              {readOnly ? null : (
                <span className="row-list-actions">
                  {ordered ? (
                    <>
                      <IconButton label={`Move ${noun} ${index + 1} up`} data-action="up" disabled={index === 0} onClick={() => move(index, -1)}>
                        <ArrowUp aria-hidden="true" />
                      </IconButton>
                      <IconButton
                        label={`Move ${noun} ${index + 1} down`}
                        data-action="down"
                        disabled={index === rows.length - 1}
                        onClick={() => move(index, 1)}
                      >
                        <ArrowDown aria-hidden="true" />
                      </IconButton>
                    </>
                  ) : null}
                  <IconButton label={`Remove ${noun} ${index + 1}`} data-action="remove" onClick={() => remove(index)}>
                    <X aria-hidden="true" />
                  </IconButton>
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
      {after}
      {readOnly ? null : (
        <div className="row-list-add">
          <Button ref={addButton} onClick={add} disabled={rows.length >= rowsMax}>
            <Plus aria-hidden="true" />
            Add {noun}
          </Button>
          {rows.length < rowsMax ? null : <span className="dim">At most {formatCount(rowsMax)}.</span>}
        </div>
      )}
    </div>
  );
}
