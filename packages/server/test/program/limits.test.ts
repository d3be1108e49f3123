/** What the built program does to protect itself: rate limits of keys, turns between workspaces, a bounded journal; and that none of it meets who sends little. */
import { randomBytes } from 'node:crypto';
import type { ApiKey, CreatedApiKey } from '@sightglass/contract/routes/apiKeys';
import type { FirstTrace } from '@sightglass/contract/routes/workspace';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeTraceRequest } from '../../src/receive/testing/otlpWriter.ts';
import { traceRequest } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient, eventually } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const env = { ...HEADLESS, SIGHTGLASS_AUTH: 'required' };
const PROTOBUF = { 'content-type': 'application/x-protobuf' };

const newTraceId = () => randomBytes(16).toString('hex');
/** A request of so many spans of one trace. */
function spansOf(traceId: string, count: number, filler = 0): Uint8Array<ArrayBuffer> {
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId,
    spanId: (i + 1).toString(16).padStart(16, '0'),
    attributes: { filler: filler === 0 ? '' : randomBytes(filler).toString('base64') },
  }));
  return encodeTraceRequest(traceRequest(spans)) as Uint8Array<ArrayBuffer>;
}
const sendSpans = (client: Client, body: Uint8Array<ArrayBuffer>) => client.send('/v1/traces', { method: 'POST', headers: PROTOBUF, body });

describe('rate limits and turns', () => {
  let program: Program;
  let owner: Client;
  beforeAll(async () => {
    program = await startProgram({ env });
    owner = createClient(program, OWNER.key);
  }, START_MS_MAX);

  async function newKey(slug: string, rate_limit?: object): Promise<{ id: string; client: Client }> {
    const { id, key } = await owner.post<CreatedApiKey>(`/api/obs/workspaces/${slug}/api-keys`, {
      name: 'sender',
      scopes: ['ingest', 'read'],
      rate_limit,
    });
    return { id, client: createClient(program, key) };
  }
  const patch = (id: string, body: object) =>
    owner.send(`/api/obs/api-keys/${id}`, { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

  test('a key with a limit waits at every door, reads on, and is free again when the limit is taken away', async () => {
    const { id, client } = await newKey(OWNER.workspace, { items_per_second: 1, burst_seconds: 1 });
    const taken = await sendSpans(client, spansOf(newTraceId(), 600));
    expect(taken.status).toBe(200);
    expect(taken.headers.get('ratelimit-policy')).toBe('"items";q=1;w=1;qu="items"');
    const event = { event_type: 'log', agent_id: 'a' };
    const doors = [
      () => sendSpans(client, spansOf(newTraceId(), 1)),
      () => client.postJson('/v1/logs', {}),
      () => client.postJson('/api/public/otel/v1/traces', {}),
      () => client.postJson('/otel/v1/traces', {}),
      () => client.postJson('/api/public/ingestion', { batch: [] }),
      () => client.postJson('/api/obs/ingest/events', event),
      () => client.postJson('/api/obs/ingest/heartbeat', { agent_id: 'a' }),
    ];
    for (const door of doors) {
      const refused = await door();
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
      expect(refused.headers.get('ratelimit')).toMatch(/^"items";r=0;t=\d+$/);
    }
    expect((await client.send('/api/obs/traces')).status).toBe(200);
    const { refusals } = await owner.get<FirstTrace>('/api/obs/first-trace');
    expect(refusals.map(({ code }) => code)).toContain('too-many-requests');
    expect((await patch(id, { rate_limit: null })).status).toBe(200);
    const freed = await sendSpans(client, spansOf(newTraceId(), 1));
    expect(freed.status).toBe(200);
    expect(freed.headers.has('ratelimit')).toBe(false);
    const { items } = await owner.get<{ items: ApiKey[] }>('/api/obs/api-keys');
    expect(items.find((key) => key.id === id)?.rate_limit).toBeNull();
  }, 30_000);

  test('a workspace that floods does not keep another waiting until it is done', async () => {
    for (const slug of ['noisy', 'quiet']) await owner.post('/api/obs/workspaces', { slug, name: slug });
    const [noisy, quiet] = [await newKey('noisy'), await newKey('quiet')];
    // As many requests wait at any time; each that is answered is followed by another, until the quiet ones are through.
    const WAITING = 60;
    const bodies = Array.from({ length: 240 }, () => spansOf(newTraceId(), 1_000, 30));
    const statuses = new Set<number>();
    let answered = 0;
    const quietDone = new AbortController();
    const flood = Array.from({ length: WAITING }, async () => {
      for (let body = bodies.pop(); body !== undefined && !quietDone.signal.aborted; body = bodies.pop()) {
        statuses.add((await sendSpans(noisy.client, body)).status);
        answered += 1;
      }
    });
    await eventually(async () => expect(answered).toBeGreaterThan(0));
    const before = answered;
    const traceIds = Array.from({ length: 3 }, newTraceId);
    for (const traceId of traceIds) expect((await sendSpans(quiet.client, spansOf(traceId, 1))).status).toBe(200);
    const meanwhile = answered - before;
    quietDone.abort();
    await Promise.all(flood);
    expect([...statuses]).toEqual([200]);
    // First come, first served would have answered all that waited before each of the three.
    expect(meanwhile).toBeLessThan(traceIds.length * WAITING);
    for (const traceId of traceIds) expect((await eventually(() => quiet.client.trace(traceId))).spans).toHaveLength(1);
  }, 90_000);

  test('an unknown path under OTLP’s answers in the words of OTLP', async () => {
    const answer = await owner.send('/v1/nothing', { method: 'POST', headers: PROTOBUF });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/x-protobuf');
  });
});

test('beyond its size the journal takes no more until the store has caught up, and what was taken is stored', async () => {
  const program = await startProgram({ env: { ...env, SIGHTGLASS_JOURNAL_BYTES_MAX: '1MiB' } });
  const client = createClient(program, OWNER.key);
  const taken: string[] = [];
  let refused: Response | undefined;
  // Faster than any store: some at a time, until one is refused.
  while (refused === undefined && taken.length < 2_000) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const traceId = newTraceId();
        return { traceId, answer: await sendSpans(client, spansOf(traceId, 20, 15_000)) };
      }),
    );
    for (const { traceId, answer } of answers) {
      if (answer.status === 200) taken.push(traceId);
      else refused ??= answer;
    }
  }
  expect(refused?.status).toBe(503);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect((await client.send('/healthz')).status).toBe(200);
  await eventually(async () => expect((await client.send('/readyz')).status).toBe(200));
  await eventually(async () => expect((await sendSpans(client, spansOf(newTraceId(), 1))).status).toBe(200));
  for (const traceId of taken) expect((await eventually(() => client.trace(traceId))).spans).toHaveLength(20);
}, 120_000);
