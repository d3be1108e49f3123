/** What a person meets at the first start, with and without a headless set-up, in both modes. */
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import type { Me } from '@sightglass/contract/routes/workspace';
import protobuf from 'protobufjs/minimal.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { createClient, eventually } from './apiClient.ts';
import { type Ended, HEADLESS, OWNER, type Program, runToEnd, START_MS_MAX, startProgram, temporaryDirectory } from './startProgram.ts';

const TRACE = 'f1'.repeat(16);
const SPAN = { traceId: TRACE, spanId: '01'.repeat(8), name: 'first' } as const;
const WRONG_KEY = `sg_${'wrong'.repeat(8)}`;

/** The session that an answer begins, as a browser would send it back. */
const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
const meWith = (address: string, cookie: string) => fetch(`${address}/api/obs/me`, { headers: { cookie } });

/** `fetch` does not let a Host be set. */
function statusForHost(address: string, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(address + path, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** The open paths of either mode. */
async function expectOpenDoors(address: string): Promise<void> {
  for (const path of ['/healthz', '/readyz']) expect((await fetch(address + path)).status).toBe(200);
  const page = await fetch(`${address}/`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  const script = /<script type="module"[^>]* src="([^"]+)"/.exec(await page.text())?.[1];
  expect((await fetch(address + script)).status).toBe(200);
}

describe('on this machine alone (local mode)', () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram();
  }, START_MS_MAX);

  test('the start prints the address, a sign-in link and what to paste', () => {
    expect(program.stdout()).toContain(`Sightglass is ready at ${program.address}`);
    expect(program.stdout()).toContain(`${program.address}/sign-in/link?token=`);
    expect(program.stdout()).toContain(`export OTEL_EXPORTER_OTLP_ENDPOINT=${program.address}`);
    expect(program.stdout()).toContain(program.dataDir);
  });

  test('the printed link signs the owner in once', async () => {
    const link = /http:\S+\/sign-in\/link\?token=\S+/.exec(program.stdout())?.[0] ?? '';
    const first = await fetch(link, { redirect: 'manual' });
    expect(first.status).toBe(303);
    expect(first.headers.get('location')).toBe('/');
    expect(first.headers.getSetCookie().join()).toMatch(/HttpOnly/i);
    const me = (await (await meWith(program.address, cookieOf(first))).json()) as Me;
    expect(me).toMatchObject({ user: { email: 'owner@localhost' }, workspace: { slug: 'default' }, auth_mode: 'local' });
    expect([...me.scopes].sort()).toEqual(['admin', 'govern', 'ingest', 'instance', 'read']);

    const second = await fetch(link, { redirect: 'manual' });
    expect(second.headers.get('location')).toBe('/sign-in?error=link');
    expect((await meWith(program.address, cookieOf(second))).status).toBe(401);
  });

  test('telemetry from loopback needs no key, reading does', async () => {
    const anyone = createClient(program);
    expect((await anyone.sendSpans([SPAN])).status).toBe(200);
    expect((await anyone.send('/api/obs/traces')).status).toBe(401);
  });

  test('a wrong key is refused even where none is needed', async () => {
    expect((await createClient(program, WRONG_KEY).sendSpans([SPAN])).status).toBe(401);
  });

  test('a Host that is no loopback name is refused', async () => {
    for (const path of ['/', '/api/obs/me']) expect(await statusForHost(program.address, path, 'sightglass.example.com')).toBe(403);
    expect(await statusForHost(program.address, '/', 'localhost')).toBe(200);
  });

  test('health and the UI are open', () => expectOpenDoors(program.address));

  test('a second process on the same directory is told who has it, and the first is not disturbed', async () => {
    const second = await runToEnd({ dataDir: program.dataDir });
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(program.dataDir);
    expect(second.stderr).toMatch(/process \d+/);
    expect((await fetch(`${program.address}/readyz`)).status).toBe(200);
  });

  test('flags that do not exist and settings that make no sense are refused with words', async () => {
    const [flag, mode] = await Promise.all([runToEnd({ flags: ['--prot', '1'] }), runToEnd({ env: { SIGHTGLASS_AUTH: 'none' } })]);
    expect(flag).toMatchObject({ code: 1, stdout: '' });
    expect(flag.stderr).toContain('--prot');
    expect(flag.stderr).toContain('Usage: sightglass start');
    expect(mode.code).toBe(1);
    expect(mode.stderr).toContain('SIGHTGLASS_AUTH must be local or required');
  });
});

describe('set up without a person (required mode)', () => {
  const env = { ...HEADLESS, SIGHTGLASS_AUTH: 'required' };
  const dataDir = temporaryDirectory();
  let refused: Ended;
  let program: Program;
  beforeAll(async () => {
    refused = await runToEnd({ dataDir, env: { ...env, SIGHTGLASS_INIT_API_KEY: 'secret-but-short' } });
    program = await startProgram({ dataDir, env });
  }, 2 * START_MS_MAX);

  test('a key of the wrong form is refused with words, and the directory is free for the next try', () => {
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('SIGHTGLASS_INIT_API_KEY must be sg_ and at least 32');
    expect(refused.stderr).not.toContain('secret-but-short');
  });

  const signIn = (password: string) => createClient(program).postJson('/api/auth/sign-in/email', { email: OWNER.email, password });

  test('no link is printed, and the snippet says where the key goes', () => {
    expect(program.stdout()).not.toContain('/sign-in/link');
    expect(program.stdout()).toContain('OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer');
    expect(program.stdout()).not.toContain(OWNER.key);
  });

  test('the owner signs in with the password, and with no other', async () => {
    const answer = await signIn(OWNER.password);
    expect(answer.status).toBe(200);
    const me = (await (await meWith(program.address, cookieOf(answer))).json()) as Me;
    expect(me).toMatchObject({ user: { email: OWNER.email }, workspace: { slug: OWNER.workspace }, auth_mode: 'required' });
    expect((await signIn('not the password')).status).toBe(401);
  });

  test('the key sends and reads', async () => {
    const client = createClient(program, OWNER.key);
    expect(await client.get<Me>('/api/obs/me')).toMatchObject({ user: null, scopes: ['ingest', 'read', 'govern', 'admin', 'instance'] });
    expect((await client.sendSpans([SPAN])).status).toBe(200);
    await eventually(async () => expect((await client.trace(TRACE)).spans).toHaveLength(1));
  });

  test('without a key telemetry is refused by a Status in the request’s own encoding', async () => {
    const anyone = createClient(program);
    for (const client of [anyone, createClient(program, WRONG_KEY)]) {
      const asProtobuf = await client.sendSpans([SPAN]);
      expect([asProtobuf.status, asProtobuf.headers.get('content-type')]).toEqual([401, 'application/x-protobuf']);
      const reader = protobuf.Reader.create(new Uint8Array(await asProtobuf.arrayBuffer()));
      expect([reader.uint32() >>> 3, reader.int32(), reader.uint32() >>> 3]).toEqual([1, 16, 2]);
      expect(reader.string()).toMatch(/key/);
      const asJson = await client.postJson('/v1/traces', { resourceSpans: [] });
      expect([asJson.status, asJson.headers.get('content-type')]).toEqual([401, 'application/json']);
      expect(await asJson.json()).toEqual({ code: 16, message: expect.stringMatching(/key/) as string });
    }
  });

  test('health and the UI are open, and any host name is served', async () => {
    await expectOpenDoors(program.address);
    expect(await statusForHost(program.address, '/', 'sightglass.example.com')).toBe(200);
  });

  test(
    'a busy port is named, and the directory is free for the next start',
    async () => {
      expect((await program.stop()).code).toBe(0);
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const elsewhere = await runToEnd({ dataDir, env, flags: ['--port', String(port)] });
      other.close();
      expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
      expect(elsewhere.stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
      expect(elsewhere.stderr).toContain('--port');
    },
    START_MS_MAX,
  );

  test(
    'a later start finds the owner and leaves other set-up variables aside',
    async () => {
      const otherKey = `sg_${'other'.repeat(8)}`;
      const others = { SIGHTGLASS_INIT_EMAIL: 'eve@example.com', SIGHTGLASS_INIT_PASSWORD: 'another password', SIGHTGLASS_INIT_API_KEY: otherKey };
      program = await startProgram({ dataDir, env: { ...env, ...others } });
      expect((await signIn(OWNER.password)).status).toBe(200);
      expect((await createClient(program, otherKey).send('/api/obs/me')).status).toBe(401);
      expect((await createClient(program, OWNER.key).trace(TRACE)).spans).toHaveLength(1);
    },
    START_MS_MAX,
  );
});
