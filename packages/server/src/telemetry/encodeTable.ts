import type { Column } from './columns.ts';
import { nativeBlock } from './nativeColumns.ts';
import { type Table, wireType } from './tables/table.ts';

/**
 * One Native block of a table, in the table's own column order. `add` writes a row into every column; the
 * columns are empty again afterwards, also when it throws in the middle of a row.
 */
export function encodeRows<Row>(
  table: Table,
  columns: Readonly<Record<string, Column>>,
  rows: readonly Row[],
  add: (row: Row, index: number) => void,
): Buffer {
  try {
    for (let i = 0; i < rows.length; i++) add(rows[i] as Row, i);
    return nativeBlock(
      rows.length,
      table.columns.map((declared) => {
        const column = columns[declared.name];
        if (column === undefined) throw new Error(`nothing is written for column ${table.name}.${declared.name}`);
        return [declared.name, wireType(declared), column.data()] as const;
      }),
    );
  } finally {
    for (const column of Object.values(columns)) column.clear();
  }
}
