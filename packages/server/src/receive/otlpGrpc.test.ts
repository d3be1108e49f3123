import { connect, type IncomingHttpHeaders } from 'node:http2';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import type { ApiKeyId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/routes/defineRoute';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppVariables } from '../http/appTypes.ts';
import { createAuthenticate, createIdentify } from '../http/authenticate.ts';
import type { Frame } from '../journal/frame.ts';
import { CannotListen } from '../listen.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { recordedBodies } from '../../test/otlpFixtures.ts';
import { inflateBody } from './inflate.ts';
import { BODY_BYTES_MAX } from './limits.ts';
import { startOtlpGrpc } from './otlpGrpc.ts';
import { otlpHttpRoutes } from './otlpHttp.ts';
import type { Receiver } from './receiver.ts';
import { createRefusalLog } from './refusals.ts';
import { createGrpcExporter, type GrpcExporter } from './testing/grpcExporter.ts';
import { createInlineReceiver } from './testing/inlineReceiver.ts';
import { metricRequest, nanosAt } from './testing/metricRequests.ts';
import { encodeMetricRequest } from './testing/metricWriter.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const workspace = testWorkspace('mine');
const first = testWorkspace('first');
const KEY = `sg_${'k'.repeat(32)}`;
const READ_KEY = `sg_${'r'.repeat(32)}`;
const BUSY_KEY = `sg_${'b'.repeat(32)}`;
const SCOPES: Readonly<Record<string, Scope[]>> = { [KEY]: ['ingest'], [READ_KEY]: ['read'], [BUSY_KEY]: ['ingest'] };
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

const access = (mode: 'local' | 'required') => ({
  keys: {
    authenticate: async (key: string) =>
      SCOPES[key] === undefined
        ? undefined
        : ({ kind: 'key', workspaceId: workspace, scopes: new Set(SCOPES[key]), keyId: key as ApiKeyId } as const),
    admit: (keyId: ApiKeyId) => (keyId === (BUSY_KEY as ApiKeyId) ? 6_500 : 0),
  },
  sessions: { find: () => Promise.resolve(undefined), forget: () => undefined },
  mode,
  firstWorkspaceId: first,
});

const started: { stop(graceMs: number): Promise<void> }[] = [];
const exporters: GrpcExporter[] = [];
afterEach(async () => {
  for (const exporter of exporters.splice(0)) exporter.close();
  for (const server of started.splice(0)) await server.stop(0);
});

async function start(options: { mode?: 'local' | 'required'; receiver?: Receiver; backlogBytes?: number } = {}) {
  const receiver = createInlineReceiver();
  const refusals = createRefusalLog(() => NOW_MS);
  const faults: unknown[] = [];
  const server = await startOtlpGrpc('127.0.0.1', 0, {
    identify: createIdentify(access(options.mode ?? 'required')),
    receiver: options.receiver ?? receiver,
    refusals,
    backlogBytes: () => options.backlogBytes ?? 0,
    backlogBytesMax: 100,
    nowMs: () => NOW_MS,
    onFault: (message, error) => faults.push([message, error]),
  });
  started.push(server);
  const exporter = (channel: Parameters<typeof createGrpcExporter>[1] = {}) => {
    const made = createGrpcExporter(server.port, channel);
    exporters.push(made);
    return made;
  };
  return { ...server, frames: receiver.frames, refusals, faults, exporter };
}

const bearer = { authorization: `Bearer ${KEY}` };
const oneGauge = encodeMetricRequest(metricRequest([{ name: 'g', gauge: { dataPoints: [{ timeUnixNano: nanosAt(1), asInt: '1' }] } }]));

/** Over HTTP, through the real routes. */
async function overHttp(path: string, body: Uint8Array<ArrayBuffer>): Promise<{ frames: Frame[]; answer: Buffer }> {
  const receiver = createInlineReceiver();
  const app = new OpenAPIHono<{ Variables: AppVariables }>();
  otlpHttpRoutes(app, {
    receiver,
    refusals: createRefusalLog(() => NOW_MS),
    authenticate: createAuthenticate(access('required')),
    backlogBytes: () => 0,
    backlogBytesMax: 100,
    nowMs: () => NOW_MS,
  });
  const answer = await app.request(path, { method: 'POST', headers: { ...bearer, 'content-type': 'application/x-protobuf' }, body });
  return { frames: receiver.frames, answer: Buffer.from(await answer.arrayBuffer()) };
}

describe('the two doors', () => {
  it.each([
    ['traces', 'openai-agents-agent'],
    ['traces', 'collector-batch-mixed'],
    ['logs', 'otel-openai-agent'],
    ['metrics', 'plain-otel-metrics-app'],
    ['metrics', 'plain-otel-metrics-host'],
  ] as const)('journal the same rows for recorded %s of %s, plain and gzip', async (signal, group) => {
    const bodies = recordedBodies(group, signal);
    expect(bodies.length).toBeGreaterThan(0);
    for (const gzip of [false, true]) {
      const { exporter, frames } = await start();
      const client = exporter({ gzip });
      for (const { body, encoding } of bodies) {
        const plain = new Uint8Array(inflateBody(body, encoding));
        frames.length = 0;
        const answer = await client.send(signal, plain, bearer);
        const http = await overHttp(`/v1/${signal}`, plain);
        expect(answer).toEqual({ ok: true, message: http.answer });
        expect(frames).toEqual(http.frames.map((frame) => ({ ...frame, source: 'otlp/grpc' })));
        expect(frames[0]).toMatchObject({ workspaceId: workspace, receivedAtMs: NOW_MS });
      }
    }
  });

  it('answer a partial success in the same bytes', async () => {
    const request = encodeMetricRequest(
      metricRequest([{ name: 'g', gauge: { dataPoints: [{ asInt: '1' }, { timeUnixNano: nanosAt(1), asInt: '1' }] } }]),
    );
    const { exporter, refusals } = await start();
    const { answer } = await overHttp('/v1/metrics', new Uint8Array(request));
    expect(answer.toString()).toContain('the time is missing');
    expect(await exporter().send('metrics', request, bearer)).toEqual({ ok: true, message: answer });
    expect(refusals.of(workspace)).toMatchObject([{ path: 'grpc MetricsService/Export', status: 200, code: 'partial-success' }]);
  });

  it('take an empty request', async () => {
    const { exporter, frames } = await start();
    expect(await exporter().send('traces', new Uint8Array(0), bearer)).toEqual({ ok: true, message: Buffer.alloc(0) });
    expect(frames).toEqual([]);
  });
});

describe('a key in the metadata', () => {
  it.each([
    ['Bearer', { authorization: `Bearer ${KEY}` }],
    ['bearer in small letters', { authorization: `bearer ${KEY}` }],
    ['bare', { authorization: KEY }],
    ['the password of Basic', { authorization: `Basic ${Buffer.from(`user:${KEY}`).toString('base64')}` }],
    ['x-api-key', { 'x-api-key': KEY }],
  ])('is taken as %s', async (_form, metadata) => {
    const { exporter, frames } = await start();
    expect(await exporter().send('metrics', oneGauge, metadata)).toMatchObject({ ok: true });
    expect(frames).toHaveLength(1);
  });

  it.each([
    ['none', {}, status.UNAUTHENTICATED, 'not-signed-in', null],
    ['a wrong one', { authorization: `Bearer sg_${'x'.repeat(32)}` }, status.UNAUTHENTICATED, 'wrong-credentials', null],
    ['one that may only read', { authorization: `Bearer ${READ_KEY}` }, status.PERMISSION_DENIED, 'missing-scope', workspace],
    ['a cookie', { cookie: 'session=1' }, status.UNAUTHENTICATED, 'not-signed-in', null],
  ])('that is %s is refused for good, and noted', async (_what, metadata, code, errorCode, workspaceId) => {
    const { exporter, frames, refusals } = await start();
    expect(await exporter().send('traces', oneGauge, metadata)).toMatchObject({ ok: false, code, retryInfo: undefined });
    expect(frames).toEqual([]);
    expect(refusals.of(workspace)).toMatchObject([{ workspaceId, path: 'grpc TraceService/Export', code: errorCode, count: 1 }]);
  });

  it('over its rate is refused with the time to wait', async () => {
    const { exporter } = await start();
    expect(await exporter().send('traces', oneGauge, { authorization: `Bearer ${BUSY_KEY}` })).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      retryInfo: `${RETRY_INFO} 7s`,
    });
  });
});

describe('local mode', () => {
  it('takes telemetry of this machine without a key, for the first workspace', async () => {
    const { exporter, frames } = await start({ mode: 'local' });
    expect(await exporter().send('metrics', oneGauge)).toMatchObject({ ok: true });
    expect(frames).toMatchObject([{ workspaceId: first }]);
  });

  it('lets a wrong key decide, and refuses a foreign name', async () => {
    const { exporter } = await start({ mode: 'local' });
    expect(await exporter().send('metrics', oneGauge, { 'x-api-key': 'sg_wrong' })).toMatchObject({ code: status.UNAUTHENTICATED });
    const foreign = exporter({ 'grpc.default_authority': 'evil.example:4317' });
    expect(await foreign.send('metrics', oneGauge)).toMatchObject({
      code: status.PERMISSION_DENIED,
      details: expect.stringContaining('evil.example'),
    });
  });
});

describe('what cannot be taken', () => {
  it.each([
    ['bytes that are no request', Buffer.from('not a request'), {}],
    ['a request that is cut off', Buffer.from(oneGauge.subarray(0, -1)), {}],
  ])('%s are an invalid argument', async (_what, message, channel) => {
    const { exporter, refusals } = await start();
    expect(await exporter(channel).send('metrics', message, bearer)).toMatchObject({ code: status.INVALID_ARGUMENT, retryInfo: undefined });
    expect(refusals.of(workspace)).toMatchObject([{ workspaceId: workspace, status: 400, code: 'undecodable-body' }]);
  });

  it.each([
    ['plain', false],
    ['gzip', true],
  ])('a message is taken up to the limit and refused for good above it, %s', async (_what, gzip) => {
    const { exporter, refusals } = await start();
    const client = exporter({ gzip });
    // Zeros are no request, so at the limit it is the decoder that refuses.
    expect(await client.send('traces', Buffer.alloc(BODY_BYTES_MAX), bearer)).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(await client.send('traces', Buffer.alloc(BODY_BYTES_MAX + 1), bearer)).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: 'the body is over 64 MiB after inflating',
      retryInfo: undefined,
    });
    expect(refusals.of(workspace)[0]).toMatchObject({ status: 413, code: 'body-too-large', path: 'grpc TraceService/Export' });
  });

  it('a store that is behind is unavailable, to be tried again', async () => {
    const { exporter, frames } = await start({ backlogBytes: 101 });
    expect(await exporter().send('metrics', oneGauge, bearer)).toMatchObject({ code: status.UNAVAILABLE, retryInfo: `${RETRY_INFO} 1s` });
    expect(frames).toEqual([]);
  });

  it('a journal that cannot be written is unavailable, to be tried again', async () => {
    const receiver: Receiver = {
      receive: () => Promise.resolve({ ok: false, reason: 'unavailable', message: 'the journal cannot be written' }),
      setPolicies: () => undefined,
      close: () => Promise.resolve(),
    };
    const { exporter, refusals } = await start({ receiver });
    expect(await exporter().send('metrics', oneGauge, bearer)).toMatchObject({
      code: status.UNAVAILABLE,
      details: 'the journal cannot be written',
      retryInfo: `${RETRY_INFO} 1s`,
    });
    expect(refusals.of(workspace)).toMatchObject([{ status: 503, code: 'unavailable' }]);
  });

  it('our own fault is internal and told to the log, not to the sender', async () => {
    const receiver: Receiver = {
      receive: () => Promise.reject(new Error('secret detail')),
      setPolicies: () => undefined,
      close: () => Promise.resolve(),
    };
    const { exporter, faults } = await start({ receiver });
    expect(await exporter().send('logs', oneGauge, bearer)).toMatchObject({
      code: status.INTERNAL,
      details: 'something went wrong inside Sightglass',
    });
    expect(String(faults)).toContain('secret detail');
  });

  it('another service is unimplemented', async () => {
    const { exporter } = await start();
    expect(await exporter().call('/opentelemetry.proto.collector.profiles.v1.ProfilesService/Export', oneGauge)).toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });
});

/** What a client that minds no rules sends. `body` null: the call stays open without a message. */
function rawCall(port: number, headers: Record<string, string>, body: Buffer | null): Promise<{ status: number; message: string }> {
  const session = connect(`http://127.0.0.1:${port}`);
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    const call = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const done = (answer: IncomingHttpHeaders) => {
      if (answer['grpc-status'] === undefined) return;
      session.destroy();
      resolve({ status: Number(answer['grpc-status']), message: decodeURI(String(answer['grpc-message'])) });
    };
    call.on('error', () => undefined);
    call.on('response', done);
    call.on('trailers', done);
    if (body !== null) call.end(body);
  });
}
/** A message with its prefix: compressed or not, and its length. */
const framed = (compressed: boolean, message: Buffer, length = message.length): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(compressed ? 1 : 0, 0);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
};

describe('a client that minds no rules', () => {
  it('is refused by its metadata alone, before it sends anything', async () => {
    const { port } = await start();
    expect(await rawCall(port, {}, null)).toMatchObject({ status: status.UNAUTHENTICATED });
  });

  it.each([
    ['gzip that is none', { 'grpc-encoding': 'gzip' }, framed(true, Buffer.from('not gzip')), status.INVALID_ARGUMENT, 400],
    ['an encoding that nobody offered', { 'grpc-encoding': 'br' }, framed(true, Buffer.from('?')), status.UNIMPLEMENTED, 415],
    ['no message', {}, Buffer.alloc(0), status.INVALID_ARGUMENT, 400],
    ['a message that announces four gigabytes', {}, framed(false, Buffer.from('?'), 0xffffffff), status.RESOURCE_EXHAUSTED, 413],
    ['a gzip bomb', { 'grpc-encoding': 'gzip' }, framed(true, gzipSync(Buffer.alloc(BODY_BYTES_MAX + 1))), status.RESOURCE_EXHAUSTED, 413],
  ])('that sends %s is told so', async (_what, headers, body, code, httpStatus) => {
    const { port, refusals, frames } = await start();
    expect(await rawCall(port, { ...bearer, ...headers }, body)).toMatchObject({ status: code });
    expect(refusals.of(workspace)).toMatchObject([{ workspaceId: workspace, status: httpStatus, path: 'grpc TraceService/Export' }]);
    expect(frames).toEqual([]);
  });
});

describe('the port', () => {
  it('that is busy is told in words, with the way out', async () => {
    const occupant = createServer();
    const port = await new Promise<number>((resolve) => {
      occupant.listen(0, '127.0.0.1', () => resolve((occupant.address() as { port: number }).port));
    });
    const refused = startOtlpGrpc('127.0.0.1', port, {
      identify: createIdentify(access('required')),
      receiver: createInlineReceiver(),
      refusals: createRefusalLog(() => NOW_MS),
      backlogBytes: () => 0,
      backlogBytesMax: 100,
      nowMs: () => NOW_MS,
      onFault: () => undefined,
    });
    await expect(refused).rejects.toThrow(CannotListen);
    await expect(refused).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use. Stop what listens there, or start with --grpc-port`);
    await new Promise((resolve) => occupant.close(resolve));
  });

  it('is given back once calls in hand are answered', async () => {
    let release: (() => void) | undefined;
    let arrived: (() => void) | undefined;
    const inHand = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const receiver: Receiver = {
      receive: () => {
        arrived?.();
        return new Promise((resolve) => {
          release = () => resolve({ ok: true, accepted: 1, rejected: 0, rejectedWhy: '' });
        });
      },
      setPolicies: () => undefined,
      close: () => Promise.resolve(),
    };
    const { exporter, stop } = await start({ receiver });
    const answer = exporter().send('metrics', oneGauge, bearer);
    await inHand;
    const stopped = stop(60_000);
    release?.();
    expect(await answer).toMatchObject({ ok: true });
    await stopped;
  });
});
