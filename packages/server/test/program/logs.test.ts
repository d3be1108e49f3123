/** Logs over OTLP/HTTP against the built program: from the client's request to the list, and to the trace. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Log } from '@sightglass/contract/log';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MadeLog, logRequest } from '../../src/receive/testing/logRequests.ts';
import { encodeLogsRequest } from '../../src/receive/testing/otlpWriter.ts';
import { type Client, createClient, eventually, RANGE } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
let program: Program;
let client: Client;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);

const newTraceId = () => randomBytes(16).toString('hex');
const send = (body: string | Uint8Array, headers: Record<string, string>) =>
  client.send('/v1/logs', { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) });
const json = (logs: readonly MadeLog[]) => JSON.stringify(logRequest(logs));
const logsOf = async (traceId: string) =>
  (await client.get<{ items: Log[] }>(`/api/obs/logs?${new URLSearchParams({ ...RANGE, trace_id: traceId })}`)).items;

describe('POST /v1/logs', () => {
  test('takes JSON and protobuf, plain and gzip, and each record is readable once', async () => {
    const traceId = newTraceId();
    const one = (message: string) => logRequest([{ message, traceId, spanId: 'a'.repeat(16), severity: 17 }]);
    const inJson = JSON.stringify(one('in JSON'));
    const inProtobuf = encodeLogsRequest(one('in protobuf'));
    const answers = [
      await send(inJson, JSON_TYPE),
      await send(gzipSync(inJson), { ...JSON_TYPE, 'content-encoding': 'gzip' }),
      await send(inProtobuf, PROTOBUF),
      await send(inProtobuf, PROTOBUF),
      await send(gzipSync(inProtobuf), { ...PROTOBUF, 'content-encoding': 'gzip' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await answers[0]?.json()).toEqual({});
    expect((await answers[2]?.arrayBuffer())?.byteLength).toBe(0);
    const logs = await eventually(async () => {
      const found = await logsOf(traceId);
      expect(found).toHaveLength(2);
      return found;
    });
    expect(logs.map(({ message, level }) => [message, level]).sort()).toEqual([
      ['in JSON', 'ERROR'],
      ['in protobuf', 'ERROR'],
    ]);
  });

  test('takes an empty request', async () => {
    const answers = [await send('{}', JSON_TYPE), await send(new Uint8Array(), PROTOBUF)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('refuses single records and says how many and why', async () => {
    const request = logRequest([{ message: 'good' }]);
    const [ofResource] = request.resourceLogs as { scopeLogs: { logRecords: unknown[] }[] }[];
    ofResource?.scopeLogs[0]?.logRecords.push('bad', 7);
    const answer = await send(JSON.stringify(request), JSON_TYPE);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ partialSuccess: { rejectedLogRecords: '2', errorMessage: '2 log records: it is not an object' } });
  });

  test('refuses what it cannot decode, and types and methods that it does not know', async () => {
    expect((await send('no JSON', JSON_TYPE)).status).toBe(400);
    expect((await send(Buffer.from([0x0a, 0xff]), PROTOBUF)).status).toBe(400);
    expect((await send('x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await client.send('/v1/logs')).status).toBe(405);
    const foreign = createClient(program, `sg_${'x'.repeat(32)}`);
    expect((await foreign.send('/v1/logs', { method: 'POST', headers: JSON_TYPE, body: '{}' })).status).toBe(401);
  });
});

test('a log is told whose it is by a span that comes later, and is found by it', async () => {
  const traceId = newTraceId();
  const spanId = 'b'.repeat(16);
  expect((await send(json([{ message: 'before its span', traceId, spanId }]), JSON_TYPE)).status).toBe(200);
  await eventually(async () => expect((await logsOf(traceId)).map(({ user_id }) => user_id)).toEqual([null]));
  const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner', 'user.id': 'ada', 'session.id': 's-1' };
  expect((await client.sendSpans([{ traceId, spanId, attributes }])).status).toBe(200);
  const [log] = await eventually(async () => {
    const query = new URLSearchParams({ ...RANGE, user_id: 'ada', agent_id: 'planner', session_id: 's-1' });
    const { items } = await client.get<{ items: Log[] }>(`/api/obs/logs?${query}`);
    expect(items).toHaveLength(1);
    return items;
  });
  expect(log).toMatchObject({ message: 'before its span', agent_id: 'planner', user_id: 'ada', session_id: 's-1', run_id: traceId });
});
