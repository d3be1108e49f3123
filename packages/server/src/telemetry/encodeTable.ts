import type { ColumnEncoder } from './columnEncoders.ts';
import { nativeBlock } from './nativeColumns.ts';
import { type Table, wireType } from './tables/table.ts';

/** One Native block of a table's rows, in the table's own column order. Every column needs an encoder. */
export function encodeTable<Row>(table: Table, rows: readonly Row[], encoders: Record<string, ColumnEncoder<Row>>): Buffer {
  const columns = table.columns.map((declared) => {
    const encoder = encoders[declared.name];
    if (encoder === undefined) throw new Error(`no encoder for column ${table.name}.${declared.name}`);
    return [declared.name, wireType(declared), encoder(rows)] as const;
  });
  return nativeBlock(rows.length, columns);
}
