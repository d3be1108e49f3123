import { rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { AgentEvent, EventReceipt } from '@sightglass/contract/event';
import { AgentSchema } from '@sightglass/contract/agent';
import { AgentEventSchema, EventReceiptSchema } from '@sightglass/contract/event';
import type { Scope } from '@sightglass/contract/permissions';
import type { Problem } from '@sightglass/contract/routes/defineRoute';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyControlDir } from '../../test/emptyControl.ts';
import { type ControlConnection, connectControl } from '../control/connect.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { type EventProgram, startEventProgram } from '../events/testing/eventProgram.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { EVENT_INLINE_BYTES_MAX } from './limits.ts';

const PATH = '/api/obs/ingest/events';
const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
const LIST = '/api/obs/events?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&limit=500';
const event = { event_type: 'log', agent_id: 'planner', message: 'hello' };

let store: TemporaryTelemetry;
let control: ControlConnection;
let controlDir: string;
let program: EventProgram;
const start = (journal: EventProgram['journal'] = []) => startEventProgram({ telemetry: store.telemetry, control, journal, nowMs: () => NOW });

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  controlDir = await emptyControlDir();
  control = await connectControl({ dataDir: controlDir, secret: 'the secret of a test' });
  program = start();
});
afterAll(async () => {
  await program.agents.stop();
  await control.close();
  await store.remove();
  rmSync(controlDir, { recursive: true, force: true });
});

let made = 0;
/** A workspace that the control plane knows, too. */
async function newWorkspace() {
  made += 1;
  const workspace = testWorkspace(`http${made}`);
  await control.instanceDb.insert(workspaces).values({ id: workspace, slug: `http${made}`, name: 'Test' });
  return workspace;
}
type Workspace = Awaited<ReturnType<typeof newWorkspace>>;

const post = (workspace: Workspace, body: BodyInit, headers: Record<string, string> = {}, scopes: readonly Scope[] = ['ingest'], path = PATH) =>
  program.appFor(workspace, scopes).request(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const list = async (workspace: Workspace) => (await program.get<{ items: AgentEvent[] }>(workspace, LIST)).items;
const receipt = (accepted: number, duplicates: number): EventReceipt => ({ accepted, duplicates, rejected: 0, errors: [] });

describe('POST /api/obs/ingest/events', () => {
  it('takes one event, and it can be read as it was sent', async () => {
    const workspace = await newWorkspace();
    const answer = await post(workspace, JSON.stringify(event));
    expect(answer.status).toBe(200);
    expect(EventReceiptSchema.parse(await answer.json())).toEqual(receipt(1, 0));
    await program.store();
    const [item] = await list(workspace);
    expect(AgentEventSchema.parse(item)).toMatchObject({
      ...event,
      status: 'success',
      timestamp: '2026-11-20T09:00:00Z',
      received_at: '2026-11-20T09:00:00Z',
      trace_id: null,
      span_id: null,
      cost_usd: null,
      cost_source: null,
      payload: null,
    });
  });

  it('takes a batch in which some events are wrong, and names those in order', async () => {
    const workspace = await newWorkspace();
    const body = { events: [{ ...event, input_tokens: -1 }, event, { agent_id: 'x' }, 'no event', { ...event, event_type: 'nonsense' }] };
    const answer = await post(workspace, JSON.stringify(body));
    expect(answer.status).toBe(200);
    const read = EventReceiptSchema.parse(await answer.json());
    expect(read).toMatchObject({ accepted: 1, rejected: 4, duplicates: 0 });
    expect(read.errors.map(({ index, code }) => [index, code])).toEqual([
      [0, 'out-of-range'],
      [2, 'missing-field'],
      [3, 'not-an-object'],
      [4, 'unknown-event-type'],
    ]);
    await program.store();
    expect(await list(workspace)).toHaveLength(1);
  });

  it('answers 200 also when all were refused', async () => {
    const workspace = await newWorkspace();
    const answer = await post(workspace, '{}');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ accepted: 0, rejected: 1, duplicates: 0, errors: [{ index: 0, code: 'missing-field' }] });
  });

  it('takes gzip, and bodies that are larger than those of other routes', async () => {
    const workspace = await newWorkspace();
    const large = { ...event, message: 'x'.repeat(3_000_000) };
    expect((await post(workspace, JSON.stringify(large))).status).toBe(200);
    expect((await post(workspace, new Uint8Array(gzipSync(JSON.stringify(large))), { 'content-encoding': 'gzip' })).status).toBe(200);
    await program.store();
    expect((await list(workspace)).map(({ message }) => message?.length)).toEqual([3_000_000, 3_000_000]);
  });

  it('answers a batch that is read in the receive worker like one that is not', async () => {
    const events = (size: number) => [
      { ...event, dedupe_key: 'a', message: 'x'.repeat(size) },
      { ...event, dedupe_key: 'a' },
      { ...event, input_tokens: -1 },
      event,
    ];
    const [small, large] = [await newWorkspace(), await newWorkspace()];
    const answers = [];
    for (const [workspace, size] of [
      [small, 10],
      [large, EVENT_INLINE_BYTES_MAX],
    ] as const)
      answers.push(await (await post(workspace, JSON.stringify({ events: events(size) }))).json());
    expect(answers[0]).toMatchObject({ accepted: 2, duplicates: 1, rejected: 1, errors: [{ index: 2, code: 'out-of-range' }] });
    expect(answers[1]).toEqual(answers[0]);
    await program.store();
    expect(await list(large)).toHaveLength(2);
    for (const [body, status, code] of [
      ['{'.padEnd(EVENT_INLINE_BYTES_MAX + 1), 400, 'undecodable-body'],
      ['[]'.padEnd(EVENT_INLINE_BYTES_MAX + 1), 400, 'invalid-request'],
      [JSON.stringify({ events: Array.from({ length: 1001 }, () => event) }), 413, 'body-too-large'],
    ] as const)
      expect(await (await post(large, body)).json()).toMatchObject({ status, code });
  });

  it('a large batch is to be sent again while the worker cannot read it', async () => {
    const workspace = await newWorkspace();
    const body = JSON.stringify({ ...event, message: 'x'.repeat(EVENT_INLINE_BYTES_MAX) });
    program.state.journalFails = true;
    const answer = await post(workspace, body);
    program.state.journalFails = false;
    expect(answer.status).toBe(503);
    expect((await post(workspace, body)).status).toBe(200);
  });

  it('takes a body of JSON whatever its content type says', async () => {
    expect((await post(await newWorkspace(), JSON.stringify(event), { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(200);
  });

  it('takes 1000 events and refuses 1001 whole', async () => {
    const workspace = await newWorkspace();
    const batch = (count: number) => JSON.stringify({ events: Array.from({ length: count }, () => event) });
    const refused = await post(workspace, batch(1001));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ code: 'body-too-large', detail: expect.stringContaining('1000') as string });
    expect(await (await post(workspace, batch(1000))).json()).toEqual(receipt(1000, 0));
    await program.store();
    const { rows } = await program.post<{ rows: object[] }>(workspace, '/api/obs/query', {
      source: 'events',
      measures: ['events'],
      group_by: ['event_type'],
      from: '2026-11-20T00:00:00Z',
      to: '2026-11-21T00:00:00Z',
    });
    expect(rows).toEqual([{ event_type: 'log', events: 1000 }]);
  });

  it.each([
    ['no JSON', 'event_type=log', 400, 'undecodable-body'],
    ['half of it', '{"event_type":', 400, 'undecodable-body'],
    ['nothing', '', 400, 'undecodable-body'],
    ['a list', '[]', 400, 'invalid-request'],
    ['a text', '"log"', 400, 'invalid-request'],
    ['an empty batch', '{"events":[]}', 400, 'invalid-request'],
    ['a batch that is no list', '{"events":{}}', 400, 'invalid-request'],
  ])('refuses %s whole', async (_, body, status, code) => {
    const answer = await post(await newWorkspace(), body);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect((await answer.json()) as Problem).toMatchObject({ status, code });
  });

  it('refuses what is over 16 MiB, also when it only gets so by inflating, and unknown encodings', async () => {
    const workspace = await newWorkspace();
    const [under, over] = [16 * 1024 * 1024, 16 * 1024 * 1024 + 1].map((size) => JSON.stringify({ ...event, message: '' }).padEnd(size));
    expect((await post(workspace, under ?? '')).status).toBe(200);
    expect((await post(workspace, over ?? '')).status).toBe(413);
    expect((await post(workspace, new Uint8Array(gzipSync(over ?? '')), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post(workspace, 'no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post(workspace, '{}', { 'content-encoding': 'br' })).status).toBe(415);
  });

  it('needs the scope ingest', async () => {
    const answer = await post(await newWorkspace(), JSON.stringify(event), {}, ['read', 'govern', 'admin']);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'missing-scope' });
  });

  it('says 503 when the journal fails, and the event is none', async () => {
    const workspace = await newWorkspace();
    program.state.journalFails = true;
    const answer = await post(workspace, JSON.stringify({ ...event, dedupe_key: 'a' }));
    program.state.journalFails = false;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await program.send(workspace, { ...event, dedupe_key: 'a' })).toEqual(receipt(1, 0));
  });
});

describe('a repeat', () => {
  const id = '0190163d-8694-739b-aea5-966c26f8ad90';

  it.each([
    ['of a dedupe_key', { dedupe_key: 'k' }, { dedupe_key: 'k' }],
    ['of an event_id, in any case', { event_id: id }, { event_id: id.toUpperCase() }],
    ['of an event_id under another dedupe_key', { event_id: id, dedupe_key: 'k' }, { event_id: id, dedupe_key: 'l' }],
    ['of a dedupe_key under another event_id', { event_id: id, dedupe_key: 'k' }, { dedupe_key: 'k' }],
    [
      'that differs in everything else',
      { dedupe_key: 'k' },
      { dedupe_key: 'k', event_type: 'custom', agent_id: 'other', timestamp: '2026-11-20T10:00:00Z' },
    ],
  ])('%s is a duplicate in its batch, before it is stored, after, and after a restart', async (_, first, again) => {
    const workspace = await newWorkspace();
    const [a, b] = [
      { ...event, ...first },
      { ...event, ...again },
    ];
    expect(await program.send(workspace, a, b)).toEqual(receipt(1, 1));
    expect(await program.send(workspace, b)).toEqual(receipt(0, 1));
    // The process ends here: what it acknowledged is in the journal only.
    program = start(program.journal);
    expect(await program.send(workspace, b)).toEqual(receipt(0, 1));
    await program.store();
    expect(await program.send(workspace, b, a)).toEqual(receipt(0, 2));
    program = start();
    expect(await program.send(workspace, b)).toEqual(receipt(0, 1));
    await program.store();
    expect(await list(workspace)).toMatchObject([{ agent_id: 'planner', event_type: 'log' }]);
  });

  it('is none without key, however alike, nor in another workspace', async () => {
    const [mine, other] = [await newWorkspace(), await newWorkspace()];
    const call = { event_type: 'llm_call', agent_id: 'planner', model: 'gpt-4o', input_tokens: 10, output_tokens: 1 };
    expect(await program.send(mine, call, call)).toEqual(receipt(2, 0));
    expect(await program.send(mine, call)).toEqual(receipt(1, 0));
    expect(await program.send(mine, { ...call, dedupe_key: 'k' })).toEqual(receipt(1, 0));
    expect(await program.send(other, { ...call, dedupe_key: 'k' })).toEqual(receipt(1, 0));
    await program.store();
    expect(await list(mine)).toHaveLength(4);
    expect(new Set((await list(mine)).map(({ event_id }) => event_id)).size).toBe(4);
    const range = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
    const { rows } = await program.post<{ rows: object[] }>(mine, '/api/obs/query', { measures: ['llm_calls', 'input_tokens'], ...range });
    expect(rows).toEqual([{ llm_calls: 4, input_tokens: 40 }]);
  });

  it('of an event that was refused is none', async () => {
    const workspace = await newWorkspace();
    const wrong = { ...event, dedupe_key: 'k', input_tokens: -1 };
    expect(await program.send(workspace, wrong, { ...wrong, input_tokens: 1 })).toMatchObject({ accepted: 1, rejected: 1, duplicates: 0 });
  });

  it('of an event that was read from the log and sent back is a duplicate', async () => {
    const workspace = await newWorkspace();
    await program.send(workspace, event);
    await program.store();
    const [item] = await list(workspace);
    expect(await program.send(workspace, item)).toEqual(receipt(0, 1));
  });

  it('is one event when many send it at the same time', async () => {
    const workspace = await newWorkspace();
    const keyed = { ...event, dedupe_key: 'k' };
    const receipts = await Promise.all(Array.from({ length: 20 }, () => program.send(workspace, keyed)));
    expect(receipts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
    expect(receipts.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(19);
  });

  it('that two instances take at the same time is one row and one call', async () => {
    const workspace = await newWorkspace();
    const call = { event_type: 'llm_call', agent_id: 'a', dedupe_key: 'k', model: 'gpt-4o', input_tokens: 10, timestamp: '2026-11-20T08:59:59Z' };
    const other = start();
    expect(await program.send(workspace, call)).toEqual(receipt(1, 0));
    expect(await other.send(workspace, call)).toEqual(receipt(1, 0));
    await program.store();
    await other.store();
    expect(await list(workspace)).toHaveLength(1);
    const range = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
    const { rows } = await program.post<{ rows: object[] }>(workspace, '/api/obs/query', { measures: ['llm_calls', 'input_tokens'], ...range });
    expect(rows).toEqual([{ llm_calls: 1, input_tokens: 10 }]);
  });

  it('cannot be told while the store is down: events with a key are to be sent again, others are taken', async () => {
    const workspace = await newWorkspace();
    program.state.storeIsDown = true;
    const answers = await Promise.all([post(workspace, JSON.stringify({ ...event, dedupe_key: 'k' })), post(workspace, JSON.stringify(event))]);
    program.state.storeIsDown = false;
    expect(answers.map(({ status }) => status)).toEqual([503, 200]);
    expect(await program.send(workspace, { ...event, dedupe_key: 'k' })).toEqual(receipt(1, 0));
  });
});

describe('POST /api/obs/ingest/heartbeat', () => {
  const HEARTBEAT = '/api/obs/ingest/heartbeat';
  const beat = (workspace: Workspace, body: object, scopes: readonly Scope[] = ['ingest']) =>
    post(workspace, JSON.stringify(body), {}, scopes, HEARTBEAT);

  it('is kept with its agent and stands in the log', async () => {
    const workspace = await newWorkspace();
    await program.send(workspace, event);
    await program.store();
    const answer = await beat(workspace, { agent_id: 'planner', status: 'degraded', metadata: { queue: 7 } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ agent_id: 'planner', status: 'degraded', received_at: '2026-11-20T09:00:00Z' });
    await program.store();
    expect(AgentSchema.parse(await program.get(workspace, '/api/obs/agents/planner'))).toMatchObject({
      agent_id: 'planner',
      first_seen_at: '2026-11-20T09:00:00Z',
      last_seen_at: '2026-11-20T09:00:00Z',
      last_heartbeat_at: '2026-11-20T09:00:00Z',
      status: 'degraded',
      heartbeat_status: 'degraded',
      heartbeat_metadata: { queue: 7 },
    });
    expect((await list(workspace)).find(({ event_type }) => event_type === 'heartbeat')).toMatchObject({
      agent_id: 'planner',
      payload: { status: 'degraded', metadata: { queue: 7 } },
    });
  });

  it('of an unknown agent, or of another workspace’s, is 404 and makes no agent', async () => {
    const [mine, other] = [await newWorkspace(), await newWorkspace()];
    await program.send(other, { ...event, agent_id: 'theirs' });
    await program.store();
    for (const agent_id of ['theirs', 'nobody', 'a\0b', 'x'.repeat(1000)]) {
      expect((await beat(mine, { agent_id })).status).toBe(404);
    }
    await program.store();
    expect(await program.get(mine, '/api/obs/agents')).toEqual({ items: [], next_cursor: null });
    expect((await beat(other, { agent_id: 'theirs' })).status).toBe(200);
  });

  it.each([
    ['no agent', {}],
    ['an unknown status', { agent_id: 'planner', status: 'fine' }],
    ['metadata that is a list', { agent_id: 'planner', metadata: [] }],
    ['metadata 500 deep', { agent_id: 'planner', metadata: JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as object }],
  ])('with %s is 400', async (_, body) => {
    const workspace = await newWorkspace();
    await program.send(workspace, event);
    await program.store();
    const answer = await beat(workspace, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid-request', errors: [{ pointer: expect.stringMatching(/^\//) as string }] });
  });

  it('needs the scope ingest', async () => {
    expect((await beat(await newWorkspace(), { agent_id: 'planner' }, ['read'])).status).toBe(403);
  });
});
