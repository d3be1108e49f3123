/**
 * Runs a made-up request through the pipeline of traces before the first real one comes: the runtime compiles what runs
 * often, and until it has, a request of 512 spans is answered after most of a second instead of a few milliseconds.
 * Nothing of it is kept.
 */
import { randomBytes } from 'node:crypto';
import type { Pipeline } from './pipeline.ts';

const REQUESTS = 40;
const TRACES = 64;
const NS_PER_MS = 1_000_000n;

/** Stops when it is done, or when `isWanted` says that there is real work, which warms as well. Pauses after each request. */
export async function warmUp(traces: Pipeline, nowMs: number, isWanted: () => boolean): Promise<void> {
  const body = madeUpRequest(nowMs);
  for (let i = 0; i < REQUESTS && isWanted(); i++) {
    traces({ signal: 'traces', workspaceId: '', receivedAtMs: nowMs, source: '', body, contentType: 'protobuf', encoding: 'identity' });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** An OTLP export request in protobuf (opentelemetry/proto/trace/v1): agents that call a model and a tool, as GenAI conventions have it. */
export function madeUpRequest(nowMs: number): Buffer {
  const spans: Buffer[] = [];
  for (let i = 0; i < TRACES; i++) {
    const traceId = randomBytes(16);
    const agent = randomBytes(8);
    const text = `What became of order ${i}, and when does it arrive?`;
    spans.push(
      span(nowMs, traceId, agent, undefined, 'invoke_agent planner', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' }),
      span(nowMs, traceId, randomBytes(8), agent, 'chat gpt-4o', {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.response.model': 'gpt-4o-2024-08-06',
        'gen_ai.usage.input_tokens': 1200 + i,
        'gen_ai.usage.output_tokens': 80,
        'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: text }] }]),
        'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: `Order ${i} arrives on Friday.` }] }]),
      }),
      span(nowMs, traceId, randomBytes(8), agent, 'execute_tool look_up', {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'look_up',
        'gen_ai.tool.call.arguments': `{"order":${i}}`,
      }),
      span(nowMs, traceId, randomBytes(8), agent, 'GET', { 'http.request.method': 'GET', 'http.response.status_code': 200 }),
    );
  }
  const resource = field(1, field(1, attribute('service.name', 'warm-up')));
  const scope = field(1, field(1, Buffer.from('warm-up')));
  return field(1, resource, field(2, scope, ...spans.map((bytes) => field(2, bytes))));
}

function span(
  nowMs: number,
  traceId: Buffer,
  spanId: Buffer,
  parent: Buffer | undefined,
  name: string,
  attributes: Record<string, string | number>,
): Buffer {
  const startNs = BigInt(nowMs) * NS_PER_MS;
  return Buffer.concat([
    field(1, traceId),
    field(2, spanId),
    ...(parent === undefined ? [] : [field(4, parent)]),
    field(5, Buffer.from(name)),
    varint((6 << 3) | 0),
    varint(1),
    fixed64(7, startNs),
    fixed64(8, startNs + 20n * NS_PER_MS),
    ...Object.entries(attributes).map(([key, value]) => field(9, attribute(key, value))),
  ]);
}

function attribute(key: string, value: string | number): Buffer {
  const any = typeof value === 'string' ? field(1, Buffer.from(value)) : Buffer.concat([varint((3 << 3) | 0), varint(value)]);
  return Buffer.concat([field(1, Buffer.from(key)), field(2, any)]);
}

/** A length-delimited field (wire type 2). */
function field(number: number, ...contents: Buffer[]): Buffer {
  const length = contents.reduce((sum, { length: bytes }) => sum + bytes, 0);
  return Buffer.concat([varint((number << 3) | 2), varint(length), ...contents]);
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint((number << 3) | 1), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}
