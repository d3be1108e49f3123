/** OTLP over HTTP against the built program: order of arrival does not matter, and nothing hostile gets in or hurts. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs/minimal.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { OTLP_PATHS } from '../../src/receive/otlpHttp.ts';
import { encodeTraceRequest } from '../../src/receive/testing/otlpWriter.ts';
import { type MadeSpan, traceRequest } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient, eventually, everythingSettled } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const MEBIBYTE = 1024 * 1024;
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };

let program: Program;
let client: Client;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);

const newTraceId = () => randomBytes(16).toString('hex');
const spanId = (digit: string) => digit.repeat(16);

/** A request of a shop: only the outer spans know who asks; the inner ones inherit it. */
function orderTrace(traceId: string): MadeSpan[] {
  const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o' };
  const tokens = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 100 };
  const agent = (name: string) => ({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name });
  return [
    { traceId, spanId: spanId('1'), name: 'POST /orders', kind: 2, durationMs: 100, attributes: { 'user.id': 'user-7', 'session.id': 'session-7' } },
    { traceId, spanId: spanId('2'), parentSpanId: spanId('1'), name: 'planner', atMs: 1, durationMs: 90, attributes: agent('planner') },
    { traceId, spanId: spanId('3'), parentSpanId: spanId('2'), name: 'chat gpt-4o', atMs: 2, attributes: { ...chat, ...tokens } },
    { traceId, spanId: spanId('4'), parentSpanId: spanId('2'), name: 'checker', atMs: 20, durationMs: 60, attributes: agent('checker') },
    { traceId, spanId: spanId('5'), parentSpanId: spanId('4'), name: 'step', atMs: 21, durationMs: 50 },
    { traceId, spanId: spanId('6'), parentSpanId: spanId('5'), name: 'chat gpt-4o', atMs: 22, attributes: { ...chat, ...tokens } },
    {
      traceId,
      spanId: spanId('7'),
      parentSpanId: spanId('5'),
      name: 'execute_tool look up',
      atMs: 40,
      failed: true,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'look up' },
    },
  ];
}

/** What the API says of the trace, without its id. */
async function told(traceId: string): Promise<unknown> {
  const whole = JSON.stringify(await client.trace(traceId));
  return JSON.parse(whole.replaceAll(traceId, 'the trace id')) as unknown;
}

describe('children and parents in separate requests', () => {
  const forwards = (spans: MadeSpan[]) => spans.map((span) => [span]);
  const ORDERS: readonly [string, (spans: MadeSpan[]) => MadeSpan[][]][] = [
    ['parents first', forwards],
    ['children first', (spans) => forwards(spans.toReversed())],
    ['from the middle outwards', ([a, b, c, d, e, f, g]) => [[d], [c, e], [b, f], [a, g]] as MadeSpan[][]],
    ['every one twice', (spans) => [...forwards(spans.toReversed()), ...forwards(spans)]],
  ];
  let wholeTrace: unknown;
  beforeAll(async () => {
    const traceId = newTraceId();
    await client.sendSpans(orderTrace(traceId));
    await everythingSettled(client);
    wholeTrace = await told(traceId);
  });

  test('the trace in one request has one run with its agents, user, failure and cost', () => {
    expect(wholeTrace).toMatchObject({
      trace: { span_count: 7, error_count: 1, llm_calls: 2, agent_id: 'planner', user_id: 'user-7', session_id: 'session-7', cost_usd: '0.007' },
      spans: ['planner', 'planner', 'planner', 'checker', 'checker', 'checker', 'checker'].map((agent, i) => ({
        agent_id: i === 0 ? 'shop' : agent,
        user_id: 'user-7',
      })),
    });
  });

  test.each(ORDERS)('%s: the same trace, run and cost by agent', async (_name, order) => {
    const traceId = newTraceId();
    for (const spans of order(orderTrace(traceId))) expect((await client.sendSpans(spans)).status).toBe(200);
    await eventually(async () => expect(await told(traceId)).toEqual(wholeTrace));
    const ofTrace = { filters: [{ field: 'trace_id', op: '=', value: traceId }] };
    const byAgent = await client.query({ ...ofTrace, measures: ['cost_usd', 'llm_calls', 'runs'], group_by: ['agent_id'] });
    expect(byAgent.filter(({ llm_calls }) => llm_calls !== 0)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ agent_id: 'planner', cost_usd: '0.0035', llm_calls: 1 }),
        expect.objectContaining({ agent_id: 'checker', cost_usd: '0.0035', llm_calls: 1 }),
      ]),
    );
    expect(await client.query({ ...ofTrace, measures: ['spans', 'runs', 'cost_usd'] })).toEqual([{ spans: 7, runs: 1, cost_usd: '0.007' }]);
  });

  test('all at once: the same trace', async () => {
    const traceId = newTraceId();
    const answers = await Promise.all(orderTrace(traceId).map((span) => client.sendSpans([span])));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    await eventually(async () => expect(await told(traceId)).toEqual(wholeTrace));
  });
});

/** A `google.rpc.Status`: code and message. */
async function readStatus(answer: Response): Promise<{ code: number; message: string }> {
  if (answer.headers.get('content-type') === 'application/json') return (await answer.json()) as { code: number; message: string };
  expect(answer.headers.get('content-type')).toBe('application/x-protobuf');
  const reader = protobuf.Reader.create(new Uint8Array(await answer.arrayBuffer()));
  expect(reader.uint32()).toBe((1 << 3) | 0);
  const code = reader.int32();
  expect(reader.uint32()).toBe((2 << 3) | 2);
  return { code, message: reader.string() };
}

const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

describe('requests that cannot be taken', () => {
  const refusedTrace = newTraceId();
  const whole = encodeTraceRequest(traceRequest([{ traceId: refusedTrace, spanId: spanId('1') }])) as Uint8Array<ArrayBuffer>;
  const asJson = JSON.stringify(traceRequest([{ traceId: refusedTrace, spanId: spanId('1') }]));
  const CASES: readonly [string, number, Record<string, string>, BodyInit][] = [
    ['protobuf that is cut off', 400, PROTOBUF, whole.slice(0, -5)],
    ['protobuf that is none', 400, PROTOBUF, 'hello, this is no protobuf'],
    ['JSON that is cut off', 400, JSON_TYPE, asJson.slice(0, -5)],
    ['JSON of another shape', 400, JSON_TYPE, '[1, 2, 3]'],
    ['gzip that is none', 400, { ...PROTOBUF, 'content-encoding': 'gzip' }, whole],
    ['gzip that is cut off', 400, { ...PROTOBUF, 'content-encoding': 'gzip' }, new Uint8Array(gzipSync(whole)).slice(0, -9)],
    ['no content type', 415, { 'content-type': '' }, whole],
    ['another content type', 415, { 'content-type': 'text/plain' }, whole],
    ['another content encoding', 415, { ...PROTOBUF, 'content-encoding': 'br' }, whole],
    ['another content encoding, JSON', 415, { ...JSON_TYPE, 'content-encoding': 'zstd' }, asJson],
  ];

  test.each(CASES)('%s: %i with a Status in the request’s own encoding', async (_name, status, headers, body) => {
    const answer = await client.send('/v1/traces', { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(answer.headers.get('content-type')).toBe(
      headers === PROTOBUF || headers['content-type'] === PROTOBUF['content-type'] ? 'application/x-protobuf' : 'application/json',
    );
    const { code, message } = await readStatus(answer);
    expect(code).toBe(INVALID_ARGUMENT);
    expect(message.length).toBeGreaterThan(10);
  });

  test.each(Object.keys(OTLP_PATHS))('%s takes POST alone, an empty request, and nothing that cannot be decoded', async (path) => {
    const got = await client.send(path);
    expect([got.status, (await readStatus(got)).code]).toEqual([405, UNIMPLEMENTED]);
    expect((await client.send(path, { method: 'POST', headers: PROTOBUF })).status).toBe(200);
    expect(await (await client.postJson(path, {})).json()).toEqual({});
    for (const headers of [PROTOBUF, JSON_TYPE]) {
      const refused = await client.send(path, { method: 'POST', headers, body: whole.slice(0, -5) });
      expect([refused.status, (await readStatus(refused)).code]).toEqual([400, INVALID_ARGUMENT]);
    }
    expect((await createClient(program, `sg_${'x'.repeat(40)}`).send(path, { method: 'POST', headers: PROTOBUF })).status).toBe(401);
  });

  test('nothing of them is stored', async () => {
    await everythingSettled(client);
    expect((await client.send(`/api/obs/traces/${refusedTrace}`)).status).toBe(404);
  });
});

describe('bodies that grow', () => {
  const zeros = gzipSync(Buffer.alloc(32 * MEBIBYTE));
  /** Members follow one another in a gzip stream: 10 GiB of zeros in about 10 MB. */
  const bomb = Buffer.concat(Array.from({ length: 320 }, () => zeros));
  const oneMember = gzipSync(Buffer.alloc(65 * MEBIBYTE));

  test('a bomb is 413 at once and costs less than 100 MB', async () => {
    // What inflating needs once and keeps is not the bomb's growth.
    await client.send('/v1/traces', { method: 'POST', headers: { ...PROTOBUF, 'content-encoding': 'gzip' }, body: new Uint8Array(oneMember) });
    const before = program.residentBytes();
    let highest = before;
    const watch = setInterval(() => {
      highest = Math.max(highest, program.residentBytes());
    }, 5);
    for (const headers of [PROTOBUF, JSON_TYPE]) {
      const answer = await client.send('/v1/traces', {
        method: 'POST',
        headers: { ...headers, 'content-encoding': 'gzip' },
        body: new Uint8Array(bomb),
      });
      expect([answer.status, (await readStatus(answer)).code]).toEqual([413, INVALID_ARGUMENT]);
    }
    clearInterval(watch);
    expect((highest - before) / MEBIBYTE).toBeLessThan(100);
    expect((await fetch(`${program.address}/readyz`)).status).toBe(200);
  });

  test('64 MiB after inflating are taken, a byte more is not', async () => {
    // JSON may be padded with spaces.
    const body = (bytes: number) => new Uint8Array(gzipSync(Buffer.concat([Buffer.alloc(bytes - 2, ' '), Buffer.from('{}')]), { level: 1 }));
    const send = (bytes: number) =>
      client.send('/v1/traces', { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: body(bytes) });
    expect((await send(64 * MEBIBYTE)).status).toBe(200);
    expect((await send(64 * MEBIBYTE + 1)).status).toBe(413);
  });

  test('a plain body over 64 MiB is 413 by what it announces', async () => {
    const answer = await client.send('/v1/traces', { method: 'POST', headers: JSON_TYPE, body: new Uint8Array(64 * MEBIBYTE + 1) });
    expect(answer.status).toBe(413);
  });
});

describe('requests that are taken in part', () => {
  test.each([
    ['protobuf', PROTOBUF, new Uint8Array(0)],
    ['JSON', JSON_TYPE, '{}'],
  ] as const)('an empty request of %s succeeds with an empty answer', async (_name, headers, body) => {
    const answer = await client.send('/v1/traces', { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(headers['content-type']);
    expect(await answer.text()).toBe(headers === JSON_TYPE ? '{}' : '');
  });

  test('single spans with impossible ids are refused and counted, the others are stored', async () => {
    const traceId = newTraceId();
    const good: MadeSpan[] = [
      { traceId, spanId: spanId('1') },
      { traceId, spanId: spanId('2'), parentSpanId: spanId('1') },
    ];
    const bad: MadeSpan[] = [
      { traceId: '0'.repeat(32), spanId: spanId('3') },
      { traceId, spanId: '0'.repeat(16) },
      { traceId: traceId.slice(2), spanId: spanId('4') },
      { traceId, spanId: spanId('5').slice(2) },
    ];
    const request = traceRequest([...bad.slice(0, 2), ...good, ...bad.slice(2)]);
    const json = await client.postJson('/v1/traces', request);
    expect(json.status).toBe(200);
    const { partialSuccess } = (await json.json()) as { partialSuccess: { rejectedSpans: string; errorMessage: string } };
    expect(partialSuccess.rejectedSpans).toBe('4');
    expect(partialSuccess.errorMessage).toMatch(/id/);

    const binary = await client.send('/v1/traces', {
      method: 'POST',
      headers: PROTOBUF,
      body: encodeTraceRequest(request) as Uint8Array<ArrayBuffer>,
    });
    const reader = protobuf.Reader.create(new Uint8Array(await binary.arrayBuffer()));
    expect(reader.uint32()).toBe((1 << 3) | 2);
    reader.uint32();
    expect([reader.uint32(), Number(reader.int64())]).toEqual([1 << 3, 4]);

    await eventually(async () => expect((await client.trace(traceId)).spans).toHaveLength(2));
    expect(await client.query({ measures: ['spans'], filters: [{ field: 'trace_id', op: '=', value: traceId }] })).toEqual([{ spans: 2 }]);
  });

  test('an id that is no hex is refused alone', async () => {
    const traceId = newTraceId();
    const answer = await client.postJson(
      '/v1/traces',
      traceRequest([
        { traceId: '../../../etc/passwd', spanId: spanId('1') },
        { traceId, spanId: spanId('2') },
      ]),
    );
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
    await eventually(async () => expect((await client.trace(traceId)).spans).toHaveLength(1));
  });
});
