import type { ReactNode } from 'react';
import { useSetSearchText } from '../routing/useSearchText.ts';
import { canFilterBy } from './facets.ts';
import './filterValue.css';

/** A value of a cell: a click shows only the items with it. */
export function FilterValue({ name, label, value, children }: { name: string; label: string; value: string; children?: ReactNode }) {
  const setSearch = useSetSearchText();
  if (!canFilterBy(value)) return <span className="truncate">{children ?? value}</span>;
  return (
    <button
      type="button"
      className="filter-value truncate"
      // Rows are reached with the keyboard as rows; a stop at every cell would bury them.
      tabIndex={-1}
      title={`${value}: show only this ${label}`}
      onClick={() => setSearch({ [name]: value }, { push: true })}
    >
      {children ?? value}
    </button>
  );
}
