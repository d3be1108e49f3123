/** The API as outside programs meet it: how it refuses, what it keeps apart, and what its document promises. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Problem } from '@sightglass/contract/routes/defineRoute';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, eventually } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const TRACE = randomBytes(16).toString('hex');
const SPAN = 'ab'.repeat(8);

let program: Program;
let owner: Client;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  owner = createClient(program, OWNER.key);
  await owner.sendSpans([{ traceId: TRACE, spanId: SPAN, name: 'ours' }]);
  await eventually(() => owner.trace(TRACE));
}, START_MS_MAX);

/** A new key of the owner's workspace, or of another one. */
async function keyWith(scopes: readonly string[], slug: string = OWNER.workspace): Promise<Client> {
  const { key } = await owner.post<{ key: string }>(`/api/obs/workspaces/${slug}/api-keys`, { name: scopes.join(), scopes });
  return createClient(program, key);
}

async function expectProblem(answer: Response, status: number, code: string): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as Problem;
  expect(problem).toMatchObject({ status, code, type: `/docs/errors/${code}`, trace_id: answer.headers.get('x-trace-id') });
  expect(answer.status).toBe(status);
  expect(problem.detail.length).toBeGreaterThan(10);
  return problem;
}

describe('refusals are problem+json', () => {
  test.each([
    ['/api/obs/traces?limit=501', '?limit'],
    ['/api/obs/traces?limit=0', '?limit'],
    ['/api/obs/traces?from=yesterday', '?from'],
    ['/api/obs/traces?to=2026-13-45T99:00:00Z', '?to'],
    ['/api/obs/traces?min_cost_usd=-1', '?min_cost_usd'],
    ['/api/obs/traces?status=sad', '?status'],
    ['/api/obs/traces?sort=name', '?sort'],
    ['/api/obs/traces?cursor=nonsense', '?cursor'],
  ])('400 for %s names %s', async (path, pointer) => {
    const { errors } = await expectProblem(await owner.send(path), 400, 'invalid-request');
    expect(errors).toEqual([{ pointer, message: expect.stringMatching(/./) as string }]);
  });

  test('400 for a body names every wrong field', async () => {
    const answer = await owner.postJson('/api/obs/query', { measures: [], filters: [{ field: 'name', op: 'like', value: 'x' }], limit: 0 });
    const { errors } = await expectProblem(answer, 400, 'invalid-request');
    expect(errors?.map(({ pointer }) => pointer).sort()).toEqual(['/filters/0/op', '/limit', '/measures']);
  });

  test('400 for a measure or dimension that does not exist says which', async () => {
    const { detail, errors } = await expectProblem(await owner.postJson('/api/obs/query', { measures: ['cost_eur'] }), 400, 'invalid-request');
    expect(JSON.stringify([detail, errors])).toContain('cost_eur');
  });

  test('400 for a body that is no JSON', async () => {
    const answer = await owner.send('/api/obs/query', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    await expectProblem(answer, 400, 'undecodable-body');
  });

  test.each([
    ['no key', undefined, 'not-signed-in'],
    ['a wrong key', `sg_${'x'.repeat(40)}`, 'wrong-credentials'],
  ])('401 with %s', async (_name, key, code) => {
    for (const path of ['/api/obs/traces', `/api/obs/traces/${TRACE}`, '/api/obs/metrics/overview', '/api/obs/api-keys']) {
      const answer = await createClient(program, key).send(path);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      await expectProblem(answer, 401, code);
    }
  });

  test('403 for a key without the scope, naming it', async () => {
    const ingestOnly = await keyWith(['ingest']);
    const { detail } = await expectProblem(await ingestOnly.send('/api/obs/traces'), 403, 'missing-scope');
    expect(detail).toContain('read');
    const readOnly = await keyWith(['read']);
    expect((await readOnly.send('/api/obs/traces')).status).toBe(200);
    await expectProblem(await readOnly.send('/api/obs/api-keys'), 403, 'missing-scope');
    expect((await readOnly.sendSpans([{ traceId: TRACE, spanId: SPAN }])).status).toBe(403);
  });

  test('404 for what is not there', async () => {
    for (const path of [
      `/api/obs/traces/${'0'.repeat(31)}1`,
      '/api/obs/traces/not-an-id',
      `/api/obs/traces/${TRACE}/spans/${'0'.repeat(16)}`,
      '/api/obs/nothing',
    ])
      await expectProblem(await owner.send(path), 404, 'not-found');
  });
});

test('another workspace’s trace answers like a missing one, and its totals stay its own', async () => {
  const slug = 'neighbour';
  expect((await owner.postJson('/api/obs/workspaces', { slug, name: 'Neighbour' })).status).toBe(201);
  await expectProblem(await owner.postJson('/api/obs/workspaces', { slug, name: 'Again' }), 409, 'conflict');
  const neighbour = await keyWith(['ingest', 'read', 'admin'], slug);
  const foreign = await expectProblem(await neighbour.send(`/api/obs/traces/${TRACE}`), 404, 'not-found');
  const missingId = '1'.repeat(32);
  const missing = await expectProblem(await neighbour.send(`/api/obs/traces/${missingId}`), 404, 'not-found');
  expect(foreign.detail.replace(TRACE, missingId)).toBe(missing.detail);
  await expectProblem(await neighbour.send(`/api/obs/traces/${TRACE}/spans/${SPAN}`), 404, 'not-found');
  expect(await neighbour.traces()).toEqual([]);

  // The same ids in both workspaces are two traces.
  await neighbour.sendSpans([{ traceId: TRACE, spanId: SPAN, name: 'theirs' }]);
  await eventually(async () => expect((await neighbour.trace(TRACE)).trace.root_name).toBe('theirs'));
  expect((await owner.trace(TRACE)).trace.root_name).toBe('ours');
  for (const client of [owner, neighbour]) expect(await client.query({ measures: ['spans'] })).toEqual([{ spans: 1 }]);

  await expectProblem(await neighbour.postJson('/api/obs/workspaces', { slug: 'third', name: 'Third' }), 403, 'missing-scope');
  await expectProblem(await neighbour.postJson(`/api/obs/workspaces/${OWNER.workspace}/api-keys`, { name: 'x', scopes: ['read'] }), 404, 'not-found');
});

test('a revoked key is refused', async () => {
  const { key, id } = await owner.post<{ key: string; id: string }>('/api/obs/api-keys', { name: 'short-lived', scopes: ['ingest'] });
  const client = createClient(program, key);
  expect((await client.sendSpans([{ traceId: TRACE, spanId: SPAN, name: 'ours' }])).status).toBe(200);
  await owner.post(`/api/obs/api-keys/${id}/revoke`, {});
  await eventually(async () => expect((await client.sendSpans([{ traceId: TRACE, spanId: SPAN, name: 'ours' }])).status).toBe(401));
});

test('answers carry a trace id of their own, are not cached, and are compressed when asked', async () => {
  const answers = [await owner.send('/api/obs/traces'), await owner.send('/api/obs/traces')];
  const ids = answers.map((answer) => answer.headers.get('x-trace-id'));
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(answers[0]?.headers.get('cache-control')).toBe('no-store');

  // `fetch` would inflate it unseen.
  const compressed = await new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
    const headers = { 'accept-encoding': 'gzip', authorization: `Bearer ${OWNER.key}` };
    request(`${program.address}/api/obs/measures`, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
  expect(compressed.encoding).toBe('gzip');
  expect(JSON.parse(gunzipSync(compressed.body).toString('utf8'))).toEqual(await owner.get('/api/obs/measures'));
});

interface Operation {
  operationId?: string;
  security?: unknown[];
  'x-scopes'?: string[];
  'x-access'?: unknown;
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
}

describe('the OpenAPI document', () => {
  /** What programs rely on; a route that goes changes this list on purpose. */
  const ROUTES = [
    'get /api/obs/agents',
    'get /api/obs/agents/{agent_id}',
    'get /api/obs/api-keys',
    'get /api/obs/events',
    'get /api/obs/first-trace',
    'get /api/obs/logs',
    'get /api/obs/me',
    'get /api/obs/measures',
    'get /api/obs/metrics/overview',
    'get /api/obs/traces',
    'get /api/obs/traces/{trace_id}',
    'get /api/obs/traces/{trace_id}/spans/{span_id}',
    'get /api/obs/workspaces',
    'get /healthz',
    'get /readyz',
    'post /api/auth/sign-in/email',
    'post /api/auth/sign-out',
    'post /api/obs/api-keys',
    'post /api/obs/api-keys/{id}/revoke',
    'post /api/obs/ingest/events',
    'post /api/obs/ingest/heartbeat',
    'post /api/obs/query',
    'post /api/obs/workspaces',
    'post /api/obs/workspaces/{slug}/api-keys',
    'post /api/public/ingestion',
    'post /api/public/otel/v1/traces',
    'post /otel/v1/traces',
    'post /v1/logs',
    'post /v1/logs',
    'post /v1/metrics',
    'post /v1/traces',
  ];
  let document: OpenApi;
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  beforeAll(async () => {
    document = await createClient(program).get<OpenApi>('/api/obs/openapi.json');
  });

  test('lists every route of the contract', () => {
    expect(operations().map(({ path, method }) => `${method} ${path}`)).toEqual(expect.arrayContaining(ROUTES));
  });

  test('every operation has a name of its own and says who may call it', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, method, operation } of operations()) {
      const access = String(operation['x-access']);
      const other: Record<string, unknown[]> = { everyone: [], person: [{ session: [] }], cron: [{ cron: [] }] };
      expect(operation.security, `${method} ${path}`).toEqual(other[access] ?? [{ bearer: [] }, { session: [] }]);
    }
  });

  test('every operation that is not open refuses whoever has no key', async () => {
    const anyone = createClient(program);
    for (const { path, method, operation } of operations()) {
      // In local mode telemetry from this machine is let in.
      if (operation['x-access'] === 'everyone' || operation['x-access'] === 'cron' || operation['x-scopes']?.join() === 'ingest') continue;
      const answer = await anyone.send(path.replaceAll(/\{\w+\}/g, 'x'), { method: method.toUpperCase() });
      expect(answer.status, `${method} ${path}`).toBe(401);
    }
  });

  test('is the one in the repository (node scripts/printOpenApi.mjs writes it anew)', () => {
    const committed = JSON.parse(readFileSync(new URL('../../../../openapi.json', import.meta.url), 'utf8')) as OpenApi;
    const paths = new Set([...Object.keys(document.paths), ...Object.keys(committed.paths)]);
    expect([...paths].filter((path) => !isDeepStrictEqual(document.paths[path], committed.paths[path]))).toEqual([]);
    expect(isDeepStrictEqual(document, committed), 'the paths are the same, the rest is not').toBe(true);
  });
});
