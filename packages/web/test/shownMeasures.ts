/** Telemetry of a shop, made now, that fills every page of measures. */
import { randomBytes } from 'node:crypto';
import type { MadeSpan } from '../../server/src/receive/testing/traceRequests.ts';
import type { Client } from '../../server/test/program/apiClient.ts';
import { ago, newTraceId } from './shownTraces.ts';

const newSpanId = () => randomBytes(8).toString('hex');
const MINUTE_MS = 60_000;
const SERVER = 2;
const CLIENT = 3;

/** A request that asks an agent, which searches, calls a model, a tool, another service, a database and a cache. */
export function askTrace(atMs: number, { failed = false, provider = 'openai', model = 'gpt-4o', status = 200 } = {}): MadeSpan[] {
  const traceId = newTraceId();
  const request = newSpanId();
  const agent = newSpanId();
  const inAgent = (
    name: string,
    offsetMs: number,
    durationMs: number,
    attributes: MadeSpan['attributes'],
    more: Partial<MadeSpan> = {},
  ): MadeSpan => ({
    traceId,
    spanId: newSpanId(),
    parentSpanId: agent,
    name,
    atMs: atMs + offsetMs,
    durationMs,
    ...(attributes === undefined ? {} : { attributes }),
    ...more,
  });
  return [
    {
      traceId,
      spanId: request,
      name: 'POST /ask',
      kind: SERVER,
      atMs,
      durationMs: 2400,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/ask',
        'http.response.status_code': status,
        'http.request.body.size': 1800,
        'http.response.body.size': 5400,
      },
    },
    {
      traceId,
      spanId: agent,
      parentSpanId: request,
      name: 'invoke_agent support',
      atMs: atMs + 20,
      durationMs: 2300,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'support', 'session.id': 's1' },
    },
    inAgent('search handbook', 30, 180, {
      'openinference.span.kind': 'RETRIEVER',
      'sightglass.rag.total_ms': 180,
      'sightglass.rag.embedding_ms': 40,
      'sightglass.rag.search_ms': 90,
      'sightglass.rag.rerank_ms': 50,
      'sightglass.rag.chunks_retrieved': 10,
      'sightglass.rag.chunks_used': 4,
      'sightglass.rag.top_score': 0.82,
      'sightglass.rag.avg_score': 0.61,
      'sightglass.rag.threshold': 0.5,
      'sightglass.rag.cache_hit': status === 200,
      'sightglass.rag.embedding_cache_hit': true,
    }),
    inAgent('embeddings text-embedding-3-small', 35, 40, {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': 12,
      'sightglass.embedding.batch_size': 4,
    }),
    inAgent(
      `chat ${model}`,
      240,
      1500,
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': model,
        'gen_ai.usage.input_tokens': 1200,
        'gen_ai.usage.output_tokens': failed ? 0 : 300,
        'gen_ai.usage.cache_read.input_tokens': 800,
        ...(failed ? { 'error.type': 'rate_limit_exceeded' } : { 'gen_ai.response.time_to_first_chunk': 0.35 }),
      },
      { failed },
    ),
    inAgent('execute_tool find_order', 1760, 90, { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find_order' }, { failed }),
    inAgent(
      'GET',
      1780,
      60,
      {
        'http.request.method': 'GET',
        'server.address': 'orders.internal',
        'url.full': 'http://orders.internal/42',
        'http.response.status_code': 200,
      },
      { kind: CLIENT },
    ),
    inAgent('SELECT orders', 1800, 1300, { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT * FROM orders' }, { kind: CLIENT }),
    inAgent('GET order:42', 1790, 2, { 'db.system.name': 'redis', 'db.query.text': 'GET order:42' }, { kind: CLIENT }),
  ];
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** What two processes of the shop report of themselves over a quarter of an hour. */
function metricsRequest(): unknown {
  const nowMs = Date.now();
  const at = (minutesAgo: number) => `${nowMs - minutesAgo * MINUTE_MS}000000`;
  const start = at(20);
  const points = (value: (i: number) => number, attributes: Record<string, string>) =>
    Array.from({ length: 15 }, (_, i) => ({
      startTimeUnixNano: start,
      timeUnixNano: at(15 - i),
      asDouble: value(i),
      attributes: Object.entries(attributes).map(([key, of]) => text(key, of)),
    }));
  const gauge = (name: string, unit: string, value: (i: number) => number, attributes: Record<string, string> = {}) => ({
    name,
    unit,
    gauge: { dataPoints: points(value, attributes) },
  });
  const counter = (name: string, value: (i: number) => number, attributes: Record<string, string> = {}, isMonotonic = true) => ({
    name,
    sum: { aggregationTemporality: 2, isMonotonic, dataPoints: points(value, attributes) },
  });
  const metrics = [
    gauge('process.memory.usage', 'By', (i) => 180e6 + i * 2e6),
    gauge('process.cpu.utilization', '1', (i) => 0.2 + (i % 5) / 20),
    gauge('v8js.memory.heap.used', 'By', (i) => 60e6 + i * 1e6, { 'v8js.heap.space.name': 'old_space' }),
    counter('v8js.memory.heap.limit', () => 512e6, {}, false),
    gauge('nodejs.eventloop.delay.mean', 's', () => 0.011),
    gauge('nodejs.eventloop.delay.p99', 's', (i) => 0.02 + i / 1000),
    gauge('nodejs.eventloop.utilization', '1', (i) => 0.3 + i / 100),
    counter(
      'db.client.connection.count',
      (i) => 3 + (i % 3),
      { 'db.client.connection.pool.name': 'orders', 'db.client.connection.state': 'used' },
      false,
    ),
    counter('db.client.connection.max', () => 10, { 'db.client.connection.pool.name': 'orders' }, false),
    counter('db.client.connection.pending_requests', (i) => (i === 9 ? 2 : 0), { 'db.client.connection.pool.name': 'orders' }, false),
    counter('cache.hits', (i) => i * 90, { cache: 'answers' }),
    counter('cache.misses', (i) => i * 10, { cache: 'answers' }),
    gauge('cache.keys', '1', (i) => 4000 + i * 20, { cache: 'answers' }),
    gauge('cache.memory_used_bytes', 'By', (i) => 24e6 + i * 1e5, { cache: 'answers' }),
    gauge('cache.available', '1', () => 1, { cache: 'answers' }),
    gauge('sightglass.ws.connections', '1', (i) => 12 + (i % 4)),
    counter('sightglass.ws.messages', (i) => i * 40, { direction: 'in' }),
    counter('sightglass.ws.messages', (i) => i * 55, { direction: 'out' }),
    gauge('system.memory.utilization', '1', () => 0.62, { 'system.memory.state': 'used' }),
    gauge('system.cpu.utilization', '1', () => 0.7, { 'system.cpu.state': 'idle' }),
  ];
  return {
    resourceMetrics: ['one', 'two'].map((instance) => ({
      resource: {
        attributes: [
          text('service.name', 'shop'),
          text('service.instance.id', `instance-${instance}`),
          text('host.name', 'machine-1'),
          text('telemetry.sdk.language', 'nodejs'),
        ],
      },
      scopeMetrics: [{ scope: { name: 'shop' }, metrics }],
    })),
  };
}

/** Sends it all: forty requests of the last hour, of which one provider’s last calls failed. */
export async function sendMeasures(client: Client): Promise<void> {
  const spans = Array.from({ length: 40 }, (_, i) => {
    const ofOther = i % 4 === 3;
    return askTrace(ago(i * 90_000 + 5_000), {
      provider: ofOther ? 'mistral_ai' : 'openai',
      model: ofOther ? 'mistral-large-latest' : i % 3 === 0 ? 'gpt-4o-mini' : 'gpt-4o',
      failed: ofOther && i < 16,
      status: i % 9 === 8 ? 503 : i % 7 === 6 ? 404 : 200,
    });
  }).flat();
  const sent = await client.sendSpans(spans);
  if (!sent.ok) throw new Error(`spans were refused: ${sent.status}`);
  const metrics = await client.postJson('/v1/metrics', metricsRequest());
  if (!metrics.ok) throw new Error(`metrics were refused: ${metrics.status}`);
}
