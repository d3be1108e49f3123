/** What became of everything received, told by the built program: by its API, its own metrics, and after a restart. */
import { randomBytes } from 'node:crypto';
import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import { beforeAll, expect, test, vi } from 'vitest';
import { traceRequest } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

let program: Program;
let client: Client;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);

const traceId = randomBytes(16).toString('hex');
const spanId = () => randomBytes(8).toString('hex');
const send = (body: unknown, path = '/v1/traces') =>
  client.send(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

async function health(source: string): Promise<IngestHealth | undefined> {
  const { items } = await client.get<{ items: IngestHealth[] }>('/api/obs/ingest/health');
  return items.find((item) => item.source === source);
}

const sumOf = ({ stored, rejected, duplicate, sampled, quarantined }: IngestHealth) => stored + rejected + duplicate + sampled + quarantined;

test('every item is counted once, as what became of it', { timeout: 60_000 }, async () => {
  expect((await client.get<{ items: unknown[] }>('/api/obs/ingest/health')).items).toEqual([]);
  const good = traceRequest([
    { traceId, spanId: spanId() },
    { traceId, spanId: spanId() },
    { traceId, spanId: '0000000000000000' },
  ]);
  for (let i = 0; i < 3; i++) expect((await send(good)).status).toBe(200);
  expect((await send(traceRequest([{ traceId: 'no hex', spanId: spanId() }]))).status).toBe(200);
  expect((await send('{')).status).toBe(400);
  const event = { agent_id: 'planner', event_type: 'action', dedupe_key: 'once' };
  const receipt = await client.post('/api/obs/ingest/events', { events: [event, event, { agent_id: 'planner' }] });
  expect(receipt).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1 });
  await client.post('/api/obs/ingest/events', { events: [event] });

  const expected = {
    received: 10,
    stored: 2,
    // One of each request of three, sent three times, and one more.
    rejected: 4,
    duplicate: 4,
    sampled: 0,
    quarantined: 0,
    refused_requests: 1,
    signals: { traces: 10 },
    last_at: expect.any(String),
  };
  await vi.waitFor(async () => expect(await health('otlp/http')).toMatchObject(expected), 15_000);
  await vi.waitFor(async () => expect(await health('events')).toMatchObject({ received: 4, stored: 1, rejected: 1, duplicate: 2 }), 15_000);
  for (const source of ['otlp/http', 'events']) {
    const found = (await health(source)) as IngestHealth;
    expect(sumOf(found)).toBe(found.received);
  }
  expect((await health('events'))?.last_error).toContain('event_type');

  const wrongKey = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', authorization: 'Bearer sg_wrong' } };
  expect((await fetch(`${program.address}/api/obs/ingest/events`, wrongKey)).status).toBe(401);
  expect(await health('events')).toMatchObject({ refused_requests: 1 });

  const metrics = await (await fetch(`${program.address}/metrics`)).text();
  expect(metrics).toContain('sightglass_ingest_items_total{source="otlp/http",signal="traces",outcome="stored"} 2');
  expect(metrics).toContain('sightglass_ingest_items_total{source="otlp/http",signal="traces",outcome="duplicate"} 4');
  expect(metrics).toContain('sightglass_ingest_refused_requests_total{source="otlp/http",code="undecodable-body"} 1');
  expect(metrics).not.toContain(OWNER.workspace);
  expect((await fetch(`${program.address}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401);

  expect((await client.get<{ items: unknown[] }>('/api/obs/ingest/quarantine')).items).toEqual([]);
  const { dataDir } = program;
  await program.stop();
  program = await startProgram({ dataDir });
  client = createClient(program, OWNER.key);
  expect(await health('otlp/http')).toMatchObject({ received: 10, stored: 2, rejected: 4, duplicate: 4 });
});
