import { gzipSync } from 'node:zlib';
import type { ApiKeyId } from '@sightglass/contract/ids';
import type { KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import protobuf from 'protobufjs/minimal.js';
import { permissionsOfScopes } from '@sightglass/contract/permissions';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createApp } from '../http/app.ts';
import { refuseForeignHosts } from '../http/authenticate.ts';
import { webAppRoutes } from '../http/webApp.ts';
import type { Caller } from '../access/caller.ts';
import { createKeyQuota } from '../apiKeys/keyQuota.ts';
import { ok } from '../result.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { BODY_BYTES_MAX, READING_BYTES_MAX } from './limits.ts';
import { otlpHttpRoutes } from './otlpHttp.ts';
import type { Receiver } from './receiver.ts';
import { createRefusalLog } from './refusals.ts';
import { createSharedRoom } from './sharedRoom.ts';
import { createInlineReceiver } from './testing/inlineReceiver.ts';
import { traceRequest } from './testing/traceRequests.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 9);
const workspace = testWorkspace('otlp');
const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

interface Options {
  limit?: KeyRateLimit;
  mode?: 'local' | 'required';
  receive?: Receiver['receive'];
  backlogBytes?: number;
}

function program({ limit, mode = 'required', receive, backlogBytes = 0 }: Options = {}) {
  const time = { nowMs: NOW_MS };
  const quota = limit === undefined ? undefined : createKeyQuota(limit, () => time.nowMs);
  const caller: Caller = {
    kind: 'key',
    keyId: 'key_a' as ApiKeyId,
    workspaceId: workspace,
    keyName: 'a key',
    permissions: permissionsOfScopes(['ingest']),
    hiddenAgents: [],
    address: null,
    ...(quota === undefined ? {} : { quota }),
  };
  const authenticate = async () => ok(caller);
  const receiver = createInlineReceiver();
  const refusals = createRefusalLog(() => time.nowMs);
  const app = createApp({ log: pino({ level: 'silent' }), authenticate });
  app.use('*', refuseForeignHosts(mode));
  otlpHttpRoutes(app, {
    receiver: receive === undefined ? receiver : { receive },
    refusals,
    authenticate,
    room: createSharedRoom(READING_BYTES_MAX),
    backlogBytes: () => backlogBytes,
    backlogBytesMax: 100,
    nowMs: () => time.nowMs,
  });
  webAppRoutes(app);
  const post = (body: BodyInit, headers: Record<string, string> = JSON_TYPE, path = '/v1/traces') =>
    app.request(path, { method: 'POST', body, headers });
  return { app, post, refusals, time, frames: receiver.frames };
}

let made = 0;
/** Spans that were never sent before. */
const spans = (count: number) =>
  JSON.stringify(traceRequest(Array.from({ length: count }, () => ({ traceId: 'a'.repeat(32), spanId: (++made).toString(16).padStart(16, '0') }))));

/** Code and message of a google.rpc.Status. */
function statusOf(bytes: ArrayBuffer): { code: number; message: string } {
  const reader = protobuf.Reader.create(new Uint8Array(bytes));
  const status = { code: 0, message: '' };
  while (reader.pos < reader.len) {
    const field = reader.uint32() >>> 3;
    if (field === 1) status.code = reader.int32();
    else status.message = reader.string();
  }
  return status;
}

describe('a key without a rate limit', () => {
  it('is told nothing of limits and never waits', async () => {
    const { post } = program();
    for (let i = 0; i < 50; i++) {
      const answer = await post(spans(100));
      expect(answer.status).toBe(200);
      expect(answer.headers.has('ratelimit')).toBe(false);
      expect(answer.headers.has('ratelimit-policy')).toBe(false);
    }
  });
});

describe('a key with a rate limit', () => {
  it('by items is told what is left, may go into debt once, and waits for it', async () => {
    const { post, refusals, time, frames } = program({ limit: { items_per_second: 10, burst_seconds: 2 } });
    const taken = await post(spans(25));
    expect(taken.status).toBe(200);
    expect(taken.headers.get('ratelimit-policy')).toBe('"items";q=20;w=2;qu="items"');
    expect(taken.headers.get('ratelimit')).toBe('"items";r=0;t=1');
    const refused = await post(spans(1));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('ratelimit')).toBe('"items";r=0;t=1');
    expect(await refused.json()).toEqual({ code: 8, message: 'The rate limit of this key is reached; wait 1 s.' });
    expect(refusals.of(workspace)).toMatchObject([{ workspaceId: workspace, status: 429, code: 'too-many-requests' }]);
    expect(frames).toHaveLength(1);
    time.nowMs += 1_000;
    expect((await post(spans(1))).status).toBe(200);
  });

  it('by items pays for refused ones, too', async () => {
    const { post } = program({ limit: { items_per_second: 1, burst_seconds: 10 } });
    const wrong = traceRequest(Array.from({ length: 12 }, () => ({ traceId: '0'.repeat(32), spanId: 'b'.repeat(16) })));
    expect((await post(JSON.stringify(wrong))).status).toBe(200);
    expect((await post(spans(1))).headers.get('retry-after')).toBe('3');
  });

  it('by bytes pays for the body as it was sent, whatever became of it', async () => {
    const body = gzipSync(spans(500));
    const { post } = program({ limit: { bytes_per_second: 100, burst_seconds: 1 } });
    expect((await post(new Uint8Array(body), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await post(spans(1))).headers.get('retry-after')).toBe(String(Math.ceil((body.byteLength - 100 + 1) / 100)));
    const other = program({ limit: { bytes_per_second: 100, burst_seconds: 1 } });
    expect((await other.post('x'.repeat(500))).status).toBe(400);
    expect((await other.post(spans(1))).status).toBe(429);
  });

  it('by requests is counted here once', async () => {
    const { post } = program({ limit: { requests_per_minute: 2 } });
    expect([(await post(spans(1))).status, (await post(spans(1))).status]).toEqual([200, 200]);
    const refused = await post(spans(1), PROTOBUF_TYPE);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(statusOf(await refused.arrayBuffer())).toMatchObject({ code: 8 });
  });

  it('does not pay for what is refused before it is read', async () => {
    const { post } = program({ limit: { requests_per_minute: 1 }, backlogBytes: 101 });
    for (let i = 0; i < 3; i++) expect((await post(spans(1))).status).toBe(503);
  });
});

describe('every failure is a Status in the encoding of the request', () => {
  const paths = ['/v1/traces', '/v1/logs', '/v1/metrics', '/api/public/otel/v1/traces', '/otel/v1/traces'];
  it.each([
    ...paths.map((path) => [`GET ${path}`, path, 'GET', 405, 12] as const),
    ...['/v1/nothing', '/v1', '/v1/traces/more', '/otel/v1/logs', '/api/public/otel/v1/other'].flatMap((path) =>
      (['POST', 'GET'] as const).map((method) => [`${method} ${path}`, path, method, 404, 5] as const),
    ),
  ])('%s', async (_what, path, method, status, code) => {
    const { app } = program();
    for (const headers of [JSON_TYPE, PROTOBUF_TYPE]) {
      const answer = await app.request(path, { method, headers });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe(headers['content-type']);
      const told = headers === JSON_TYPE ? ((await answer.json()) as { code: number; message: string }) : statusOf(await answer.arrayBuffer());
      expect(told).toMatchObject({ code, message: expect.stringMatching(/./) as string });
      expect(answer.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
    }
  });

  it('a foreign host in local mode', async () => {
    const { post, app } = program({ mode: 'local' });
    const headers = { host: 'evil.example' };
    const answer = await post(spans(1), { ...PROTOBUF_TYPE, ...headers });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toBe('application/x-protobuf');
    expect(statusOf(await answer.arrayBuffer())).toMatchObject({ code: 7, message: expect.stringContaining('evil.example') as string });
    const elsewhere = await app.request('/api/obs/traces', { headers });
    expect(elsewhere.headers.get('content-type')).toBe('application/problem+json');
  });

  it('our own fault', async () => {
    const { post } = program({ receive: () => Promise.reject(new Error('secret detail')) });
    const answer = await post(spans(1), PROTOBUF_TYPE);
    expect(answer.status).toBe(500);
    const told = statusOf(await answer.arrayBuffer());
    expect(told.code).toBe(13);
    expect(told.message).not.toContain('secret');
    expect(told.message).toContain(answer.headers.get('x-trace-id'));
  });

  it('a body just over the limit, and none just under', async () => {
    const { post } = program();
    expect((await post(new Uint8Array(BODY_BYTES_MAX), PROTOBUF_TYPE)).status).toBe(400);
    const over = await post(new Uint8Array(BODY_BYTES_MAX + 1), PROTOBUF_TYPE);
    expect(over.status).toBe(413);
    expect(statusOf(await over.arrayBuffer())).toMatchObject({ code: 3 });
  });
});
