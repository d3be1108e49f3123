/** What a workspace wants masked or encrypted, on every way in, down to the bytes of the journal and the rows of the store. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Redaction, RedactionSchema } from '@sightglass/contract/redaction';
import type { SpanDetail } from '@sightglass/contract/trace';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpener, createSealer, type DataKey, lostKeyMarker } from '../encryption/envelope.ts';
import { listEvents } from '../events/listEvents.ts';
import { createRunComposer } from '../events/runComposer.ts';
import { createTelemetryReader } from '../explore/reader.ts';
import { encodeFrame, type Frame } from '../journal/frame.ts';
import { listLogs } from '../logs/listLogs.ts';
import { createObservationComposer } from '../observations/observationComposer.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { getSpan } from '../traces/getSpan.ts';
import { getTrace } from '../traces/getTrace.ts';
import { listTraces } from '../traces/listTraces.ts';
import type { Signal, TelemetryRequest } from './pipeline.ts';
import type { ReceivePolicies } from '../settings/receivePolicies.ts';
import { createPolicyBook } from './requestPolicies.ts';
import { createInlineReceiver } from './testing/inlineReceiver.ts';
import { START_MS } from './testing/traceRequests.ts';

const RANGE = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
const TABLES = ['spans', 'payloads', 'logs', 'metric_points', 'events', 'event_keys', 'run_events', 'observation_parts', 'trace_bounds'];
const TRACE = 'ab'.repeat(16);
const SPAN = 'cd'.repeat(8);
const LOGGED = 'ef'.repeat(8);
const NANOS = `${START_MS}000000`;

/** Each stands in every place of every signal. */
const SECRETS = ['ada.lovelace@example.com', '4111 1111 1111 1111', '+49 151 12345678', 'sk-proj-a1b2c3d4e5f6g7h8i9j0', 'CUST-00123456'];
const SECRET = `x\n${SECRETS.join(' and ')}\ty`;
const RULES: Partial<Redaction> = { patterns: [{ name: 'customer', pattern: '\\bCUST-\\d{8}\\b' }] };

type Json = Record<string, unknown>;
const text = (value: string): Json => ({ stringValue: value });
const keyValues = (values: Record<string, Json>): Json[] => Object.entries(values).map(([key, value]) => ({ key, value }));
const nested = (value: string): Json => ({ kvlistValue: { values: keyValues({ deep: { arrayValue: { values: [text(value)] } } }) } });
const secretAttributes = (secret: string) => keyValues({ note: text(secret), nested: nested(secret), 'http.request.header.cookie': text('dropped') });
const message = (role: string, secret: string) =>
  JSON.stringify([{ role, parts: [{ type: 'text', content: secret }], args: JSON.stringify({ to: secret }) }]);

const traces = (secret: string): Json => ({
  resourceSpans: [
    {
      resource: { attributes: secretAttributes(secret) },
      scopeSpans: [
        {
          spans: [
            {
              traceId: TRACE,
              spanId: SPAN,
              name: `call ${secret}`,
              startTimeUnixNano: NANOS,
              endTimeUnixNano: `${START_MS + 50}000000`,
              status: { code: 2, message: secret },
              attributes: [
                ...secretAttributes(secret),
                ...keyValues({
                  'gen_ai.operation.name': text('chat'),
                  'gen_ai.input.messages': text(message('user', secret)),
                  'gen_ai.output.messages': text(message('assistant', secret)),
                  'gen_ai.tool.definitions': text(JSON.stringify([{ name: 'mail', description: secret }])),
                }),
              ],
              events: [{ name: 'gen_ai.user.message', timeUnixNano: NANOS, attributes: keyValues({ content: text(secret) }) }],
              links: [{ traceId: '12'.repeat(16), spanId: '34'.repeat(8), attributes: secretAttributes(secret) }],
            },
            { traceId: TRACE, spanId: LOGGED, parentSpanId: SPAN, name: 'logged', startTimeUnixNano: NANOS, endTimeUnixNano: NANOS },
          ],
        },
      ],
    },
  ],
});

const logs = (secret: string): Json => ({
  resourceLogs: [
    {
      resource: { attributes: secretAttributes(secret) },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: NANOS,
              body: text(secret),
              attributes: [...secretAttributes(secret), ...keyValues({ 'exception.message': text(secret) })],
            },
            { timeUnixNano: NANOS, body: nested(secret) },
            {
              timeUnixNano: NANOS,
              traceId: TRACE,
              spanId: LOGGED,
              eventName: 'gen_ai.user.message',
              body: { kvlistValue: { values: keyValues({ content: text(secret) }) } },
            },
            { timeUnixNano: NANOS, traceId: TRACE, spanId: LOGGED, eventName: 'gen_ai.choice', body: text(secret) },
          ],
        },
      ],
    },
  ],
});

const metrics = (secret: string): Json => ({
  resourceMetrics: [
    {
      resource: { attributes: secretAttributes(secret) },
      scopeMetrics: [
        { metrics: [{ name: 'orders', gauge: { dataPoints: [{ timeUnixNano: NANOS, asDouble: 1, attributes: secretAttributes(secret) }] } }] },
      ],
    },
  ],
});

const event = { agent_id: 'agent', run_id: 'run-1', timestamp: new Date(START_MS).toISOString() };
const events = (secret: string): Json => ({
  events: [
    { ...event, event_type: 'run_started', message: secret, payload: { input_context: { question: secret }, note: secret } },
    { ...event, event_type: 'llm_call', model: 'gpt-4o', payload: { input_context: secret }, tags: { note: secret } },
    { ...event, event_type: 'run_finished', status: 'error', error_message: secret, payload: { output_summary: secret } },
    { agent_id: 'agent', event_type: 'heartbeat', payload: { metadata: { note: secret } } },
  ].map((sent, i) => ({ ...sent, dedupe_key: `event-${i}` })),
});

const item = (type: string, body: Json) => ({ id: `${type}-1`, type, timestamp: event.timestamp, body });
const langfuse = (secret: string): Json => ({
  batch: [
    item('trace-create', { id: 'trace-1', name: secret, input: secret, metadata: { note: secret }, tags: [secret] }),
    item('generation-create', {
      id: 'gen-1',
      traceId: 'trace-1',
      name: secret,
      startTime: event.timestamp,
      input: [{ role: 'user', content: secret }],
    }),
    item('generation-update', { id: 'gen-1', traceId: 'trace-1', endTime: event.timestamp, output: { answer: secret }, statusMessage: secret }),
    item('score-create', { traceId: 'trace-1', name: 'quality', value: 1, comment: secret }),
  ],
});

const REQUESTS: Record<Signal, (secret: string) => Json> = { traces, logs, metrics, events, langfuse };

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

let made = 0;
/** A program of one workspace with its policies; everything is received, stored and composed. */
async function receiveAll(policies: ReceivePolicies, secret: string) {
  const workspaceId = testWorkspace(`policies${++made}`);
  const book = createPolicyBook();
  book.set([[workspaceId, policies]]);
  const receiver = createInlineReceiver(undefined, book.forRequest);
  for (const [signal, request] of Object.entries(REQUESTS) as [Signal, (typeof REQUESTS)[Signal]][]) {
    const body = Buffer.from(JSON.stringify(request(secret)));
    const base = { signal, workspaceId, receivedAtMs: START_MS, source: 'test', body, contentType: 'json', encoding: 'identity' } as const;
    expect(await receiver.receive(base satisfies TelemetryRequest)).toMatchObject({ ok: true, rejected: 0 });
  }
  const journal = Buffer.concat(receiver.frames.map((frame) => encodeFrame(frame))).toString('utf8');
  await storeFrames(receiver.frames);
  const key = policies.encryption !== null && policies.encryption !== 'locked' ? policies.encryption : null;
  const open = createOpener(workspaceId, (keyId) => (keyId === key?.id ? key.bytes : undefined));
  const cipherOf = () => ({ open, sealer: key === null ? null : createSealer(workspaceId, key) });
  const log = pino({ level: 'silent' });
  const price = () => ({ costPicoUsd: null, costSource: null, priceId: null });
  await createRunComposer({ telemetry: store.telemetry, log, cipherOf }).compose(receiver.frames);
  await createObservationComposer({ telemetry: store.telemetry, log, price, nowMs: () => START_MS, cipherOf }).compose(receiver.frames);
  return {
    workspaceId,
    journal,
    stored: await rowsOf(workspaceId),
    reader: createTelemetryReader(store.telemetry, workspaceId, { open }),
  };
}

async function storeFrames(frames: readonly Frame[]): Promise<void> {
  for (const frame of frames) for (const { name, native } of frame.tables) await store.telemetry.insertNative(name, native, randomUUID());
}

/** Everything that the store holds of a workspace, as one text. */
async function rowsOf(workspaceId: string): Promise<string> {
  const tables = await Promise.all(
    TABLES.map((name) => store.telemetry.rows(`SELECT * FROM ${name} WHERE workspace_id = {workspace:String}`, { workspace: workspaceId })),
  );
  for (const rows of tables) expect(rows.length).toBeGreaterThan(0);
  return JSON.stringify(tables);
}

type Received = Awaited<ReturnType<typeof receiveAll>>;

async function spanOf({ reader }: Received, spanId: string): Promise<SpanDetail> {
  const span = await getSpan(reader, TRACE, spanId, () => null);
  if (!span.ok) throw new Error(span.error.detail);
  return span.value;
}

/** Everything that people are shown, as one text. */
async function shown(received: Received): Promise<string> {
  const { reader } = received;
  const traces = await listTraces(reader, { ...RANGE, sort: '-start_time', limit: 50 }, 0n);
  const whole = await getTrace(reader, TRACE, 'full');
  const spans: unknown[] = [];
  if (whole.ok) for await (const chunk of whole.value.spans) spans.push(...chunk);
  const answers = [traces, await listLogs(reader, { ...RANGE, limit: 50 }, 0n), await listEvents(reader, { ...RANGE, limit: 50, offset: 0 }, 0n)];
  for (const answer of answers) if (!answer.ok) throw new Error(answer.error.detail);
  return JSON.stringify([...answers, ...spans, await spanOf(received, SPAN), await spanOf(received, LOGGED)]);
}

describe.each([[['http.request.header.*']], [[]]])('what a workspace has masked, without the attributes %j', (drop_attributes) => {
  let received: Received;
  beforeAll(async () => {
    const redaction = RedactionSchema.parse({ enabled: true, drop_attributes, ...RULES });
    received = await receiveAll({ redaction, encryption: null }, SECRET);
  });

  it.each(SECRETS)('reaches neither journal nor store on any way in: %s', (secret) => {
    expect(received.journal).not.toContain(secret);
    expect(received.stored).not.toContain(secret);
  });

  it('is gone with the attributes that it does not want', () => {
    const wanted = drop_attributes.length === 0;
    expect(received.journal.includes('http.request.header.cookie')).toBe(wanted);
    expect(received.stored.includes('dropped')).toBe(wanted);
  });

  it('leaves all around it as it was', async () => {
    const span = await spanOf(received, SPAN);
    const masked = 'x\n[email] and [card] and [phone] and [api_key] and [customer]\ty';
    expect(span).toMatchObject({ name: `call ${masked}`, status_message: masked, attributes: { note: masked, nested: { deep: [masked] } } });
    expect(span.input_messages).toMatchObject([{ role: 'user', parts: [{ type: 'text', text: masked }] }]);
    expect((JSON.parse(span.output ?? '') as { args: string }[]).map(({ args }) => JSON.parse(args) as unknown)).toEqual([{ to: masked }]);
    expect(await shown(received)).not.toContain('CUST-');
  });
});

describe('without policies', () => {
  it('everything is stored as it was sent', async () => {
    const received = await receiveAll({ redaction: null, encryption: null }, SECRET);
    for (const secret of SECRETS) expect(received.stored).toContain(secret);
    expect(received.journal).not.toContain('enc:v1:');
  });
});

describe('what a workspace has encrypted', () => {
  const key: DataKey = { id: 'dk_test', bytes: new Uint8Array(randomBytes(32)) };
  /** In inputs, outputs and context alone. */
  const CONTENT = 'the content of a conversation';
  let received: Received;
  beforeAll(async () => {
    received = await receiveAll({ redaction: null, encryption: key }, CONTENT);
  });

  it('stands nowhere as it was sent where it is input, output or context', async () => {
    const where = async (table: string, columns: string) =>
      JSON.stringify(
        await store.telemetry.rows(`SELECT ${columns} FROM ${table} WHERE workspace_id = {workspace:String}`, { workspace: received.workspaceId }),
      );
    expect(await where('payloads', '*')).not.toContain(CONTENT);
    expect(await where('spans', 'input_preview, output_preview, events')).not.toContain(CONTENT);
    expect(await where('spans', "mapFilter((key, value) -> key LIKE '%context%', attributes_string)")).not.toContain(CONTENT);
    expect(await where('logs', "if(event_name LIKE 'gen_ai%', tuple(message, body), tuple('', ''))")).not.toContain(CONTENT);
    expect(await where('events', "JSONExtractRaw(payload, 'input_context'), JSONExtractRaw(payload, 'output_summary')")).not.toContain(CONTENT);
    expect(await where('observation_parts', "JSONExtractRaw(body, 'input'), JSONExtractRaw(body, 'output')")).not.toContain(CONTENT);
  });

  it('is shown as if it were not', async () => {
    const plain = await receiveAll({ redaction: null, encryption: null }, CONTENT);
    const neutral = (answers: string) =>
      answers.replaceAll(/"(?:event_id|span_id|trace_id|log_id|workspace_id|next_cursor)":(?:"[^"]*"|null)/g, '""');
    expect(neutral(await shown(received))).toBe(neutral(await shown(plain)));
    expect((await spanOf(received, LOGGED)).input_messages).toMatchObject([{ role: 'user', parts: [{ type: 'text', text: CONTENT }] }]);
  });

  it('says which key is missing where it cannot be opened, and nothing else fails', async () => {
    const answers = await shown({
      ...received,
      reader: createTelemetryReader(store.telemetry, received.workspaceId, { open: createOpener(received.workspaceId, () => undefined) }),
    });
    expect(answers).toContain(lostKeyMarker('dk_test'));
    expect(answers).toContain('call the content');
  });

  it('is found by its address once a day, and by no one who can guess it in another workspace', async () => {
    const other = await receiveAll({ redaction: null, encryption: key }, CONTENT);
    const plain = await receiveAll({ redaction: null, encryption: null }, CONTENT);
    const hashesOf = async ({ workspaceId }: Received) =>
      (
        await store.telemetry.rows<{ id: string; n: string }>(
          'SELECT hex(hash) AS id, count() AS n FROM payloads WHERE workspace_id = {workspace:String} GROUP BY hash ORDER BY id',
          {
            workspace: workspaceId,
          },
        )
      ).map(({ id }) => id);
    expect(await hashesOf(other)).toEqual(await hashesOf(received));
    const mine = new Set(await hashesOf(received));
    expect((await hashesOf(plain)).filter((hash) => mine.has(hash))).toEqual([]);
  });
});

it('nothing is stored while the key does not open', async () => {
  const workspaceId = testWorkspace('locked');
  const book = createPolicyBook();
  book.set([[workspaceId, { redaction: null, encryption: 'locked' }]]);
  expect(() => book.forRequest(workspaceId)).toThrow('does not open');
  book.set([[workspaceId, { redaction: null, encryption: null }]]);
  expect(book.forRequest(workspaceId)).toEqual({ redaction: null, sealer: null, sampling: null, estimates: null });
});
