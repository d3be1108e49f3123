interface HeadColumn {
  label: string;
  isNumber?: boolean;
  /** The head says nothing to the eye: the cells speak for themselves. */
  isHidden?: boolean;
}

/** The head of a column of figures, which stand at its end. */
export const num = (label: string): HeadColumn => ({ label, isNumber: true });

/** A head that is read aloud only. */
export const unseen = (label: string): HeadColumn => ({ label, isHidden: true });

/** The head of a table: what each column is called, no two the same. */
export function TableHead({ columns }: { columns: readonly (string | HeadColumn)[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const { label, isNumber = false, isHidden = false } = typeof column === 'string' ? { label: column } : column;
          return (
            <th key={label} scope="col" className={isNumber ? 'num' : undefined}>
              {isHidden ? <span className="visually-hidden">{label}</span> : label}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
