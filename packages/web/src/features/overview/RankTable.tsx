import type { ReactNode } from 'react';
import type { QueryRow } from '../../api/metrics.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import type { RankColumn } from './rankColumns.tsx';

interface RankTableProps {
  /** The heading over the names. */
  nameLabel: string;
  renderName: (row: QueryRow) => ReactNode;
  columns: readonly RankColumn[];
  /** Undefined while they are on their way. */
  rows: readonly QueryRow[] | undefined;
  rowKey: (row: QueryRow) => string;
}

/** Groups under one another, each with its name and its numbers; cards on phones. */
export function RankTable({ nameLabel, renderName, columns, rows, rowKey }: RankTableProps) {
  return (
    <div className="table-scroll rank-scroll" aria-busy={rows === undefined}>
      <table className="table table-cards rank-table">
        <TableHead columns={[nameLabel, ...columns.map(({ label }) => num(label))]} />
        <tbody>
          {rows === undefined
            ? Array.from({ length: 4 }, (_, index) => (
                <tr key={index}>
                  <td colSpan={columns.length + 1}>
                    <Skeleton />
                  </td>
                </tr>
              ))
            : rows.map((row) => (
                <tr key={rowKey(row)}>
                  <th scope="row" className="table-name">
                    {renderName(row)}
                  </th>
                  {columns.map(({ label, cell }) => (
                    <td key={label} className="num" data-label={label}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}
