/**
 * Everything that Sightglass tells Prometheus of itself, each declared once: docs/own-metrics.md is printed from here. No label may
 * carry what belongs to a workspace: routes are templates, tables and sources are ours, errors are numbers of the engine.
 */

export interface MetricDeclaration<Label extends string = string> {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** What its values are. */
  labels: Readonly<Record<Label, string>>;
  /** Upper bounds of a histogram, in its unit. */
  buckets?: readonly number[];
}

const declare = <Label extends string = never>(
  declaration: Omit<MetricDeclaration<Label>, 'labels'> & { labels?: Readonly<Record<Label, string>> },
): MetricDeclaration<Label> => ({ labels: {} as Readonly<Record<Label, string>>, ...declaration });

/** From a memory look-up to the longest that a request may take. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const SOURCE = 'way in, as on the page of ingest health';
const SIGNAL = '`traces`, `logs`, `metrics`, `events` …';
const TABLE = 'table of the telemetry plane';

export const OWN_METRICS = {
  httpRequests: declare({
    name: 'sightglass_http_requests_total',
    type: 'counter',
    help: 'HTTP requests that were answered',
    labels: { method: 'of HTTP', route: 'template, `other` for what no route answers and for files of the UI', status: 'of the answer' },
  }),
  httpSeconds: declare({
    name: 'sightglass_http_request_seconds',
    type: 'histogram',
    help: 'From the head of an HTTP request to the head of its answer',
    labels: { method: 'of HTTP', route: 'as above' },
    buckets: SECONDS,
  }),
  httpOpen: declare({ name: 'sightglass_http_requests_open', type: 'gauge', help: 'HTTP requests that are not answered yet' }),
  items: declare({
    name: 'sightglass_ingest_items_total',
    type: 'counter',
    help: 'Spans, log records, data points and events that were received, by what became of them',
    labels: { source: SOURCE, signal: SIGNAL, outcome: '`stored`, `rejected`, `duplicate`, `sampled` or `quarantined`' },
  }),
  refused: declare({
    name: 'sightglass_ingest_refused_requests_total',
    type: 'counter',
    help: 'Requests that were refused as a whole',
    labels: { source: SOURCE, code: 'of the error' },
  }),
  received: declare({
    name: 'sightglass_receive_requests_total',
    type: 'counter',
    help: 'Requests that were handed to the receive worker, by what it answered',
    labels: { source: SOURCE, signal: SIGNAL, outcome: '`ok`, `undecodable`, `too-large` or `unavailable`' },
  }),
  receiveSeconds: declare({
    name: 'sightglass_receive_seconds',
    type: 'histogram',
    help: 'From handing a request to the receive worker until it is on disk, or refused',
    labels: { signal: SIGNAL },
    buckets: SECONDS,
  }),
  receiveWaiting: declare({
    name: 'sightglass_receive_waiting_requests',
    type: 'gauge',
    help: 'Requests that wait for the receive worker, or are in it',
  }),
  receiveWaitingBytes: declare({ name: 'sightglass_receive_waiting_bytes', type: 'gauge', help: 'Bytes of the bodies of these' }),
  receiveUp: declare({
    name: 'sightglass_receive_worker_up',
    type: 'gauge',
    help: '1 while the receive worker takes requests, 0 while it is started again',
  }),
  backlog: declare({ name: 'sightglass_journal_backlog_bytes', type: 'gauge', help: 'Bytes acknowledged and not yet stored' }),
  backlogMax: declare({
    name: 'sightglass_journal_backlog_bytes_max',
    type: 'gauge',
    help: 'Bytes beyond which senders are told to come again later',
  }),
  storedBatches: declare({
    name: 'sightglass_writer_segments_total',
    type: 'counter',
    help: 'Segments of the journal that were stored',
  }),
  storedAt: declare({
    name: 'sightglass_writer_last_stored_timestamp_seconds',
    type: 'gauge',
    help: 'When the last segment of the journal was stored, Unix seconds; 0 before the first',
  }),
  liveSpans: declare({ name: 'sightglass_live_spans', type: 'gauge', help: 'Spans in progress that are held in memory' }),
  liveBytes: declare({ name: 'sightglass_live_spans_bytes', type: 'gauge', help: 'Memory that spans in progress take, about' }),
  liveDropped: declare({
    name: 'sightglass_live_spans_dropped_total',
    type: 'counter',
    help: 'Spans in progress that were dropped because there were too many',
  }),
  storeSeconds: declare({
    name: 'sightglass_store_seconds',
    type: 'histogram',
    help: 'Statements of the telemetry plane',
    labels: { operation: '`read`, `run` or `insert`' },
    buckets: SECONDS,
  }),
  storeErrors: declare({
    name: 'sightglass_store_errors_total',
    type: 'counter',
    help: 'Statements of the telemetry plane that failed',
    labels: { operation: '`read`, `run` or `insert`', code: 'number of the engine’s error, `none` where it has none' },
  }),
  insertedBytes: declare({
    name: 'sightglass_store_inserted_bytes_total',
    type: 'counter',
    help: 'Bytes of the Native blocks that were inserted',
    labels: { table: TABLE },
  }),
  storeUp: declare({ name: 'sightglass_store_up', type: 'gauge', help: '1 when the telemetry plane told of its parts, else 0' }),
  storeParts: declare({
    name: 'sightglass_store_parts',
    type: 'gauge',
    help: 'Active parts of a table',
    labels: { table: TABLE },
  }),
  storePartsMax: declare({
    name: 'sightglass_store_partition_parts_max',
    type: 'gauge',
    help: 'Active parts of the partition that has most of them: 150 to 200 are well, 1000 are trouble',
    labels: { table: TABLE },
  }),
  storeRows: declare({ name: 'sightglass_store_rows', type: 'gauge', help: 'Rows of a table, repeated ones included', labels: { table: TABLE } }),
  storeBytes: declare({ name: 'sightglass_store_bytes', type: 'gauge', help: 'Bytes of a table on disk', labels: { table: TABLE } }),
  controlUp: declare({ name: 'sightglass_control_up', type: 'gauge', help: '1 when the control plane answered, else 0' }),
  controlProbe: declare({
    name: 'sightglass_control_probe_seconds',
    type: 'gauge',
    help: 'What the control plane took to answer SELECT 1 when this was read',
  }),
  controlSeconds: declare({
    name: 'sightglass_control_transaction_seconds',
    type: 'histogram',
    help: 'Transactions of the control plane',
    labels: { mode: '`read` or `change`' },
    buckets: SECONDS,
  }),
  controlErrors: declare({
    name: 'sightglass_control_errors_total',
    type: 'counter',
    help: 'Transactions of the control plane that broke; refused changes are none',
    labels: { mode: '`read` or `change`' },
  }),
  scheduleAt: declare({
    name: 'sightglass_schedule_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When periodic work ended well for the last time on this instance, Unix seconds; absent before the first time',
    labels: { schedule: 'what is done' },
  }),
  alertLag: declare({
    name: 'sightglass_alert_evaluation_lag_seconds',
    type: 'gauge',
    help: 'How long the rule of alerts that is most overdue has been due, of all workspaces; looked at every 20 seconds',
    labels: {},
  }),
  ownDropped: declare({
    name: 'sightglass_self_telemetry_dropped_total',
    type: 'counter',
    help: 'Own spans and log records that were not sent into the workspace of SIGHTGLASS_SELF_TELEMETRY',
    labels: { signal: '`traces` or `logs`' },
  }),
  eventLoopDelay: declare({
    name: 'sightglass_event_loop_delay_seconds',
    type: 'gauge',
    help: 'How late timers of the main thread ran, over the last seconds',
    labels: { quantile: '`0.5`, `0.99` or `1`' },
  }),
  eventLoopUtilization: declare({
    name: 'sightglass_event_loop_utilization_ratio',
    type: 'gauge',
    help: 'Share of the last seconds in which the main thread was busy',
  }),
  build: declare({
    name: 'sightglass_build_info',
    type: 'gauge',
    help: 'Always 1',
    labels: { version: 'of Sightglass', engine: 'of the telemetry plane: `embedded` or `server`' },
  }),
} as const;
