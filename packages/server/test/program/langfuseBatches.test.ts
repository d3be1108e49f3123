/** The recorded batches of Langfuse's older clients, over HTTP into the built program and out of its API. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { type Client, createClient, eventually, everythingSettled, type WholeTrace } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const PATH = '/api/public/ingestion';
const basic = (key: string) => `Basic ${Buffer.from(`pk-lf-test:${key}`).toString('base64')}`;

interface Item {
  id: string;
  type: string;
  body: { id: string };
}
interface Recording {
  body: string;
  headers: Record<string, string>;
  items: Item[];
  traceId: string;
  expected: { llm: { input_tokens?: number; output_tokens?: number; error?: unknown }[]; errors: unknown[]; sessionId: string; userId: string };
}

function recorded(name: string): Recording {
  const file = (ending: string) => readFileSync(new URL(`../fixtures/otlp/langfuse-v3-${name}-1.traces.${ending}`, import.meta.url), 'utf8');
  const body = file('json');
  const { headers, expected } = JSON.parse(file('meta.json')) as Pick<Recording, 'headers' | 'expected'>;
  const items = (JSON.parse(body) as { batch: Item[] }).batch;
  const traceId = items.find(({ type }) => type === 'trace-create')?.body.id.replaceAll('-', '') ?? '';
  return { body, headers, items, traceId, expected };
}
const RECORDINGS = ['agent', 'error', 'rag'].map((name) => ({ name, ...recorded(name) }));

let program: Program;
let client: Client;
beforeAll(async () => {
  program = await startProgram({ env: { ...HEADLESS, SIGHTGLASS_AUTH: 'required' } });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);

const post = (body: string, headers: Record<string, string>) =>
  createClient(program).send(PATH, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

const readAll = () => Promise.all(RECORDINGS.map(({ traceId }) => client.trace(traceId)));
let first: WholeTrace[];

test('recorded batches are answered 207 and read as what the provider served', async () => {
  for (const { body, headers, items } of RECORDINGS) {
    const answer = await post(body, { ...headers, authorization: basic(OWNER.key) });
    expect(answer.status).toBe(207);
    expect(await answer.json()).toEqual({ successes: items.map(({ id }) => ({ id, status: 201 })), errors: [] });
  }
  await everythingSettled(client);
  first = await readAll();
  for (const [i, { expected, items }] of RECORDINGS.entries()) {
    const trace = first[i]?.trace;
    const sum = (count: (call: (typeof expected.llm)[number]) => number | undefined) =>
      expected.llm.reduce((total, call) => total + (count(call) ?? 0), 0);
    expect(trace).toMatchObject({
      session_id: expected.sessionId,
      user_id: expected.userId,
      llm_calls: expected.llm.length,
      error_count: expected.errors.length,
      span_count: 1 + items.filter(({ type }) => /(?:span|generation|event)-create/.test(type)).length,
    });
    expect(trace?.input_tokens ?? 0).toBe(sum((call) => call.input_tokens));
    expect(trace?.output_tokens ?? 0).toBe(sum((call) => call.output_tokens));
  }
});

test.each<[string, Record<string, string>]>([
  ['Basic', { authorization: basic(OWNER.key) }],
  ['Bearer', { authorization: `Bearer ${OWNER.key}` }],
  ['a bare Authorization', { authorization: OWNER.key }],
  ['x-api-key', { 'x-api-key': OWNER.key }],
])('a key comes as %s', async (_, headers) => {
  expect((await post('{"batch":[]}', headers)).status).toBe(207);
});

test('no key, and a wrong one, are 401', async () => {
  expect((await post('{"batch":[]}', {})).status).toBe(401);
  expect((await post('{"batch":[]}', { authorization: basic(`sg_${'wrong'.repeat(6)}xx`) })).status).toBe(401);
});

test('sent again, nothing counts twice', async () => {
  for (const { body } of RECORDINGS) expect((await post(body, { authorization: basic(OWNER.key) })).status).toBe(207);
  await everythingSettled(client);
  expect(await readAll()).toEqual(first);
});

test('a trace goes on after the program was killed', { timeout: 2 * START_MS_MAX }, async () => {
  const [agent] = RECORDINGS;
  if (agent === undefined) throw new Error('there is no recording');
  const fresh = (text: string) => text.replaceAll(agent.items[0]?.body.id ?? '', '00000000-0000-4000-8000-000000000007');
  const traceId = '00000000000040008000000000000007';
  const send = (items: readonly Item[]) => post(fresh(JSON.stringify({ batch: items })), { authorization: basic(OWNER.key) });
  const half = agent.items.length / 2;
  expect((await send(agent.items.slice(half))).status).toBe(207);
  await program.kill();
  program = await startProgram({ dataDir: program.dataDir, env: { SIGHTGLASS_AUTH: 'required' } });
  client = createClient(program, OWNER.key);
  expect((await send(agent.items.slice(0, half))).status).toBe(207);
  await eventually(async () => {
    const whole = await client.trace(traceId);
    const text = (told: WholeTrace | undefined) =>
      JSON.stringify(told?.spans.map(({ name, status, input_tokens, user_id }) => [name, status, input_tokens, user_id]).sort());
    expect(text(whole)).toBe(text(first[0]));
    expect(whole.trace).toMatchObject({ root_name: 'handle-claim', cost_usd: first[0]?.trace.cost_usd, status: 'success' });
  });
  expect(await readAll()).toEqual(first);
});

test('a client that checks its keys before it sends is told its workspace, and a wrong key is refused', async () => {
  const ask = (path: string, authorization?: string) =>
    createClient(program).send(path, authorization === undefined ? {} : { headers: { authorization } });
  const answer = await ask('/api/public/projects', basic(OWNER.key));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ data: [{ id: expect.stringMatching(/^wsp_/) as string, name: expect.any(String) as string }] });
  expect((await ask('/api/public/projects', basic('sg_wrong'))).status).toBe(401);
  expect((await ask('/api/public/projects')).status).toBe(401);
  expect(await (await ask('/api/public/health')).json()).toMatchObject({ status: 'OK' });
});
