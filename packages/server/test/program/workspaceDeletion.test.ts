/** A workspace that is deleted in the built program: nobody can use it, nothing of it is left, and nothing of it comes back, whenever the program is killed. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { CreatedApiKey } from '@sightglass/contract/routes/apiKeys';
import type { Workspace, WorkspaceDeletion } from '@sightglass/contract/routes/workspaces';
import { describe, expect, test } from 'vitest';
import { createGrpcExporter } from '../../src/receive/testing/grpcExporter.ts';
import { encodeTraceRequest } from '../../src/receive/testing/otlpWriter.ts';
import { traceRequest } from '../../src/receive/testing/traceRequests.ts';
import { connectTelemetry } from '../../src/telemetry/connect.ts';
import { countRows } from '../../src/workspaces/deletion/workspaceRows.ts';
import { type Client, createClient, eventually, everythingSettled } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram, temporaryDirectory } from './startProgram.ts';

const env = { ...HEADLESS, SIGHTGLASS_AUTH: 'required', SIGHTGLASS_LOG_LEVEL: 'warn' };
const newTraceId = () => randomBytes(16).toString('hex');
/** A call of an agent, so that there are payloads, agents and costs. */
const callOf = (traceId: string) => ({
  traceId,
  spanId: traceId.slice(0, 16),
  name: 'chat',
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.agent.name': 'ada',
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `a question of ${traceId}` }] }]),
  },
});

interface Doomed {
  workspace: Workspace;
  key: string;
  client: Client;
}

async function makeDoomed(program: Program): Promise<Doomed> {
  const owner = createClient(program, OWNER.key);
  const workspace = await owner.post<Workspace>('/api/obs/workspaces', { slug: 'doomed', name: 'Doomed' });
  const { key } = await owner.post<CreatedApiKey>('/api/obs/workspaces/doomed/api-keys', { name: 'sender', scopes: ['ingest', 'read', 'admin'] });
  const client = createClient(program, key);
  await client.send('/api/obs/settings/redaction', { method: 'PUT', body: '{"enabled":true}', headers: { 'content-type': 'application/json' } });
  return { workspace, key, client };
}

/** Spans, a log, a metric point and an event. */
async function sendSome({ client }: Doomed): Promise<void> {
  const nowNs = `${BigInt(Date.now()) * 1_000_000n}`;
  const resource = { attributes: [] };
  const log = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ timeUnixNano: nowNs, body: { stringValue: 'hello' } }] }] }] };
  const gauge = { name: 'g', gauge: { dataPoints: [{ timeUnixNano: nowNs, asDouble: 1 }] } };
  const answers = [
    await client.sendSpans([callOf(newTraceId()), callOf(newTraceId())]),
    await client.postJson('/v1/logs', log),
    await client.postJson('/v1/metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [gauge] }] }] }),
    await client.postJson('/api/obs/ingest/events', {
      event_type: 'tool_call',
      agent_id: 'ada',
      tool_name: 'search',
      timestamp: new Date().toISOString(),
    }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
}

const deleteDoomed = (program: Program) => createClient(program, OWNER.key).send('/api/obs/workspaces/doomed?confirm=doomed', { method: 'DELETE' });
const deletionOf = (program: Program, { workspace }: Doomed) =>
  createClient(program, OWNER.key).get<WorkspaceDeletion>(`/api/obs/workspace-deletions/${workspace.id}`);

/** What the store holds of a workspace, looked at after the program has stopped. */
async function rowsLeft(dataDir: string, workspaceId: string): Promise<Record<string, number>> {
  const telemetry = connectTelemetry({ dataDir });
  try {
    return await countRows(telemetry, workspaceId as WorkspaceId);
  } finally {
    await telemetry.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a deleted workspace', () => {
  test('is refused at every door at once, its rows are gone, and its slug is free', { timeout: 3 * START_MS_MAX }, async () => {
    const grpcPort = await freePort();
    const program = await startProgram({ env, flags: ['--grpc-port', String(grpcPort)] });
    const owner = createClient(program, OWNER.key);
    const doomed = await makeDoomed(program);
    await sendSome(doomed);
    await everythingSettled(doomed.client);
    const kept = newTraceId();
    expect((await owner.sendSpans([callOf(kept)])).status).toBe(200);
    // Acknowledged, and still in the journal when it is deleted.
    await sendSome(doomed);

    expect((await deleteDoomed(program)).status).toBe(204);
    const spans = encodeTraceRequest(traceRequest([callOf(newTraceId())])) as Uint8Array<ArrayBuffer>;
    const doors = [
      () => doomed.client.sendSpans([callOf(newTraceId())]),
      () => doomed.client.postJson('/v1/logs', {}),
      () => doomed.client.postJson('/api/public/ingestion', { batch: [] }),
      () => doomed.client.postJson('/api/obs/ingest/events', {}),
      () => doomed.client.send('/api/obs/traces'),
    ];
    for (const door of doors) expect((await door()).status).toBe(401);
    const exporter = createGrpcExporter(grpcPort);
    expect(await exporter.send('traces', spans, { authorization: `Bearer ${doomed.key}` })).toMatchObject({ ok: false, code: 16 });
    exporter.close();

    const deletion = await deletionOf(program, doomed);
    expect(deletion).toMatchObject({ state: 'done', slug: 'doomed' });
    const tables = (deletion.telemetry_rows ?? []).map(({ table }) => table);
    for (const table of ['spans', 'payloads', 'logs', 'metric_points', 'events', 'ingest_accounts', 'trace_bounds']) expect(tables).toContain(table);
    expect((deletion.control_rows ?? []).map(({ table }) => table)).toEqual(expect.arrayContaining(['agents', 'api_keys', 'workspace_settings']));
    await eventually(async () => expect((await owner.trace(kept)).spans).toHaveLength(1));

    const again = await owner.postJson('/api/obs/workspaces', { slug: 'doomed', name: 'Another' });
    expect(again.status).toBe(201);
    await program.stop();
    expect(await rowsLeft(program.dataDir, doomed.workspace.id)).toEqual({});
  });

  test('is deleted to the end by later starts, however often the program is killed on the way', { timeout: 8 * START_MS_MAX }, async () => {
    const dataDir = temporaryDirectory();
    const started = await startProgram({ dataDir, env });
    const doomed = await makeDoomed(started);
    await sendSome(doomed);
    await everythingSettled(doomed.client);
    await started.kill();

    const program = await startProgram({ dataDir, env: { ...env, SIGHTGLASS_FAULT: 'workspace.counted:1' } });
    await sendSome({ ...doomed, client: createClient(program, doomed.key) });
    await expect(deleteDoomed(program)).rejects.toThrow();
    expect((await program.ended).code).toBeNull();
    for (const fault of ['workspace.partition:2', 'workspace.partition:4', 'workspace.emptied:1']) {
      const killed = startProgram({ dataDir, env: { ...env, SIGHTGLASS_FAULT: fault } });
      // It may be killed before it is ready: deleting goes on while it starts.
      const reached = await killed.catch((error: unknown) => {
        expect(String(error)).toMatch(/ended with null|fetch failed/);
        return undefined;
      });
      if (reached !== undefined) expect((await reached.ended).code).toBeNull();
    }
    const last = await startProgram({ dataDir, env });
    const client = createClient(last, doomed.key);
    expect((await client.send('/api/obs/traces')).status).toBe(401);
    const deletion = await eventually(async () => {
      const found = await deletionOf(last, doomed);
      expect(found.state).toBe('done');
      return found;
    });
    // What the first run had counted is what the certificate tells, not what was left for the last.
    expect(deletion.telemetry_rows).toContainEqual({ table: 'spans', rows: expect.any(Number) });
    await last.stop();
    expect(await rowsLeft(dataDir, doomed.workspace.id)).toEqual({});
  });

  test('does not come back from a journal that still holds what it had sent', { timeout: 5 * START_MS_MAX }, async () => {
    const dataDir = temporaryDirectory();
    const journal = join(dataDir, 'journal');
    // Killed before anything is stored: what was acknowledged lies in the journal.
    const started = await startProgram({ dataDir, env: { ...env, SIGHTGLASS_FAULT: 'store.inserting:1' } });
    const doomed = await makeDoomed(started);
    const [theirs, ours] = [newTraceId(), newTraceId()];
    const sent = [doomed.client.sendSpans([callOf(theirs)]), createClient(started, OWNER.key).sendSpans([callOf(ours)])];
    await Promise.allSettled(sent);
    await started.ended;
    const segments = readdirSync(journal);
    expect(segments.length).toBeGreaterThan(0);
    const copies = temporaryDirectory();
    cpSync(journal, copies, { recursive: true });

    const program = await startProgram({ dataDir, env });
    await everythingSettled(createClient(program, OWNER.key));
    expect((await deleteDoomed(program)).status).toBe(204);
    await program.stop();
    // As segments that this store has never seen, so that nothing but the deletion keeps them out.
    for (const name of readdirSync(copies)) cpSync(join(copies, name), join(journal, name.replace(/^\d+-/, '000000000000001-')));
    const later = await startProgram({ dataDir, env });
    const owner = createClient(later, OWNER.key);
    await everythingSettled(owner);
    expect((await owner.trace(ours)).spans).toHaveLength(1);
    await later.stop();
    expect(readdirSync(journal)).toEqual([]);
    expect(await rowsLeft(dataDir, doomed.workspace.id)).toEqual({});
  });

  test('that took telemetry without a key is followed by the next', { timeout: 2 * START_MS_MAX }, async () => {
    const program = await startProgram({ env: { SIGHTGLASS_INIT_API_KEY: OWNER.key, SIGHTGLASS_LOG_LEVEL: 'warn' } });
    const owner = createClient(program, OWNER.key);
    const { key } = await (async () => {
      await owner.post<Workspace>('/api/obs/workspaces', { slug: 'second', name: 'Second' });
      return owner.post<CreatedApiKey>('/api/obs/workspaces/second/api-keys', { name: 'reader', scopes: ['read', 'instance'] });
    })();
    const second = createClient(program, key);
    expect((await second.send('/api/obs/workspaces/second?confirm=first', { method: 'DELETE' })).status).toBe(400);
    expect((await owner.send('/api/obs/workspaces/default?confirm=default', { method: 'DELETE' })).status).toBe(204);
    expect((await second.send('/api/obs/workspaces/second?confirm=second', { method: 'DELETE' })).status).toBe(409);
    const traceId = newTraceId();
    expect((await createClient(program).sendSpans([callOf(traceId)])).status).toBe(200);
    await eventually(async () => expect((await second.trace(traceId)).spans).toHaveLength(1));
  });
});
