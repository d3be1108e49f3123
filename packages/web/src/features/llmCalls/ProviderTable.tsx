import type { QueryFilter } from '@sightglass/contract/querySpec';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { LastError } from '../../measures/cells.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { Tag } from '../../ui/Tag.tsx';

/** Of calls that failed one after the other; from here on a provider counts as down, as in the measure `providers_down`. */
const DOWN_AFTER = 3;

const COLUMNS: readonly MeasureColumn[] = [
  { label: 'Calls', measure: 'calls', unit: 'count' },
  { label: 'Availability', measure: 'provider_availability', unit: 'ratio', title: 'Calls that succeeded ÷ calls that succeeded or failed' },
  { label: 'Uptime', measure: 'provider_uptime', unit: 'ratio', title: 'Minutes with a call that succeeded ÷ minutes with a call' },
  {
    label: 'Failing now',
    measure: 'provider_failures_in_a_row',
    unit: 'count',
    title: 'Calls that failed since the last success',
    cell: (row) => {
      const failures = numberOf(row, 'provider_failures_in_a_row');
      return failures !== null && failures >= DOWN_AFTER ? <Tag tone="crit">down, {failures} in a row</Tag> : formatCount(failures);
    },
  },
  { label: 'Most in a row', measure: 'provider_failures_in_a_row_max', unit: 'count', title: 'The longest series of failures' },
  { label: 'Outages', measure: 'provider_outages', unit: 'count', title: `Series of ${DOWN_AFTER} or more failures` },
  { label: 'Rate limited', measure: 'rate_limited_calls', unit: 'count' },
  { label: 'p95', measure: 'latency_ms_p95', unit: 'ms' },
];

const ENDS = [{ label: 'Last error', cell: (row: QueryRow) => <LastError row={row} /> }];

/** Whether model providers answer. */
export function ProviderTable({ filters }: { filters: QueryFilter[] }) {
  const question = {
    filters: [...filters, { field: 'kind', op: 'in' as const, value: ['llm', 'embedding'] }, { field: 'provider', op: 'exists' as const }],
    group_by: ['provider'],
  };
  return (
    <MeasureTable
      title="Providers"
      note={`down after ${DOWN_AFTER} failures in a row`}
      id="providers"
      question={question}
      columns={COLUMNS}
      also={['last_error', 'last_error_at']}
      nameLabel="Provider"
      renderName={(row: QueryRow) => (
        <TracesLink filters={{ provider: textOf(row, 'provider') }} title="Traces with its calls">
          {textOf(row, 'provider')}
        </TracesLink>
      )}
      ends={ENDS}
      empty="No call named its provider."
    />
  );
}
