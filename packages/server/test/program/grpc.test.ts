/** OTLP/gRPC into the built program and out of its API: the three signals of recorded clients, and what a person is told. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { status } from '@grpc/grpc-js';
import type { FirstTrace } from '@sightglass/contract/routes/workspace';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inflateBody } from '../../src/receive/inflate.ts';
import { decodeLogsProtobuf } from '../../src/receive/otlp/logsProtobuf.ts';
import { createGrpcExporter, type GrpcExporter } from '../../src/receive/testing/grpcExporter.ts';
import { loadTraceGroup, RECORDED_BY_MS, recordedBodies } from '../otlpFixtures.ts';
import { type Client, createClient, eventually, everythingSettled } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, runToEnd, START_MS_MAX, startProgram } from './startProgram.ts';

const env = { ...HEADLESS, SIGHTGLASS_AUTH: 'required' };
const key = { authorization: `Bearer ${OWNER.key}` };

let port: number;
let program: Program;
let client: Client;
let exporter: GrpcExporter;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

beforeAll(async () => {
  port = await freePort();
  program = await startProgram({ env, flags: ['--grpc-port', String(port)] });
  client = createClient(program, OWNER.key);
  exporter = createGrpcExporter(port, { gzip: true });
}, START_MS_MAX);
afterAll(() => exporter.close());

async function replay(group: string, signal: 'traces' | 'logs' | 'metrics'): Promise<void> {
  for (const { body, encoding } of recordedBodies(group, signal)) {
    expect(await exporter.send(signal, inflateBody(body, encoding), key)).toMatchObject({ ok: true });
  }
}

test('traces are readable, span for span', async () => {
  await replay('openai-agents-agent', 'traces');
  const { spans } = loadTraceGroup('openai-agents-agent');
  const [traceId] = new Set(spans.map((span) => span.traceId));
  await eventually(async () => {
    const trace = await client.trace(traceId ?? '');
    expect(trace.spans.map(({ span_id }) => span_id).sort()).toEqual(spans.map(({ spanId }) => spanId).sort());
  });
});

test('logs are counted, once however often they are sent', async () => {
  await replay('otel-openai-agent', 'logs');
  await replay('otel-openai-agent', 'logs');
  await everythingSettled(client);
  const sent = recordedBodies('otel-openai-agent', 'logs').flatMap(
    ({ body, encoding }) => decodeLogsProtobuf(inflateBody(body, encoding), RECORDED_BY_MS).items,
  );
  expect(sent.length).toBeGreaterThan(0);
  expect(await client.query({ source: 'logs', measures: ['logs'] })).toEqual([{ logs: sent.length }]);
});

test('metrics answer questions: a total that the last export repeats is counted once, and never added to spans', async () => {
  const tokensOfSpans = () => client.query({ source: 'spans', measures: ['input_tokens'] });
  const before = await tokensOfSpans();
  await replay('plain-otel-metrics-app', 'metrics');
  await everythingSettled(client);
  const of = (metric: string) => ({ source: 'metric_points', filters: [{ field: 'metric_name', op: '=', value: metric }] });
  expect(await client.query({ source: 'metric_points', measures: ['points'] })).toEqual([{ points: 16 }]);
  expect(await client.query({ ...of('orders.created'), measures: ['value_sum'], group_by: ['attributes.channel'] })).toEqual([
    { 'attributes.channel': 'web', value_sum: 5 },
    { 'attributes.channel': 'app', value_sum: 2 },
  ]);
  expect(await client.query({ ...of('queue.depth'), measures: ['value_last'] })).toEqual([{ value_last: 4 }]);
  expect(await client.query({ ...of('cache.hit_ratio'), measures: ['value_avg'] })).toEqual([{ value_avg: 0.875 }]);
  expect(await client.query({ ...of('checkout.latency'), measures: ['histogram_count', 'histogram_sum', 'histogram_p50'] })).toEqual([
    { histogram_count: 6, histogram_sum: 3.614, histogram_p50: 0.1 },
  ]);
  expect(await client.query({ ...of('orders.value'), measures: ['histogram_count', 'histogram_sum'] })).toEqual([
    { histogram_count: 6, histogram_sum: 595.3 },
  ]);
  expect(await client.query({ ...of('gen_ai.client.token.usage'), measures: ['histogram_sum'], group_by: ['attributes.gen_ai.token.type'] })).toEqual(
    [
      { 'attributes.gen_ai.token.type': 'input', histogram_sum: 1213 },
      { 'attributes.gen_ai.token.type': 'output', histogram_sum: 347 },
    ],
  );
  expect(await tokensOfSpans()).toEqual(before);
});

test('a person is told where gRPC listens, and what was refused there', async () => {
  expect(program.stdout()).toContain(`http://127.0.0.1:${port}`);
  expect(await exporter.send('traces', new Uint8Array(0))).toMatchObject({ code: status.UNAUTHENTICATED });
  expect(await exporter.send('logs', Buffer.from('no request'), key)).toMatchObject({ code: status.INVALID_ARGUMENT });
  const { endpoint, refusals } = await client.get<FirstTrace>('/api/obs/first-trace');
  expect(endpoint.grpc).toBe(`http://127.0.0.1:${port}`);
  expect(refusals).toMatchObject([
    { path: 'grpc LogsService/Export', status: 400, code: 'undecodable-body', count: 1 },
    { path: 'grpc TraceService/Export', status: 401, code: 'not-signed-in', count: 1 },
  ]);
});

test(
  'a busy port is named, with the way out',
  async () => {
    const elsewhere = await runToEnd({ env, flags: ['--grpc-port', String(port)] });
    expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
    expect(elsewhere.stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
    expect(elsewhere.stderr).toContain('--grpc-port (SIGHTGLASS_GRPC_PORT; 0 = off)');
  },
  START_MS_MAX,
);

test('everything stops at SIGTERM, with an exporter still connected', async () => {
  expect((await program.stop()).code).toBe(0);
  expect(await exporter.send('traces', new Uint8Array(0), key)).toMatchObject({ ok: false, code: status.UNAVAILABLE });
});
