import type { QueryResult } from '@sightglass/contract/querySpec';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { QueryRow } from '../../api/metrics.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';

interface RankPanelProps {
  title: string;
  note: string;
  query: UseQueryResult<QueryResult, Error>;
  rowsMax: number;
  empty: string;
  /** The first column is a name, the others are numbers. */
  columns: readonly string[];
  renderNotice?: (rows: readonly QueryRow[]) => ReactNode;
  rowKey: (row: QueryRow) => string;
  /** The cells of a row: a row header, then numbers, each with `data-label`. */
  renderRow: (row: QueryRow) => ReactNode;
}

/** A table of groups, the foremost first, with its states. */
export function RankPanel({ title, note, query, rowsMax, empty, columns, renderNotice, rowKey, renderRow }: RankPanelProps) {
  const rows = query.data?.rows;
  return (
    <Panel title={title} note={rows !== undefined && rows.length >= rowsMax ? `${note} · the ${rowsMax} costliest` : note}>
      {rows === undefined && query.error !== null ? (
        <ProblemState error={query.error} what={`${title} could not be read`} onRetry={() => void query.refetch()} />
      ) : rows !== undefined && rows.length === 0 ? (
        <EmptyState title={empty}>Choose a longer range.</EmptyState>
      ) : (
        <>
          {rows === undefined ? null : renderNotice?.(rows)}
          <div className="table-scroll rank-scroll" aria-busy={rows === undefined}>
            <table className="table table-cards rank-table">
              <thead>
                <tr>
                  {columns.map((column, index) => (
                    <th key={column} scope="col" className={index === 0 ? undefined : 'num'}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows === undefined
                  ? Array.from({ length: 4 }, (_, index) => (
                      <tr key={index}>
                        <td colSpan={columns.length}>
                          <Skeleton />
                        </td>
                      </tr>
                    ))
                  : rows.map((each) => <tr key={rowKey(each)}>{renderRow(each)}</tr>)}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Panel>
  );
}
