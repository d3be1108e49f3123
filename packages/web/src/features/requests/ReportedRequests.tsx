import { numberOf, textOf } from '../../api/metrics.ts';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';

const COLUMNS: readonly MeasureColumn[] = [
  { label: 'Requests', measure: 'reported_requests', unit: 'count' },
  { label: 'Failed', measure: 'reported_request_errors', unit: 'count', title: 'Answered with 500 or above' },
  { label: 'p50', measure: 'reported_request_latency_ms_p50', unit: 'ms', title: 'From the buckets of a histogram' },
  { label: 'p95', measure: 'reported_request_latency_ms_p95', unit: 'ms', title: 'From the buckets of a histogram' },
  { label: 'p99', measure: 'reported_request_latency_ms_p99', unit: 'ms', title: 'From the buckets of a histogram' },
];
const SOURCE = { source: 'metric_points' as const };

/** Services that count their requests in metrics, whether they trace them or not; nothing where none does. */
export function ReportedRequests() {
  const reported = useMeasures({ ...SOURCE, measures: ['reported_requests'] });
  if ((numberOf(reported.data?.rows[0] ?? {}, 'reported_requests') ?? 0) === 0) return null;
  return (
    <MeasureTable
      title="As services report in metrics"
      note="never added to what is traced"
      id="reported"
      question={{ ...SOURCE, filters: [], group_by: ['service_name'] }}
      columns={COLUMNS}
      nameLabel="Service"
      renderName={(row) => textOf(row, 'service_name') ?? 'no service named'}
      empty="Choose a longer range."
    />
  );
}
