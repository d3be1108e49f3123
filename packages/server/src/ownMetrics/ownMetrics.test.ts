import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyControlDir, TEST_SECRET } from '../../test/emptyControl.ts';
import { SYSTEM_ACTOR } from '../access/caller.ts';
import { connectControl, type ControlConnection } from '../control/connect.ts';
import { measureRequests } from '../http/measureRequests.ts';
import { appOfCaller } from '../http/testing/appOfCaller.ts';
import { createInlineReceiver } from '../receive/testing/inlineReceiver.ts';
import { traceRequest } from '../receive/testing/traceRequests.ts';
import { fail } from '../result.ts';
import { insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { OWN_METRICS } from './declarations.ts';
import { measuredControl, measuredReceiver, measuredTelemetry } from './measured.ts';
import { createOwnMetrics, type OwnMetrics } from './ownMetrics.ts';
import { type Family, parseExposition } from './testing/expositionFormat.ts';

const SECRETIVE = 'their-own-"name"\\';
const mine = testWorkspace('mine');
let store: TemporaryTelemetry;
let controlDir: string;
let control: ControlConnection;
let metrics: OwnMetrics;
let atMs = 1_800_000_000_000;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  controlDir = await emptyControlDir();
  control = await connectControl({ dataDir: controlDir, secret: TEST_SECRET });
});
afterAll(async () => {
  metrics.close();
  await control.close();
  rmSync(controlDir, { recursive: true, force: true });
  await store.remove();
});

const createMetrics = (overrides: Partial<Parameters<typeof createOwnMetrics>[0]> = {}) =>
  createOwnMetrics({
    version: '1.2.3',
    nowMs: () => atMs,
    backlogBytes: () => 500,
    backlogBytesMax: 1_000,
    live: () => ({ spans: 2, bytes: 2_048, dropped: 1 }),
    isReceiving: () => true,
    telemetry: () => store.telemetry,
    controlDb: () => control.instanceDb,
    ...overrides,
  });

async function readAll(of: OwnMetrics): Promise<(name: string, labels?: Record<string, string>) => number | undefined> {
  const families = parseExposition((await of.read()).text);
  return (name, labels = {}) => {
    const family = [...families.values()].find((candidate: Family) => candidate.samples.some((sample) => sample.name === name));
    return family?.samples.find((sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels.get(key) === value))
      ?.value;
  };
}

describe('what a program did', () => {
  beforeAll(async () => {
    metrics = createMetrics();
    const app = appOfCaller(mine);
    app.use('*', measureRequests(metrics.beginRequest, metrics.endRequest));
    app.get('/api/things/:id', (c) => (c.req.param('id') === 'broken' ? c.text('', 503) : c.text('here')));
    app.get('/api/throws', () => {
      throw new Error('a fault');
    });
    app.get('*', (c, next) => (c.req.path.startsWith('/api/') ? next() : c.text('a file')));
    for (const path of ['things/1', `things/${encodeURIComponent(SECRETIVE)}`, 'things/broken', 'throws', 'nothing', 'nothing/else'])
      await app.request(`/api/${path}`);
    await app.request('/index.html');

    const receiver = measuredReceiver(createInlineReceiver(), metrics);
    const request = {
      signal: 'traces',
      workspaceId: mine,
      receivedAtMs: atMs,
      source: 'otlp/http',
      contentType: 'json',
      encoding: 'identity',
    } as const;
    await receiver.receive({ ...request, body: Buffer.from(JSON.stringify(traceRequest([{ traceId: traceIdOf(1), spanId: spanIdOf(1) }]))) });
    await receiver.receive({ ...request, body: Buffer.from('{') });

    const telemetry = measuredTelemetry(store.telemetry, metrics);
    await insertSpans(telemetry, [
      { workspace_id: mine, trace_id: traceIdOf(1), span_id: spanIdOf(1), start_time: '2026-11-20T10:00:00Z', name: SECRETIVE },
    ]);
    await telemetry.rows('SELECT 1');
    await expect(telemetry.rows('SELECT nothing_like_it')).rejects.toThrow();

    const measured = measuredControl(control, metrics);
    await measured.ofWorkspace(mine).read(async () => 1);
    await measured.changeInstance(SYSTEM_ACTOR, async () => fail('conflict', 'no'));
    await expect(measured.ofWorkspace(mine).read(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

    metrics.countItems([{ source: 'otlp/http', signal: 'traces', stored: 3, rejected: 0, duplicate: 1, sampled: 0, quarantined: 0 } as never]);
    metrics.countRefusal('otlp/http', 'undecodable-body');
    metrics.scheduleRan('rollups')();
  });

  it('is in the text format of Prometheus, all of it, with everything that is declared', async () => {
    const { contentType, text } = await metrics.read();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const families = parseExposition(text);
    for (const { name, type, help } of Object.values(OWN_METRICS)) expect(families.get(name), name).toMatchObject({ name, type, help });
    for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'])
      expect(families.get(name)?.samples, name).not.toHaveLength(0);
  });

  it('counts requests by the template of their route, and never tells a path', async () => {
    const value = await readAll(metrics);
    const requests = (route: string, status: string) => value('sightglass_http_requests_total', { method: 'GET', route, status });
    expect(requests('/api/things/{id}', '200')).toBe(2);
    expect(requests('/api/things/{id}', '503')).toBe(1);
    expect(requests('/api/throws', '500')).toBe(1);
    expect(requests('other', '404')).toBe(2);
    expect(requests('other', '200')).toBe(1);
    expect(value('sightglass_http_request_seconds_count', { route: '/api/things/{id}' })).toBe(3);
    expect(value('sightglass_http_requests_open')).toBe(0);
    expect((await metrics.read()).text).not.toContain('their-own');
  });

  it('counts what the receive worker answered', async () => {
    const value = await readAll(metrics);
    const received = (outcome: string) => value('sightglass_receive_requests_total', { source: 'otlp/http', signal: 'traces', outcome });
    expect([received('ok'), received('undecodable'), received('unavailable')]).toEqual([1, 1, undefined]);
    expect(value('sightglass_receive_waiting_requests')).toBe(0);
    expect(value('sightglass_receive_waiting_bytes')).toBe(0);
    expect(value('sightglass_receive_worker_up')).toBe(1);
  });

  it('times both planes and counts what broke', async () => {
    const value = await readAll(metrics);
    expect(value('sightglass_store_seconds_count', { operation: 'read' })).toBe(2);
    // UNKNOWN_IDENTIFIER
    expect(value('sightglass_store_errors_total', { operation: 'read', code: '47' })).toBe(1);
    expect(value('sightglass_control_transaction_seconds_count', { mode: 'read' })).toBe(2);
    expect(value('sightglass_control_errors_total', { mode: 'read' })).toBe(1);
    expect(value('sightglass_control_errors_total', { mode: 'change' })).toBeUndefined();
  });

  it('tells how the planes are', async () => {
    const value = await readAll(metrics);
    expect(value('sightglass_store_up')).toBe(1);
    expect(value('sightglass_store_parts', { table: 'spans' })).toBe(1);
    expect(value('sightglass_store_partition_parts_max', { table: 'spans' })).toBe(1);
    expect(value('sightglass_store_rows', { table: 'spans' })).toBe(1);
    expect(value('sightglass_store_bytes', { table: 'spans' })).toBeGreaterThan(0);
    expect(value('sightglass_control_up')).toBe(1);
    expect(value('sightglass_control_probe_seconds')).toBeGreaterThan(0);
  });

  it('tells of journal, writer, live spans and schedules', async () => {
    const value = await readAll(metrics);
    expect(value('sightglass_journal_backlog_bytes')).toBe(500);
    expect(value('sightglass_journal_backlog_bytes_max')).toBe(1_000);
    expect(value('sightglass_writer_segments_total')).toBe(1);
    expect(value('sightglass_writer_last_stored_timestamp_seconds')).toBe(1_800_000_000);
    expect(value('sightglass_ingest_items_total', { outcome: 'stored' })).toBe(3);
    expect(value('sightglass_live_spans_dropped_total')).toBe(1);
    expect(value('sightglass_schedule_last_success_timestamp_seconds', { schedule: 'rollups' })).toBe(1_800_000_000);
    expect(value('sightglass_schedule_last_success_timestamp_seconds', { schedule: 'sampling' })).toBeUndefined();
    expect(value('sightglass_build_info', { version: '1.2.3', engine: 'embedded' })).toBe(1);
  });
});

it('a plane that does not answer is down, and keeps nobody from reading the rest', async () => {
  const down = createMetrics({
    telemetry: () => ({ engine: 'server', rows: () => Promise.reject(new Error('refused')) }),
    controlDb: () => ({ execute: (() => Promise.reject(new Error('refused'))) as never }),
  });
  const value = await readAll(down);
  expect([value('sightglass_store_up'), value('sightglass_control_up')]).toEqual([0, 0]);
  expect(value('sightglass_control_probe_seconds')).toBeUndefined();
  expect(value('sightglass_store_parts')).toBeUndefined();
  expect(value('sightglass_journal_backlog_bytes')).toBe(500);
  down.close();
});

it('the planes are asked once in a while, however many scrape', async () => {
  let asked = 0;
  const counted = createMetrics({ telemetry: () => ({ engine: 'embedded', rows: async () => ((asked += 1), []) }) });
  await Promise.all([counted.read(), counted.read()]);
  expect(asked).toBe(1);
  atMs += 5_000;
  await counted.read();
  expect(asked).toBe(2);
  counted.close();
});
