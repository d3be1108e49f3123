/** A small store whose figures can be worked out by hand: what every measure of the catalogue says of it stands in `measureValues.test.ts`. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { keyValues, metricRequest, nanosAt } from '../../../receive/testing/metricRequests.ts';
import { createMetricStore } from '../../../receive/testing/storeMetrics.ts';
import type { TelemetryConnection } from '../../../telemetry/connect.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, traceIdOf } from '../../../telemetry/testing/storedRows.ts';

const NS_PER_MS = 1_000_000n;
const BEGIN_NS = nsOf('2026-11-20T10:00:00Z');

type Fields = Record<string, unknown>;

/** `atS` seconds after 10:00, `ms` long. */
export function spanAt(workspaceId: WorkspaceId, id: number, atS: number, ms: number, fields: Fields): SpanFields {
  const duration_ns = BigInt(ms) * NS_PER_MS;
  const start_time = BEGIN_NS + BigInt(Math.round(atS * 1000)) * NS_PER_MS;
  return { workspace_id: workspaceId, trace_id: traceIdOf(1), span_id: spanIdOf(id), start_time, duration_ns, status: 'success', ...fields };
}

function measuredSpans(workspaceId: WorkspaceId): SpanFields[] {
  const at = (id: number, atS: number, ms: number, fields: Fields) => spanAt(workspaceId, id, atS, ms, fields);
  const llm = (fields: Fields) => ({ kind: 'llm', provider: 'alpha', request_model: 'm', ...fields });
  const request = (status_code: number, sizes: Fields = {}) => ({
    kind: 'http',
    otel_kind: 2,
    endpoint: '/ask',
    status_code,
    attributes_number: sizes,
  });
  const call = (fields: Fields) => ({ kind: 'http', otel_kind: 3, attributes_string: { 'server.address': 'api.example' }, ...fields });
  const query = (system: string, fields: Fields = {}, statement = 'SELECT 1') => ({
    kind: 'db',
    attributes_string: { 'db.system': system, 'db.statement': statement },
    ...fields,
  });
  return [
    at(1, 0, 1000, { kind: 'agent', is_run: 1, agent_id: 'planner', user_id: 'ada', session_id: 's1' }),
    at(2, 0, 3000, { kind: 'agent', is_run: 1, agent_id: 'writer', user_id: 'bob', session_id: 's2', status: 'error', trace_id: traceIdOf(2) }),
    at(
      3,
      0,
      100,
      llm({
        input_tokens: 100,
        output_tokens: 20,
        cache_read_tokens: 40,
        cache_write_tokens: 10,
        reasoning_tokens: 5,
        cost_usd: '0.5',
        cost_source: 'price_book',
        ttft_ms: 50,
      }),
    ),
    at(4, 60, 200, llm({ status: 'error', error_type: 'RateLimitError', error_origin: 1 })),
    at(5, 120, 300, llm({ status: 'error', status_message: 'overloaded' })),
    at(6, 180, 400, llm({ status: 'timeout' })),
    at(7, 30, 500, llm({ provider: 'beta', input_tokens: 300, output_tokens: 60, cost_usd: '0.25', cost_source: 'estimated', ttft_ms: 150 })),
    // A wrapper of the call before: nothing of it counts.
    at(8, 30, 510, llm({ provider: 'beta', superseded: 1, status: 'error', input_tokens: 300, output_tokens: 60, cost_usd: '0.25' })),

    at(10, 5, 40, {
      kind: 'embedding',
      parent_span_id: spanIdOf(21),
      input_tokens: 12,
      cost_usd: '0.01',
      attributes_number: { 'sightglass.embedding.batch_size': 4 },
      attributes_bool: { 'sightglass.embedding.cache_hit': true },
    }),
    at(11, 6, 80, {
      kind: 'embedding',
      status: 'error',
      input_tokens: 8,
      output_preview: '{"embeddings":2,"dimensions":8}',
      attributes_bool: { 'sightglass.embedding.cache_hit': false },
    }),
    at(12, 7, 10, { kind: 'tool', tool_name: 'search' }),
    at(13, 300, 30, { kind: 'tool', tool_name: 'refund', status: 'error', status_message: 'over the limit' }),

    at(20, 8, 200, {
      kind: 'retriever',
      attributes_number: {
        'sightglass.rag.total_ms': 120,
        'sightglass.rag.embedding_ms': 20,
        'sightglass.rag.search_ms': 70,
        'sightglass.rag.rerank_ms': 30,
        'sightglass.rag.chunks_retrieved': 10,
        'sightglass.rag.chunks_used': 4,
        'sightglass.rag.top_score': 0.9,
        'sightglass.rag.avg_score': 0.6,
        'sightglass.rag.threshold': 0.5,
      },
      attributes_bool: { 'sightglass.rag.cache_hit': true, 'sightglass.rag.embedding_cache_hit': false },
    }),
    // Says nothing itself: made of the spans inside it, 10, 22 and 23.
    at(21, 5, 100, { kind: 'retriever', status: 'error', document_count: 3, top_score: 0.7, avg_score: 0.5 }),
    at(22, 5, 25, { ...query('postgresql'), parent_span_id: spanIdOf(21) }),
    at(23, 5, 15, { kind: 'reranker', parent_span_id: spanIdOf(21), document_count: 2 }),

    at(30, 10, 1500, query('postgresql', {}, 'rollback')),
    at(31, 11, 50, query('postgresql', { status: 'error', error_type: '40P01' })),
    at(32, 12, 2, query('redis')),
    at(33, 13, 4, query('memcached', { status: 'error' })),

    at(40, 20, 100, request(200, { 'http.request.body.size': 1000, 'http.response.body.size': 2000 })),
    at(41, 21, 300, request(503, { 'http.request_content_length': 3000, 'http.response_content_length': 4000 })),
    at(42, 22, 200, request(404)),
    at(50, 23, 20, call({ attributes_number: { 'http.response.status_code': 200 } })),
    at(51, 24, 40, call({ attributes_number: { 'http.status_code': 503 } })),
    at(52, 360, 60, call({ status: 'error', status_message: 'connection refused' })),
    at(60, 25, 1, {
      kind: 'other',
      trace_type: 'websocket_message',
      attributes_number: { 'sightglass.stream.chunk_count': 5, 'sightglass.stream.total_bytes': 500 },
    }),
    at(61, 26, 1, { kind: 'guardrail', status: 'blocked' }),
    at(62, 27, 1, { kind: 'guardrail', attributes_string: { 'sightglass.guardrail.action_taken': 'allow' } }),
  ];
}

type Point = [atS: number, value: number];
const CUMULATIVE = 2;
const DELTA = 1;
const points = (values: readonly Point[], attributes: Record<string, string>) =>
  values.map(([atS, asDouble]) => ({
    startTimeUnixNano: nanosAt(0),
    timeUnixNano: nanosAt(atS),
    attributes: keyValues(attributes),
    asDouble,
  }));
export const gauge = (name: string, values: readonly Point[], attributes: Record<string, string> = {}, unit = '') => ({
  name,
  unit,
  gauge: { dataPoints: points(values, attributes) },
});
export const counter = (name: string, values: readonly Point[], attributes: Record<string, string> = {}, isMonotonic = true) => ({
  name,
  sum: { aggregationTemporality: CUMULATIVE, isMonotonic, dataPoints: points(values, attributes) },
});
const histogram = (
  name: string,
  unit: string,
  { bounds, counts, sum, least, greatest }: { bounds: number[]; counts: number[]; sum: number; least: number; greatest: number },
  attributes: Record<string, string> = {},
) => ({
  name,
  unit,
  histogram: {
    aggregationTemporality: DELTA,
    dataPoints: [
      {
        startTimeUnixNano: nanosAt(0),
        timeUnixNano: nanosAt(60),
        attributes: keyValues(attributes),
        count: counts.reduce((total, count) => total + count, 0),
        sum,
        min: least,
        max: greatest,
        explicitBounds: bounds,
        bucketCounts: counts,
      },
    ],
  },
});

const METRICS = [
  counter(
    'cache.hits',
    [
      [60, 6],
      [120, 8],
    ],
    { cache: 'answers' },
  ),
  counter('cache.misses', [[120, 2]], { cache: 'answers' }),
  gauge(
    'cache.hit_rate',
    [
      [60, 0.5],
      [120, 0.7],
    ],
    { cache: 'answers' },
  ),
  gauge(
    'cache.memory_used_bytes',
    [
      [60, 100],
      [120, 300],
    ],
    { cache: 'answers' },
  ),
  gauge(
    'cache.keys',
    [
      [60, 10],
      [120, 30],
    ],
    { cache: 'answers' },
  ),
  counter('cache.evictions', [[120, 3]], { cache: 'answers' }),
  counter('cache.errors', [[120, 1]], { cache: 'answers' }),
  gauge(
    'cache.available',
    [
      [60, 1],
      [120, 0],
    ],
    { cache: 'answers' },
  ),
  gauge(
    'process.cpu.utilization',
    [
      [60, 0.2],
      [120, 0.4],
    ],
    { 'process.cpu.state': 'user' },
  ),
  gauge(
    'process.cpu.utilization',
    [
      [60, 0.1],
      [120, 0.1],
    ],
    { 'process.cpu.state': 'system' },
  ),
  counter('process.cpu.time', [
    [60, 1],
    [120, 3],
  ]),
  gauge(
    'system.cpu.utilization',
    [
      [60, 0.7],
      [120, 0.5],
    ],
    { 'system.cpu.state': 'idle' },
  ),
  gauge(
    'system.cpu.utilization',
    [
      [60, 0.3],
      [120, 0.5],
    ],
    { 'system.cpu.state': 'user' },
  ),
  gauge('process.memory.usage', [
    [60, 100],
    [120, 300],
  ]),
  gauge(
    'v8js.memory.heap.used',
    [
      [60, 10],
      [120, 30],
    ],
    { 'v8js.heap.space.name': 'new_space' },
  ),
  gauge(
    'v8js.memory.heap.used',
    [
      [60, 20],
      [120, 40],
    ],
    { 'v8js.heap.space.name': 'old_space' },
  ),
  counter('v8js.memory.heap.limit', [[60, 1000]], {}, false),
  counter('system.memory.usage', [[60, 500]], { 'system.memory.state': 'used' }, false),
  counter('system.memory.usage', [[60, 900]], { 'system.memory.state': 'free' }, false),
  gauge('system.memory.utilization', [[60, 0.25]], { 'system.memory.state': 'used' }),
  gauge(
    'nodejs.eventloop.delay.mean',
    [
      [60, 0.01],
      [120, 0.03],
    ],
    {},
    's',
  ),
  gauge(
    'nodejs.eventloop.delay.p99',
    [
      [60, 0.05],
      [120, 0.04],
    ],
    {},
    's',
  ),
  gauge('nodejs.eventloop.delay.max', [[60, 0.2]], {}, 's'),
  gauge('nodejs.eventloop.utilization', [[60, 0.3]]),
  histogram('v8js.gc.duration', 's', { bounds: [0.01], counts: [4, 0], sum: 0.02, least: 0, greatest: 0.01 }),
  counter(
    'db.client.connection.count',
    [
      [60, 2],
      [120, 4],
    ],
    { 'db.client.connection.state': 'used' },
    false,
  ),
  counter('db.client.connection.count', [[60, 6]], { 'db.client.connection.state': 'idle' }, false),
  counter(
    'db.client.connection.max',
    [
      [60, 8],
      [120, 8],
    ],
    {},
    false,
  ),
  counter(
    'db.client.connection.pending_requests',
    [
      [60, 1],
      [120, 3],
    ],
    {},
    false,
  ),
  counter('db.client.connection.timeouts', [[120, 5]]),
  histogram('db.client.connection.wait_time', 's', { bounds: [0.1, 1], counts: [10, 0, 0], sum: 0.5, least: 0.02, greatest: 0.1 }),
  histogram('db.client.connections.use_time', 'ms', { bounds: [100], counts: [10, 0], sum: 500, least: 20, greatest: 100 }),
  histogram('db.client.operation.duration', 's', { bounds: [1, 5], counts: [7, 2, 1], sum: 20, least: 0.1, greatest: 9 }),
  counter('postgresql.rollbacks', [[120, 2]]),
  counter('postgresql.deadlocks', [[120, 1]]),
  counter(
    'postgresql.backends',
    [
      [60, 3],
      [120, 3],
    ],
    { 'postgresql.database.name': 'shop' },
    false,
  ),
  counter(
    'postgresql.backends',
    [
      [60, 4],
      [120, 4],
    ],
    { 'postgresql.database.name': 'stock' },
    false,
  ),
  counter('sightglass.db.errors', [[120, 6]]),
  gauge('sightglass.ws.connections', [
    [60, 5],
    [120, 7],
  ]),
  counter('sightglass.ws.messages', [[120, 10]], { direction: 'in' }),
  counter('sightglass.ws.messages', [[120, 4]], { direction: 'out' }),
  histogram('gen_ai.client.operation.duration', 's', { bounds: [1, 2], counts: [2, 2, 0], sum: 5, least: 0.5, greatest: 2 }),
  histogram('gen_ai.client.operation.duration', 's', { bounds: [1, 2], counts: [1, 0, 0], sum: 1, least: 0.5, greatest: 1 }, { 'error.type': '500' }),
  histogram('gen_ai.client.operation.time_to_first_chunk', 's', { bounds: [0.1], counts: [4, 0], sum: 0.2, least: 0, greatest: 0.1 }),
  histogram(
    'gen_ai.client.token.usage',
    '{token}',
    { bounds: [50], counts: [0, 1], sum: 100, least: 100, greatest: 100 },
    { 'gen_ai.token.type': 'input' },
  ),
  histogram(
    'gen_ai.client.token.usage',
    '{token}',
    { bounds: [50], counts: [1, 0], sum: 30, least: 30, greatest: 30 },
    { 'gen_ai.token.type': 'output' },
  ),
  histogram(
    'http.server.request.duration',
    's',
    { bounds: [0.1], counts: [4, 0], sum: 0.2, least: 0, greatest: 0.1 },
    { 'http.response.status_code': '200' },
  ),
  histogram(
    'http.server.request.duration',
    's',
    { bounds: [0.1], counts: [1, 0], sum: 0.1, least: 0, greatest: 0.1 },
    { 'http.response.status_code': '500' },
  ),
];

export async function storeMeasured(telemetry: TelemetryConnection, workspaceId: WorkspaceId): Promise<void> {
  await insertSpans(telemetry, measuredSpans(workspaceId));
  await createMetricStore(telemetry)(workspaceId, metricRequest(METRICS, { 'service.name': 'shop', 'telemetry.sdk.language': 'nodejs' }));
  await telemetry.run(
    `INSERT INTO logs (workspace_id, time, log_id, level) SELECT {workspaceId:String}, fromUnixTimestamp64Nano(toInt64({ns:String}), 'UTC'), toFixedString(toString(number), 16), ['INFO', 'WARNING', 'ERROR', 'CRITICAL'][number + 1] FROM numbers(4)`,
    { workspaceId, ns: String(BEGIN_NS) },
  );
  await telemetry.run(
    `INSERT INTO events (workspace_id, timestamp, event_key, event_type, status) SELECT {workspaceId:String}, fromUnixTimestamp64Nano(toInt64({ns:String}), 'UTC'), toFixedString(toString(number), 16), ['heartbeat', 'action', 'action'][number + 1], ['success', 'error', 'timeout'][number + 1] FROM numbers(3)`,
    { workspaceId, ns: String(BEGIN_NS) },
  );
  // The hour of ten was computed twice for the first agent; of eight, nothing is asked.
  await telemetry.run(
    `INSERT INTO agent_health (workspace_id, agent_id, time, score, version)
SELECT {workspaceId:String}, row.1, toDateTime(row.2, 'UTC'), row.3, row.4
FROM (SELECT arrayJoin([('planner', '2026-11-20 09:00:00', 100, 1), ('planner', '2026-11-20 10:00:00', 7, 1), ('planner', '2026-11-20 10:00:00', 80, 2), ('writer', '2026-11-20 10:00:00', 60, 1), ('writer', '2026-11-20 08:00:00', 1, 1)]) AS row)`,
    { workspaceId },
  );
}
