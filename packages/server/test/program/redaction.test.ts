/** Masking and encryption in the built program: what is on its disk, and what is left to read after restarts, with the right secret and with a wrong one. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEvent } from '@sightglass/contract/event';
import type { Log } from '@sightglass/contract/log';
import type { Problem } from '@sightglass/contract/routes/defineRoute';
import type { EncryptionSetting } from '@sightglass/contract/routes/settings';
import { beforeAll, describe, expect, test } from 'vitest';
import { logRequest } from '../../src/receive/testing/logRequests.ts';
import { keyValues, metricRequest, nanosAt } from '../../src/receive/testing/metricRequests.ts';
import { type Client, createClient, eventually, RANGE } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const SECRET = 'ada.lovelace@example.com';
const ENV = { ...HEADLESS, SIGHTGLASS_SECRET: 'the secret of this test, long enough' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** The bytes of every file under a directory, as one text. */
function bytesUnder(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => bytesOf(join(file.parentPath, file.name))).join('\n');
}

/** A file may go while the directory is read. */
function bytesOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

const put = (client: Client, path: string, body: unknown) => client.send(path, { method: 'PUT', headers: JSON_TYPE, body: JSON.stringify(body) });

/** One request of every signal with a text in it; resolves when all are acknowledged. `acknowledged` is called after each. */
async function sendEverything(client: Client, text: string, acknowledged = () => {}): Promise<{ traceId: string; runId: string }> {
  const traceId = randomBytes(16).toString('hex');
  const runId = `run-${traceId}`;
  const post = async (path: string, body: unknown) => {
    const answer = await client.send(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
    acknowledged();
    return answer;
  };
  const point = { timeUnixNano: nanosAt(0), asDouble: 1, attributes: keyValues({ note: text }) };
  const answers = [
    await client.sendSpans(
      [
        {
          traceId,
          spanId: 'a'.repeat(16),
          name: `call ${text}`,
          attributes: {
            'gen_ai.operation.name': 'chat',
            'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `first\n${text}` }] }]),
            'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: text }] }]),
            note: text,
          },
        },
      ],
      { 'service.name': 'shop', owner: text },
    ),
    await post('/v1/logs', logRequest([{ message: text, traceId, spanId: 'a'.repeat(16), attributes: { note: text } }])),
    await post('/v1/metrics', metricRequest([{ name: 'orders', gauge: { dataPoints: [point] } }])),
    await post('/api/obs/ingest/events', {
      events: [
        { event_type: 'run_started', agent_id: 'planner', run_id: runId, message: text, payload: { input_context: text } },
        { event_type: 'run_finished', agent_id: 'planner', run_id: runId, payload: { output_summary: { answer: text } } },
      ],
    }),
    await post('/api/public/ingestion', {
      batch: [{ id: runId, type: 'trace-create', timestamp: '2026-11-20T09:00:00Z', body: { id: traceId, name: text, input: text } }],
    }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 207]);
  return { traceId, runId };
}

const logsOf = async (client: Client, traceId: string) =>
  (await client.get<{ items: Log[] }>(`/api/obs/logs?${new URLSearchParams({ ...RANGE, trace_id: traceId })}`)).items;
const eventsOf = async (client: Client, runId: string) =>
  (await client.get<{ items: AgentEvent[] }>(`/api/obs/events?run_id=${runId}&from=now-1h&to=now`)).items;

describe('what matches a rule', () => {
  let program: Program;
  let client: Client;
  beforeAll(async () => {
    program = await startProgram({ env: ENV });
    client = createClient(program, OWNER.key);
  }, START_MS_MAX);

  test('is on disk nowhere, before it is stored and after, and in no log of the program', { timeout: 2 * START_MS_MAX }, async () => {
    expect((await put(client, '/api/obs/settings/redaction', { enabled: true })).status).toBe(200);
    // What is acknowledged is in the journal, until it is stored about a second later.
    let journalled = '';
    const { traceId, runId } = await sendEverything(client, SECRET, () => {
      journalled += bytesUnder(join(program.dataDir, 'journal'));
    });
    await program.kill();
    expect(journalled).toContain('[email]');
    expect(journalled).not.toContain(SECRET);
    expect(bytesUnder(program.dataDir)).not.toContain(SECRET);

    const first = program;
    program = await startProgram({ dataDir: first.dataDir, env: ENV });
    client = createClient(program, OWNER.key);
    // Payloads are stored a moment after the spans that name them.
    await eventually(async () => {
      const { spans } = await client.trace(traceId);
      expect(spans.find(({ span_id }) => span_id === 'a'.repeat(16))).toMatchObject({
        name: 'call [email]',
        input: '[{"role":"user","parts":[{"type":"text","content":"first\\n[email]"}]}]',
        attributes: { note: '[email]' },
      });
    });
    await eventually(async () => expect(await logsOf(client, traceId)).toMatchObject([{ message: '[email]', attributes: { note: '[email]' } }]));
    await eventually(async () => expect(await eventsOf(client, runId)).toHaveLength(2));
    expect(JSON.stringify(await eventsOf(client, runId))).not.toContain(SECRET);
    for (const directory of ['journal', 'quarantine']) expect(bytesUnder(join(program.dataDir, directory))).not.toContain(SECRET);
    expect(first.stderr() + program.stderr()).not.toContain(SECRET);
    // The rules hold in the new process, too.
    const again = await sendEverything(client, SECRET);
    const stored = await eventually(() => client.trace(again.traceId));
    expect(JSON.stringify(stored)).not.toContain(SECRET);
  });
});

describe('what is encrypted', () => {
  const CONTENT = 'the customer asked for a refund';
  let program: Program;
  let client: Client;
  beforeAll(async () => {
    program = await startProgram({ env: ENV });
    client = createClient(program, OWNER.key);
  }, START_MS_MAX);

  const restart = async (env: Readonly<Record<string, string>>) => {
    expect((await program.stop()).code).toBe(0);
    program = await startProgram({ dataDir: program.dataDir, env });
    client = createClient(program, OWNER.key);
  };
  const inputOf = async (traceId: string) => (await client.trace(traceId)).spans.find(({ span_id }) => span_id === 'a'.repeat(16))?.input;

  test('is read as before through rotation and restart, and by no other secret', { timeout: 4 * START_MS_MAX }, async () => {
    const on = await put(client, '/api/obs/settings/encryption', { enabled: true });
    expect(on.status).toBe(200);
    const first = await sendEverything(client, CONTENT);
    const rotated = await client.post<EncryptionSetting>('/api/obs/settings/encryption/rotate', {});
    expect(rotated.keys.map(({ usable }) => usable)).toEqual([true, true]);
    const second = await sendEverything(client, CONTENT);
    await restart(ENV);
    for (const { traceId, runId } of [first, second]) {
      await eventually(async () => expect(await inputOf(traceId)).toContain(CONTENT));
      const [run] = await eventually(async () => {
        const runs = await client.traces({ q: 'planner', from: 'now-1h', to: 'now' });
        expect(runs.filter(({ run_id }) => run_id === runId)).toHaveLength(1);
        return runs.filter(({ run_id }) => run_id === runId);
      });
      expect(run).toMatchObject({ input_preview: CONTENT });
      expect((await eventsOf(client, runId)).map(({ payload }) => payload)).toContainEqual({ input_context: CONTENT });
    }

    await restart({ ...ENV, SIGHTGLASS_SECRET: 'another secret, as long as the first' });
    expect(await inputOf(first.traceId)).toMatch(/^\[\[encrypted: the key dk_[a-z0-9]+ is not available\]\]$/);
    const refused = await client.sendSpans([{ traceId: 'b'.repeat(32), spanId: 'b'.repeat(16) }]);
    expect(refused.status).toBe(503);
    const { keys } = await client.get<EncryptionSetting>('/api/obs/settings/encryption');
    expect(keys.map(({ usable }) => usable)).toEqual([false, false]);
    const problem = await client.postJson('/api/obs/ingest/events', { event_type: 'custom', agent_id: 'planner' });
    expect(problem.status).toBe(503);
    expect(((await problem.json()) as Problem).detail).toContain('encryption key');

    // Who has lost the secret goes on with a new key.
    await client.post('/api/obs/settings/encryption/rotate', {});
    const third = await sendEverything(client, CONTENT);
    await eventually(async () => expect(await inputOf(third.traceId)).toContain(CONTENT));
  });
});
