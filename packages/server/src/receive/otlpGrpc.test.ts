import { connect, type IncomingHttpHeaders } from 'node:http2';
import { createServer } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import type { ApiKeyId } from '@sightglass/contract/ids';
import type { KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import { permissionsOfScopes, type Scope } from '@sightglass/contract/permissions';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppVariables } from '../http/appTypes.ts';
import { createAuthenticate, createIdentify } from '../http/authenticate.ts';
import { createKeyQuota } from '../apiKeys/keyQuota.ts';
import type { Frame } from '../journal/frame.ts';
import { CannotListen } from '../listen.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { recordedBodies } from '../../test/otlpFixtures.ts';
import { inflateBody } from './inflate.ts';
import { BODY_BYTES_MAX, READING_BYTES_MAX } from './limits.ts';
import { startOtlpGrpc } from './otlpGrpc.ts';
import { otlpHttpRoutes } from './otlpHttp.ts';
import type { Receiver } from './receiver.ts';
import { createRefusalLog } from './refusals.ts';
import { createSharedRoom, type SharedRoom } from './sharedRoom.ts';
import { createGrpcExporter, type GrpcExporter } from './testing/grpcExporter.ts';
import { createInlineReceiver } from './testing/inlineReceiver.ts';
import { metricRequest, nanosAt } from './testing/metricRequests.ts';
import { encodeMetricRequest } from './testing/metricWriter.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const workspace = testWorkspace('mine');
const first = testWorkspace('first');
const KEY = `sg_${'k'.repeat(32)}`;
const READ_KEY = `sg_${'r'.repeat(32)}`;
const LIMITED_KEY = `sg_${'l'.repeat(32)}`;
const SCOPES: Readonly<Record<string, Scope[]>> = { [KEY]: ['ingest'], [READ_KEY]: ['read'], [LIMITED_KEY]: ['ingest'] };
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

const access = (mode: 'local' | 'required', limit: KeyRateLimit = {}) => {
  const quota = createKeyQuota(limit, () => NOW_MS);
  const authenticate = async (key: string) => {
    if (SCOPES[key] === undefined) return undefined;
    const caller = {
      kind: 'key',
      workspaceId: workspace,
      keyName: 'a key',
      permissions: permissionsOfScopes(SCOPES[key]),
      hiddenAgents: [],
      keyId: key as ApiKeyId,
    } as const;
    return key === LIMITED_KEY ? { ...caller, quota } : caller;
  };
  const sessions = { find: () => Promise.resolve(undefined), forget: () => undefined };
  return { keys: { authenticate }, sessions, mode, firstWorkspaceId: first };
};

const started: { stop(graceMs: number): Promise<void> }[] = [];
const exporters: GrpcExporter[] = [];
afterEach(async () => {
  for (const exporter of exporters.splice(0)) exporter.close();
  for (const server of started.splice(0)) await server.stop(0);
});

interface StartOptions {
  mode?: 'local' | 'required';
  limit?: KeyRateLimit;
  receiver?: Pick<Receiver, 'receive'>;
  backlogBytes?: number;
  room?: SharedRoom;
}

async function start(options: StartOptions = {}) {
  const receiver = createInlineReceiver();
  const refusals = createRefusalLog(() => NOW_MS);
  const faults: unknown[] = [];
  const server = await startOtlpGrpc('127.0.0.1', 0, {
    identify: createIdentify(access(options.mode ?? 'required', options.limit)),
    receiver: options.receiver ?? receiver,
    refusals,
    room: options.room ?? createSharedRoom(READING_BYTES_MAX),
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
    room: createSharedRoom(READING_BYTES_MAX),
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

  it('over its rate is refused with the time to wait, and that is noted', async () => {
    const { exporter, frames, refusals } = await start({ limit: { items_per_second: 1, bytes_per_second: 10, burst_seconds: 1 } });
    const client = exporter({ gzip: true });
    const limited = { authorization: `Bearer ${LIMITED_KEY}` };
    expect(await client.send('metrics', oneGauge, limited)).toMatchObject({ ok: true });
    // Counted as it came: five bytes of prefix and the message, compressed.
    const seconds = Math.ceil((5 + gzipSync(oneGauge).length - 10 + 1) / 10);
    expect(await client.send('metrics', oneGauge, limited)).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      retryInfo: `${RETRY_INFO} ${seconds}s`,
    });
    expect(frames).toHaveLength(1);
    expect(refusals.of(workspace)).toMatchObject([{ workspaceId: workspace, status: 429, code: 'too-many-requests' }]);
  });

  it('counts the items of a message, refused ones too', async () => {
    const { exporter } = await start({ limit: { items_per_second: 1, burst_seconds: 1 } });
    const limited = { authorization: `Bearer ${LIMITED_KEY}` };
    const dataPoints = [{ asInt: '1' }, ...[1, 2, 3].map((at) => ({ timeUnixNano: nanosAt(at), asInt: '1' }))];
    const four = encodeMetricRequest(metricRequest([{ name: 'g', gauge: { dataPoints } }]));
    expect(await exporter().send('metrics', four, limited)).toMatchObject({ ok: true });
    expect(await exporter().send('metrics', oneGauge, limited)).toMatchObject({ retryInfo: `${RETRY_INFO} 4s` });
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
    const receiver: Pick<Receiver, 'receive'> = {
      receive: () => Promise.resolve({ ok: false, reason: 'unavailable', message: 'the journal cannot be written' }),
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
    const receiver: Pick<Receiver, 'receive'> = {
      receive: () => Promise.reject(new Error('secret detail')),
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
    ['deflate that is none', { 'grpc-encoding': 'deflate' }, framed(true, Buffer.from('not deflate')), status.INVALID_ARGUMENT, 400],
    ['a gzip bomb', { 'grpc-encoding': 'gzip' }, framed(true, gzipSync(Buffer.alloc(BODY_BYTES_MAX + 1))), status.RESOURCE_EXHAUSTED, 413],
    ['a deflate bomb', { 'grpc-encoding': 'deflate' }, framed(true, deflateSync(Buffer.alloc(BODY_BYTES_MAX + 1))), status.RESOURCE_EXHAUSTED, 413],
    // At the limit it is inflated; zeros are no request.
    [
      'deflate up to the limit',
      { 'grpc-encoding': 'deflate' },
      framed(true, deflateSync(Buffer.alloc(BODY_BYTES_MAX))),
      status.INVALID_ARGUMENT,
      400,
    ],
  ])('that sends %s is told so', async (_what, headers, body, code, httpStatus) => {
    const { port, refusals, frames } = await start();
    expect(await rawCall(port, { ...bearer, ...headers }, body)).toMatchObject({ status: code });
    expect(refusals.of(workspace)).toMatchObject([{ workspaceId: workspace, status: httpStatus, path: 'grpc TraceService/Export' }]);
    expect(frames).toEqual([]);
  });
});

describe('messages on their way', () => {
  /** A call that has sent what it announces but for the last byte, and waits. */
  async function slowCall(port: number, bytes: number): Promise<() => void> {
    const session = connect(`http://127.0.0.1:${port}`);
    session.on('error', () => undefined);
    const call = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...bearer,
    });
    call.on('error', () => undefined);
    await new Promise<void>((resolve) => call.write(framed(false, Buffer.alloc(bytes - 1), bytes), () => resolve()));
    return () => session.destroy();
  }

  it('of all connections share one room with other doors; what has none is to be sent again', async () => {
    let held = 0;
    const shared = createSharedRoom(4_000);
    const room: SharedRoom = {
      take: (holder, bytes) => {
        const taken = shared.take(holder, bytes);
        if (taken) held += bytes;
        return taken;
      },
      give: (holder, bytes) => {
        held -= bytes;
        shared.give(holder, bytes);
      },
    };
    const { port, exporter, refusals } = await start({ room });
    const hangUps = await Promise.all([slowCall(port, 900), slowCall(port, 900)]);
    await expect.poll(() => held).toBe(2 * (5 + 899));
    expect(await exporter().send('traces', Buffer.alloc(900), bearer)).toMatchObject({
      code: status.UNAVAILABLE,
      details: 'too many requests are being read; try again',
      retryInfo: `${RETRY_INFO} 1s`,
    });
    expect(refusals.of(workspace)).toMatchObject([{ workspaceId: workspace, status: 503, code: 'unavailable', count: 1 }]);
    // Another workspace finds room at the same time.
    expect(shared.take('wsp_other', 1_000)).toBe(true);
    shared.give('wsp_other', 1_000);
    for (const hangUp of hangUps) hangUp();
    await expect.poll(() => held).toBe(0);
    expect(await exporter().send('metrics', oneGauge, bearer)).toMatchObject({ ok: true });
    await expect.poll(() => held).toBe(0);
  });

  it('reach the receiver as they were sent, to be inflated there', async () => {
    const taken: { bytes: number; encoding: string }[] = [];
    const receiver: Pick<Receiver, 'receive'> = {
      receive: async ({ body, encoding }) => {
        taken.push({ bytes: body.byteLength, encoding });
        return { ok: true, accepted: 0, rejected: 0, rejectedWhy: '' };
      },
    };
    const { exporter } = await start({ receiver });
    const zeros = Buffer.alloc(1_000_000);
    expect(await exporter({ gzip: true }).send('traces', zeros, bearer)).toMatchObject({ ok: true });
    expect(taken).toEqual([{ bytes: gzipSync(zeros).length, encoding: 'gzip' }]);
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
      room: createSharedRoom(READING_BYTES_MAX),
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
    const receiver: Pick<Receiver, 'receive'> = {
      receive: () => {
        arrived?.();
        return new Promise((resolve) => {
          release = () => resolve({ ok: true, accepted: 1, rejected: 0, rejectedWhy: '' });
        });
      },
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
