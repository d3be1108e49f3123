import { useMemo } from 'react';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { errorRateColumn } from '../../measures/cells.tsx';
import { otelSettings } from '../../measures/exampleSettings.ts';
import { type Figure, FigureStrip } from '../../measures/FigureStrip.tsx';
import { formatMeasure } from '../../measures/formatMeasure.ts';
import { filtersOf } from '../../measures/measureFilters.ts';
import { MeasuresPage } from '../../measures/MeasuresPage.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { type MeasureExample, NothingMeasured } from '../../measures/NothingMeasured.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { ChartPanel } from '../overview/ChartPanel.tsx';
import type { ChartSplits, MeasureWords } from '../overview/chartQuestion.ts';
import { ReportedRequests } from './ReportedRequests.tsx';
import { RequestsNav } from './RequestsNav.tsx';

const REQUEST_LIST: FilteredList = {
  noun: 'request',
  facets: [
    valuesFacet('service_name', 'Service', true),
    valuesFacet('endpoint', 'Endpoint', true),
    valuesFacet('method', 'Method', true),
    valuesFacet('environment', 'Environment', true),
    valuesFacet('user_id', 'User', false),
    valuesFacet('department', 'Department', false),
  ],
  source: 'spans',
  measure: 'requests',
};
const PRESENCE = { source: 'spans' as const, measures: ['requests', 'websocket_messages'] };

const FIGURES: readonly Figure[] = [
  { label: 'Requests', measure: 'requests', unit: 'count' },
  {
    label: 'Failed',
    measure: 'request_error_rate',
    unit: 'ratio',
    title: 'Failed, or answered with 500 or above',
    note: (row) => <span>{formatQuantity(numberOf(row, 'request_errors') ?? 0, 'request')}</span>,
  },
  { label: 'Refused', measure: 'request_client_errors', unit: 'count', title: 'Answered with 400 to 499' },
  { label: 'p50', measure: 'request_latency_ms_p50', unit: 'ms' },
  { label: 'p95', measure: 'request_latency_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'request_latency_ms_p99', unit: 'ms' },
  {
    label: 'Request size p95',
    measure: 'request_size_bytes_p95',
    unit: 'bytes',
    note: (row) => <span>mean {formatMeasure(row.request_size_bytes_avg, 'bytes')}</span>,
  },
  {
    label: 'Answer size p95',
    measure: 'response_size_bytes_p95',
    unit: 'bytes',
    note: (row) => <span>mean {formatMeasure(row.response_size_bytes_avg, 'bytes')}</span>,
  },
];
const FIGURE_MEASURES = [...FIGURES.map(({ measure }) => measure), 'request_errors', 'request_size_bytes_avg', 'response_size_bytes_avg'];

const CHARTS: Readonly<Record<string, MeasureWords>> = {
  requests: { label: 'Requests', measure: 'requests', unit: 'count', unitWords: 'HTTP requests that services answered', adds: true },
  failed: { label: 'Failed requests', measure: 'request_errors', unit: 'count', unitWords: 'failed, or answered with 500 or above', adds: true },
  refused: { label: 'Refused requests', measure: 'request_client_errors', unit: 'count', unitWords: 'answered with 400 to 499', adds: true },
  p95: { label: 'Latency p95', measure: 'request_latency_ms_p95', unit: 'ms', unitWords: '95 % of the requests took at most this', adds: false },
  p99: { label: 'Latency p99', measure: 'request_latency_ms_p99', unit: 'ms', unitWords: '99 % of the requests took at most this', adds: false },
  sent: {
    label: 'Answer size p95',
    measure: 'response_size_bytes_p95',
    unit: 'bytes',
    unitWords: '95 % of the answers held at most this',
    adds: false,
  },
  websocket: { label: 'WebSocket messages', measure: 'websocket_messages', unit: 'count', unitWords: 'messages that were traced', adds: true },
};
const SPLITS: ChartSplits = {
  endpoint: { label: 'By endpoint', field: 'endpoint' },
  status: { label: 'By status', field: 'status_code' },
  service: { label: 'By service', field: 'service_name' },
  none: { label: 'No split', field: null },
};

const ofEndpoint = (row: QueryRow) => ({ endpoint: textOf(row, 'endpoint') });
const ENDPOINTS: readonly MeasureColumn[] = [
  { label: 'Requests', measure: 'requests', unit: 'count' },
  { ...errorRateColumn('request_error_rate', ofEndpoint), label: 'Failed', title: 'Failed, or answered with 500 or above' },
  { label: 'Refused', measure: 'request_client_errors', unit: 'count', title: 'Answered with 400 to 499' },
  { label: 'p50', measure: 'request_latency_ms_p50', unit: 'ms' },
  { label: 'p95', measure: 'request_latency_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'request_latency_ms_p99', unit: 'ms' },
  { label: 'Greatest', measure: 'request_latency_ms_max', unit: 'ms' },
  { label: 'Request size', measure: 'request_size_bytes_avg', unit: 'bytes', title: 'Of the requests that tell, on average' },
  { label: 'Answer size', measure: 'response_size_bytes_avg', unit: 'bytes', title: 'Of the answers that tell, on average' },
];
const STATUSES: readonly MeasureColumn[] = [
  { label: 'Requests', measure: 'requests', unit: 'count' },
  { label: 'p50', measure: 'request_latency_ms_p50', unit: 'ms' },
  { label: 'p95', measure: 'request_latency_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'request_latency_ms_p99', unit: 'ms' },
];
const hasRequests = (row: QueryRow) => (numberOf(row, 'requests') ?? 0) > 0;

const EXAMPLE: MeasureExample = {
  title: 'Any OpenTelemetry HTTP server instrumentation; here Node.js',
  code: (target) =>
    `npm install @opentelemetry/auto-instrumentations-node\n${otelSettings(target, 'my-api')}\n  node --require @opentelemetry/auto-instrumentations-node/register server.js`,
};

/** HTTP requests that services answered: by endpoint and status, how long and how large. */
export function RequestsPage() {
  return (
    <MeasuresPage
      title="Requests"
      nav={<RequestsNav />}
      list={REQUEST_LIST}
      presence={PRESENCE}
      nothing={
        <>
          <NothingMeasured title="Requests" example={EXAMPLE}>
            No request was traced in this range. Server spans of any HTTP instrumentation fill this page.
          </NothingMeasured>
          <ReportedRequests />
        </>
      }
    >
      <Requests />
    </MeasuresPage>
  );
}

function Requests() {
  const search = useSearchText();
  const filters = useMemo(() => filtersOf(REQUEST_LIST, search), [search]);
  const scope = useMemo(() => ({ filters }), [filters]);
  const figures = useMeasures({ measures: FIGURE_MEASURES, filters });
  const ofRequests = useMemo(() => [...filters, { field: 'kind', op: '=' as const, value: 'http' }], [filters]);
  return (
    <>
      <FigureStrip label="Requests in this range" figures={FIGURES} query={figures} />
      <ChartPanel measures={CHARTS} splits={SPLITS} scope={scope} />
      <MeasureTable
        title="Endpoints"
        id="endpoints"
        question={{ filters: ofRequests, group_by: ['endpoint', 'method'] }}
        columns={ENDPOINTS}
        keep={hasRequests}
        nameLabel="Endpoint"
        renderName={(row) => (
          <span className="measure-name">
            <TracesLink filters={ofEndpoint(row)} title="Traces of this endpoint">
              {textOf(row, 'endpoint') ?? 'no endpoint named'}
            </TracesLink>
            <span className="measure-name-more">{textOf(row, 'method')}</span>
          </span>
        )}
        empty="Choose a longer range."
      />
      <MeasureTable
        title="Status codes"
        id="statuses"
        question={{ filters: ofRequests, group_by: ['status_code'] }}
        columns={STATUSES}
        keep={hasRequests}
        nameLabel="Status"
        renderName={(row) => textOf(row, 'status_code') ?? 'none told'}
        empty="Choose a longer range."
      />
      <ReportedRequests />
    </>
  );
}
