import type { QueryFilter } from '@sightglass/contract/querySpec';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { errorRateColumn } from '../../measures/cells.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';

const COLUMNS: readonly MeasureColumn[] = [
  { label: 'Queries', measure: 'db_calls', unit: 'count' },
  errorRateColumn('db_error_rate'),
  { label: 'p50', measure: 'db_latency_ms_p50', unit: 'ms' },
  { label: 'p95', measure: 'db_latency_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'db_latency_ms_p99', unit: 'ms' },
  { label: 'Greatest', measure: 'db_latency_ms_max', unit: 'ms' },
  { label: 'Slow', measure: 'slow_queries', unit: 'count', title: 'Above a second' },
  { label: 'Rollbacks', measure: 'rollbacks', unit: 'count' },
  { label: 'Deadlocks', measure: 'deadlocks', unit: 'count' },
];
const OF_DATABASES: QueryFilter = { field: 'kind', op: '=', value: 'db' };
const hasQueries = (row: QueryRow) => (numberOf(row, 'db_calls') ?? 0) > 0;

/** Databases as the programs that ask them trace it; nothing where none does. */
export function DatabaseTable({ filters: narrowed }: { filters: readonly QueryFilter[] }) {
  // A span does not tell its machine.
  const filters = [...narrowed.filter(({ field }) => field !== 'host_name'), OF_DATABASES];
  const found = useMeasures({ measures: ['db_calls'], filters });
  if (!hasQueries(found.data?.rows[0] ?? {})) return null;
  return (
    <MeasureTable
      title="Databases"
      note="from traces; slow is above a second"
      id="databases"
      question={{ filters, group_by: ['db_system', 'service_name'] }}
      columns={COLUMNS}
      keep={hasQueries}
      nameLabel="Database"
      renderName={(row) => (
        <span className="measure-name">
          <span className="truncate">{textOf(row, 'db_system') ?? 'not named'}</span>
          <span className="measure-name-more">from {textOf(row, 'service_name') ?? 'no service named'}</span>
        </span>
      )}
      empty="Choose a longer range."
    />
  );
}
