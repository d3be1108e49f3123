import type { QuerySpecInput } from '@sightglass/contract/querySpec';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { QueryRow } from '../api/metrics.ts';
import { ProblemState } from '../api/ProblemState.tsx';
import { useSearchText, useSetSearchText } from '../routing/useSearchText.ts';
import { Panel } from '../ui/Panel.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { EmptyState } from '../ui/StateMessage.tsx';
import { formatMeasure, type MeasureUnit } from './formatMeasure.ts';
import { readSort, type TableSort, writeSort } from './tableSort.ts';
import { useMeasures } from './useMeasures.ts';
import './measureTable.css';

/** One measure of each row. Sorted by it when its heading is pressed. */
export interface MeasureColumn {
  label: string;
  measure: string;
  unit: MeasureUnit;
  /** What the column says in full, on hover. */
  title?: string;
  /** In place of the plain value. */
  cell?: (row: QueryRow) => ReactNode;
}

export interface MeasureTableEnd {
  label: string;
  cell: (row: QueryRow) => ReactNode;
}

interface MeasureTableProps {
  title: string;
  note?: ReactNode;
  /** Its name in the URL: how it is sorted stands there. */
  id: string;
  question: Pick<QuerySpecInput, 'source' | 'filters'> & { group_by: string[] };
  columns: readonly MeasureColumn[];
  /** Asked for and not shown by themselves. */
  also?: readonly string[];
  nameLabel: string;
  renderName: (row: QueryRow) => ReactNode;
  /** Last columns, which are no measures. */
  ends?: readonly MeasureTableEnd[];
  /** Rows that are left out: groups of which nothing was measured. */
  keep?: (row: QueryRow) => boolean;
  /** Said where there is no row. */
  empty: ReactNode;
}

const NO_MEASURES: readonly string[] = [];
const NO_ENDS: readonly MeasureTableEnd[] = [];
/** More than anyone reads; the foremost in the order that is chosen. */
const ROWS_MAX = 100;

/** Groups of the range under one another with their measures; cards on phones. */
export function MeasureTable({ title, note, id, question, columns, also = NO_MEASURES, empty, keep, ...shown }: MeasureTableProps) {
  const search = useSearchText();
  const name = `${id}_sort`;
  const measures = [...new Set([...columns.map(({ measure }) => measure), ...also])];
  const sort = readSort(search[name], columns);
  const query = useMeasures({
    ...question,
    measures,
    order_by: { field: sort.measure, direction: sort.descending ? 'desc' : 'asc' },
    limit: ROWS_MAX,
  });
  const rows = keep === undefined ? query.data?.rows : query.data?.rows.filter(keep);
  const isCut = (query.data?.rows.length ?? 0) >= ROWS_MAX;
  return (
    <Panel title={title} note={isCut ? `the foremost ${ROWS_MAX}` : note}>
      {rows === undefined && query.error !== null ? (
        <ProblemState error={query.error} what={`${title} could not be read`} onRetry={() => void query.refetch()} />
      ) : rows !== undefined && rows.length === 0 ? (
        <EmptyState title={`Nothing under ${title.toLowerCase()} in this range`}>{empty}</EmptyState>
      ) : (
        <Rows {...shown} id={id} columns={columns} groups={question.group_by} rows={rows} sort={sort} sortName={name} />
      )}
    </Panel>
  );
}

interface RowsProps extends Pick<MeasureTableProps, 'id' | 'columns' | 'nameLabel' | 'renderName' | 'ends'> {
  groups: readonly string[];
  /** Undefined while they are on their way. */
  rows: readonly QueryRow[] | undefined;
  sort: TableSort;
  sortName: string;
}

function Rows({ id, columns, nameLabel, renderName, ends = NO_ENDS, groups, rows, sort, sortName }: RowsProps) {
  return (
    <div className="table-scroll" aria-busy={rows === undefined}>
      <table className={`table table-cards measure-table measure-table-${id}`}>
        <thead>
          <tr>
            <th scope="col">{nameLabel}</th>
            {columns.map((column) => (
              <SortHeader key={column.measure} column={column} columns={columns} sort={sort} sortName={sortName} />
            ))}
            {ends.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? Array.from({ length: 3 }, (_, index) => (
                <tr key={index}>
                  <td colSpan={columns.length + ends.length + 1}>
                    <Skeleton />
                  </td>
                </tr>
              ))
            : rows.map((row) => (
                <tr key={JSON.stringify(groups.map((group) => row[group]))}>
                  <th scope="row" className="table-name">
                    {renderName(row)}
                  </th>
                  {columns.map(({ label, measure, unit, cell }) => (
                    <td key={measure} className="num" data-label={label}>
                      {cell === undefined ? formatMeasure(row[measure], unit) : cell(row)}
                    </td>
                  ))}
                  {ends.map(({ label, cell }) => (
                    <td key={label} data-label={label}>
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

function SortHeader({
  column: { label, measure, title },
  columns,
  sort,
  sortName,
}: {
  column: MeasureColumn;
  columns: readonly MeasureColumn[];
  sort: TableSort;
  sortName: string;
}) {
  const setSearch = useSetSearchText();
  const sorted = sort.measure === measure;
  const next = { measure, descending: sorted ? !sort.descending : true };
  return (
    <th scope="col" className="num" aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className="measure-sort"
        title={title}
        onClick={() => setSearch({ [sortName]: writeSort(next, columns) }, { push: true })}
      >
        {sorted ? sort.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" /> : null}
        {label}
      </button>
    </th>
  );
}
