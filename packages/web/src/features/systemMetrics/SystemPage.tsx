import type { QueryFilter } from '@sightglass/contract/querySpec';
import { useMemo } from 'react';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { otelSettings } from '../../measures/exampleSettings.ts';
import { filtersOf } from '../../measures/measureFilters.ts';
import { MeasuresPage } from '../../measures/MeasuresPage.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { type MeasureExample, NothingMeasured } from '../../measures/NothingMeasured.tsx';
import { useSearchText } from '../../routing/useSearchText.ts';
import { ChartPanel } from '../overview/ChartPanel.tsx';
import type { ChartSplits, MeasureWords } from '../overview/chartQuestion.ts';
import { RequestsNav } from '../requests/RequestsNav.tsx';
import { DatabaseTable } from './DatabaseTable.tsx';

const METRICS = { source: 'metric_points' as const };
const PROCESS_LIST: FilteredList = {
  noun: 'process',
  facets: [valuesFacet('service_name', 'Service', true), valuesFacet('environment', 'Environment', true), valuesFacet('host_name', 'Machine', true)],
  source: 'metric_points',
  measure: 'points',
};
const PRESENCE = {
  ...METRICS,
  measures: [
    'process_cpu_utilization',
    'process_cpu_seconds',
    'process_memory_bytes',
    'heap_used_bytes',
    'host_memory_used_bytes',
    'host_cpu_idle',
    'event_loop_delay_ms_p99',
    'event_loop_utilization',
    'gc_runs',
    'db_connections_used',
    'db_connections_limit',
    'db_operation_ms_p95',
    'db_backends',
    'websocket_connections',
    'websocket_messages_in',
    'websocket_messages_out',
  ],
};

const gauge = (label: string, measure: string, unit: MeasureWords['unit'], unitWords: string): MeasureWords => ({
  label,
  measure,
  unit,
  unitWords,
  adds: false,
});
const CHARTS: Readonly<Record<string, MeasureWords>> = {
  memory: gauge('Memory', 'process_memory_bytes', 'bytes', 'resident memory of a process, on average'),
  cpu: gauge('CPU', 'process_cpu_utilization', 'ratio', 'CPU that a process used, as it reports it'),
  heap: gauge('Heap', 'heap_used_bytes', 'bytes', 'heap in use, on average'),
  delay: gauge('Event loop delay', 'event_loop_delay_ms_p99', 'ms', 'p99 of how late timers ran'),
  loop: gauge('Event loop utilization', 'event_loop_utilization', 'ratio', 'share of time in which it was busy'),
  gc: { ...gauge('Garbage collection', 'gc_ms', 'ms', 'time that it took, all together'), adds: true },
  pool: gauge('Pool utilization', 'db_pool_utilization', 'ratio', 'connections in use ÷ connections that pools may have'),
  waiting: gauge('Waiting for a connection', 'db_connections_waiting_max', 'count', 'the most that waited at a time'),
  websockets: gauge('WebSocket connections', 'websocket_connections', 'count', 'open connections of a program, on average'),
  machine: gauge('Memory of machines', 'host_memory_utilization', 'ratio', 'share of a machine’s memory in use'),
};
const SPLITS: ChartSplits = {
  service: { label: 'By service', field: 'service_name' },
  instance: { label: 'By instance', field: 'service_instance_id' },
  host: { label: 'By machine', field: 'host_name' },
  none: { label: 'No split', field: null },
};

const PROCESSES: readonly MeasureColumn[] = [
  { label: 'Memory', measure: 'process_memory_bytes', unit: 'bytes', title: 'Resident, on average' },
  { label: 'Most memory', measure: 'process_memory_bytes_max', unit: 'bytes' },
  { label: 'CPU', measure: 'process_cpu_utilization', unit: 'ratio' },
  { label: 'CPU seconds', measure: 'process_cpu_seconds', unit: 'count' },
  { label: 'Heap', measure: 'heap_used_bytes', unit: 'bytes' },
  { label: 'Heap limit', measure: 'heap_limit_bytes', unit: 'bytes' },
  { label: 'Loop delay', measure: 'event_loop_delay_ms_avg', unit: 'ms', title: 'How late timers ran, on average' },
  { label: 'Delay p99', measure: 'event_loop_delay_ms_p99', unit: 'ms' },
  { label: 'Loop busy', measure: 'event_loop_utilization', unit: 'ratio' },
  { label: 'GC', measure: 'gc_ms', unit: 'ms', title: 'Time of garbage collection, all together' },
];
const MACHINES: readonly MeasureColumn[] = [
  { label: 'Memory used', measure: 'host_memory_used_bytes', unit: 'bytes' },
  { label: 'Memory share', measure: 'host_memory_utilization', unit: 'ratio' },
  { label: 'CPU idle', measure: 'host_cpu_idle', unit: 'ratio' },
];
const POOLS: readonly MeasureColumn[] = [
  { label: 'In use', measure: 'db_connections_used', unit: 'count', title: 'On average' },
  { label: 'Most in use', measure: 'db_connections_used_max', unit: 'count' },
  { label: 'Idle', measure: 'db_connections_idle', unit: 'count' },
  { label: 'Limit', measure: 'db_connections_limit', unit: 'count' },
  { label: 'Utilization', measure: 'db_pool_utilization', unit: 'ratio' },
  { label: 'Waiting', measure: 'db_connections_waiting', unit: 'count', title: 'On average' },
  { label: 'Most waiting', measure: 'db_connections_waiting_max', unit: 'count' },
  { label: 'Time-outs', measure: 'db_connection_timeouts', unit: 'count' },
  { label: 'Wait p95', measure: 'db_connection_wait_ms_p95', unit: 'ms' },
  { label: 'Use p95', measure: 'db_connection_use_ms_p95', unit: 'ms' },
];
const WEBSOCKETS: readonly MeasureColumn[] = [
  { label: 'Connections', measure: 'websocket_connections', unit: 'count', title: 'On average' },
  { label: 'Most', measure: 'websocket_connections_max', unit: 'count' },
  { label: 'Messages in', measure: 'websocket_messages_in', unit: 'count' },
  { label: 'Messages out', measure: 'websocket_messages_out', unit: 'count' },
];
const NO_FILTERS: readonly QueryFilter[] = [];
const tells = (columns: readonly MeasureColumn[]) => (row: QueryRow) => columns.some(({ measure }) => numberOf(row, measure) !== null);

const EXAMPLE: MeasureExample = {
  title: 'Node.js: memory, event loop and garbage collection',
  code: (target) =>
    `npm install @opentelemetry/auto-instrumentations-node\nOTEL_METRICS_EXPORTER=otlp ${otelSettings(target, 'my-api')}\n  node --require @opentelemetry/auto-instrumentations-node/register server.js`,
};

/** What programs and machines tell of themselves: processor, memory, event loop, connection pools, databases, WebSockets. */
export function SystemPage() {
  return (
    <MeasuresPage
      title="System"
      nav={<RequestsNav />}
      list={PROCESS_LIST}
      presence={PRESENCE}
      nothing={
        <>
          <NothingMeasured title="System" example={EXAMPLE}>
            No program told of itself in this range. OpenTelemetry’s runtime and host metrics fill this page, and so do the Collector’s receivers for
            hosts and PostgreSQL.
          </NothingMeasured>
          <DatabaseTable filters={NO_FILTERS} />
        </>
      }
    >
      <Programs />
    </MeasuresPage>
  );
}

function Programs() {
  const search = useSearchText();
  const filters = useMemo(() => filtersOf(PROCESS_LIST, search), [search]);
  const scope = useMemo(() => ({ ...METRICS, filters }), [filters]);
  const service = (row: QueryRow) => textOf(row, 'service_name') ?? 'no service named';
  return (
    <>
      <ChartPanel measures={CHARTS} splits={SPLITS} scope={scope} />
      <MeasureTable
        title="Processes"
        id="processes"
        question={{ ...scope, group_by: ['service_name', 'service_instance_id'] }}
        columns={PROCESSES}
        keep={tells(PROCESSES)}
        nameLabel="Service"
        renderName={(row) => (
          <span className="measure-name">
            <span className="truncate">{service(row)}</span>
            <span className="measure-name-more truncate">{textOf(row, 'service_instance_id')?.slice(0, 12)}</span>
          </span>
        )}
        empty="No process told of its memory, processor or event loop."
      />
      <MeasureTable
        title="Connection pools"
        id="pools"
        question={{ ...scope, group_by: ['service_name', 'pool'] }}
        columns={POOLS}
        keep={tells(POOLS)}
        nameLabel="Pool"
        renderName={(row) => (
          <span className="measure-name">
            <span className="truncate">{textOf(row, 'pool') ?? service(row)}</span>
            {textOf(row, 'pool') === null ? null : <span className="measure-name-more">{service(row)}</span>}
          </span>
        )}
        empty="Database clients that send db.client.connection.count, and our own SDK, tell of their pools."
      />
      <MeasureTable
        title="WebSockets"
        id="websockets"
        question={{ ...scope, group_by: ['service_name'] }}
        columns={WEBSOCKETS}
        keep={tells(WEBSOCKETS)}
        nameLabel="Service"
        renderName={service}
        empty="Programs tell of their connections as sightglass.ws.connections and sightglass.ws.messages, those of SignalR by themselves."
      />
      <MeasureTable
        title="Machines"
        id="machines"
        question={{ ...scope, group_by: ['host_name'] }}
        columns={MACHINES}
        keep={tells(MACHINES)}
        nameLabel="Machine"
        renderName={(row) => textOf(row, 'host_name') ?? 'no machine named'}
        empty="The host metrics of the Collector, or of an SDK, tell of machines."
      />
      <DatabaseTable filters={filters} />
    </>
  );
}
