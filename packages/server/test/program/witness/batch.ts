/** What the load client sends: requests of every signal, each item of which can be told from all others once it is stored. */
import { randomBytes, randomInt } from 'node:crypto';
import { logRequest } from '../../../src/receive/testing/logRequests.ts';
import { keyValues, METRIC_START_MS, metricRequest, nanosAt } from '../../../src/receive/testing/metricRequests.ts';
import { encodeLogsRequest, encodeTraceRequest } from '../../../src/receive/testing/otlpWriter.ts';
import { type MadeSpan, traceRequest } from '../../../src/receive/testing/traceRequests.ts';

export const SIGNALS = ['traces', 'logs', 'metrics', 'events'] as const;
export type Signal = (typeof SIGNALS)[number];

export interface Batch {
  id: string;
  round: string;
  signal: Signal;
  /** What is looked for in the store; several points of one metric are one name, as often as there are points. */
  items: string[];
  path: string;
  contentType: 'application/json' | 'application/x-protobuf';
  body: Uint8Array;
}

/** Every call says that it read as many. */
export const TOKENS_PER_CALL = 7;
/** The session of the calls that events tell of, apart from those of spans. */
export const eventSession = (round: string) => `${round} events`;

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** Makes requests of a round; spans whose parent comes with a later request are kept in between. */
export function createBatchMaker(round: string): () => Batch {
  const open: MadeSpan[] = [];
  const makers: Record<Signal, (id: string) => Omit<Batch, 'id' | 'round' | 'signal'>> = {
    traces: () => tracesOf(round, open),
    logs: (id) => logsOf(round, id),
    metrics: (id) => metricsOf(round, id),
    events: (id) => eventsOf(round, id),
  };
  return () => {
    const id = hex(8);
    const signal = SIGNALS[Math.max(0, randomInt(-2, SIGNALS.length))] as Signal;
    return { id, round, signal, ...makers[signal](id) };
  };
}

/** One to three traces, some of which end in a later request: parents end last. */
function tracesOf(round: string, open: MadeSpan[]) {
  const spans = open.splice(0);
  for (let i = randomInt(1, 4); i > 0; i--) {
    const traceId = hex(16);
    const rootId = hex(8);
    const run = { 'session.id': round, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'witness' };
    const call = {
      'session.id': round,
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': TOKENS_PER_CALL,
    };
    for (let calls = randomInt(1, 6); calls > 0; calls--)
      spans.push({ traceId, spanId: hex(8), parentSpanId: rootId, name: 'call', attributes: call });
    (randomInt(2) === 0 ? spans : open).push({ traceId, spanId: rootId, name: 'run', attributes: run });
  }
  return {
    items: spans.map(({ traceId, spanId }) => `${traceId}:${spanId}`),
    path: '/v1/traces',
    contentType: 'application/x-protobuf' as const,
    body: encodeTraceRequest(traceRequest(spans)),
  };
}

function logsOf(round: string, id: string) {
  const items = Array.from({ length: randomInt(1, 6) }, (_, i) => `${id}.${i}`);
  const request = logRequest(
    items.map((message) => ({ message })),
    { 'service.name': round },
  );
  return { items, path: '/v1/logs', contentType: 'application/x-protobuf' as const, body: encodeLogsRequest(request) };
}

function metricsOf(round: string, id: string) {
  const items = Array.from({ length: randomInt(1, 6) }, () => id);
  const dataPoints = items.map((_, i) => ({ attributes: keyValues({ place: `p${i}` }), timeUnixNano: nanosAt(i), asDouble: 1 }));
  const request = metricRequest([{ name: id, gauge: { dataPoints } }], { 'service.name': round });
  return { items, path: '/v1/metrics', contentType: 'application/json' as const, body: Buffer.from(JSON.stringify(request)) };
}

function eventsOf(round: string, id: string) {
  const items = Array.from({ length: randomInt(1, 6) }, (_, i) => `${id}.${i}`);
  const events = items.map((message, i) => ({
    agent_id: 'witness',
    run_id: id,
    session_id: eventSession(round),
    event_type: i === 0 ? 'run_started' : 'llm_call',
    model: 'gpt-4o',
    ...(i === 0 ? {} : { input_tokens: TOKENS_PER_CALL }),
    timestamp: new Date(METRIC_START_MS + i * 1000).toISOString(),
    message,
    dedupe_key: message,
  }));
  return { items, path: '/api/obs/ingest/events', contentType: 'application/json' as const, body: Buffer.from(JSON.stringify({ events })) };
}
