/**
 * Every recorded client, over HTTP into the built program and out of its API: what the provider served is
 * what is read, once, however often it is sent and whenever the program starts again.
 */
import { parseUsd } from '@sightglass/contract/money';
import type { TraceSummary } from '@sightglass/contract/trace';
import { beforeAll, expect, test } from 'vitest';
import { loadTraceGroup, recordedRequests, type ServedCall, traceGroupNames } from '../otlpFixtures.ts';
import { type Client, createClient, everythingSettled, type WholeTrace } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

/** Pico-dollars a token by the providers' own price pages, kept apart from the program's price book. */
const PRICES: Readonly<Record<string, { input: bigint; cacheRead: bigint; cacheWrite: bigint; output: bigint }>> = {
  'gpt-4o-2024-08-06': { input: 2_500_000n, cacheRead: 1_250_000n, cacheWrite: 0n, output: 10_000_000n },
  'gpt-4o-mini-2024-07-18': { input: 150_000n, cacheRead: 75_000n, cacheWrite: 0n, output: 600_000n },
  'o4-mini-2025-04-16': { input: 1_100_000n, cacheRead: 275_000n, cacheWrite: 0n, output: 4_400_000n },
  'claude-sonnet-4-5-20250929': { input: 3_000_000n, cacheRead: 300_000n, cacheWrite: 3_750_000n, output: 15_000_000n },
  'gemini-2.5-flash': { input: 300_000n, cacheRead: 30_000n, cacheWrite: 0n, output: 2_500_000n },
  'text-embedding-3-small': { input: 20_000n, cacheRead: 0n, cacheWrite: 0n, output: 0n },
};

/** Streams whose client did not send the provider's counts: what it sent instead (Traceloop counts words itself). */
const COUNTS_NOT_SENT: Readonly<Record<string, { inputTokens: number; outputTokens: number }>> = {
  'ai-sdk-v4-stream-json': { inputTokens: 0, outputTokens: 0 },
  'openinference-openai-stream': { inputTokens: 0, outputTokens: 0 },
  'traceloop-openai-stream': { inputTokens: 7, outputTokens: 34 },
};
/** Logfire sends each span first as pending, which is no span. */
const PENDING_COPIES: Readonly<Record<string, number>> = { 'logfire-agent': 2 };

const GROUPS = traceGroupNames().map((name) => {
  const { spans, expected } = loadTraceGroup(name);
  return { name, expected, traceIds: [...new Set(spans.map(({ traceId }) => traceId))] };
});
type Group = (typeof GROUPS)[number];

let program: Program;
let client: Client;
let first: Awaited<ReturnType<typeof readEverything>>;

/** As the client sent it, with our key in the place where it puts its own. */
async function replay(name: string): Promise<void> {
  const anyone = createClient(program);
  for (const { path, headers, body } of recordedRequests(name)) {
    const withKey = Object.entries(headers).map(([header, value]): [string, string] => {
      if (header === 'authorization') return [header, value.replace(/\S+$/, OWNER.key)];
      return [header, header === 'x-api-key' ? OWNER.key : value];
    });
    const answer = await anyone.send(path, { method: 'POST', headers: Object.fromEntries(withKey), body });
    expect(answer.status, `${name}: ${await answer.text()}`).toBe(200);
  }
}

async function replayAll(): Promise<void> {
  for (const { name } of GROUPS) await replay(name);
  await everythingSettled(client);
}

/** Everything that the API says about the recordings. */
async function readEverything() {
  const wholes = new Map<string, WholeTrace[]>();
  for (const { name, traceIds } of GROUPS) wholes.set(name, await Promise.all(traceIds.map((traceId) => client.trace(traceId))));
  const ids = new Set(GROUPS.flatMap(({ traceIds }) => traceIds));
  const list = (await client.traces()).filter(({ trace_id }) => ids.has(trace_id));
  const rows = await client.query({
    measures: ['spans', 'runs', 'llm_calls', 'calls', 'errors', 'cost_usd', 'input_tokens', 'output_tokens'],
    group_by: ['scope_name', 'model', 'agent_id'],
  });
  const totals = rows
    .filter(({ agent_id }) => agent_id !== 'sentinel')
    .map((row) => JSON.stringify(row))
    .sort();
  return { wholes, list, totals };
}

const sum = (traces: readonly TraceSummary[], count: (trace: TraceSummary) => number | null) =>
  traces.reduce((total, trace) => total + (count(trace) ?? 0), 0);

/** Copies inside the JSON of wrapper spans are no counts. */
const wasSent = (call: Pick<ServedCall, 'readable_at'>, count: string) =>
  (call.readable_at?.[count] ?? []).some((path) => !path.startsWith('traceloop.entity.'));

/** Of a call as the client told of it: tokens that it did not tell to be cached are charged in full. */
function costOf(call: ServedCall): bigint {
  const price = PRICES[call.model];
  if (price === undefined) throw new Error(`no price of ${call.model} in this test`);
  const cacheRead = BigInt(wasSent(call, 'cached_tokens') ? (call.cached_tokens ?? 0) : 0);
  const cacheWrite = BigInt(wasSent(call, 'cache_write_tokens') ? (call.cache_write_tokens ?? 0) : 0);
  const fresh = BigInt(call.input_tokens ?? 0) - cacheRead - cacheWrite;
  return fresh * price.input + cacheRead * price.cacheRead + cacheWrite * price.cacheWrite + BigInt(call.output_tokens ?? 0) * price.output;
}

/** The calls of a group whose counts were sent; a failed call was not charged. */
function chargedCalls({ llm, embeddings }: Group['expected']): ServedCall[] {
  const embedded = embeddings.filter((call) => wasSent(call, 'input_tokens')).map((call) => ({ ...call, request_model: call.model }));
  return [...llm.filter(({ error }) => error === undefined), ...embedded];
}

beforeAll(async () => {
  program = await startProgram({ env: { ...HEADLESS, SIGHTGLASS_AUTH: 'required' } });
  client = createClient(program, OWNER.key);
  await replayAll();
  first = await readEverything();
}, 2 * START_MS_MAX);

test.each(GROUPS)('recorded $name: its spans, and the tokens and cost of what the provider served', ({ name, expected }) => {
  const wholes = first.wholes.get(name) ?? [];
  const traces = wholes.map(({ trace }) => trace);
  expect(traces).toHaveLength(expected.traces);
  const spans = expected.spans - (PENDING_COPIES[name] ?? 0);
  expect(sum(traces, (trace) => trace.span_count)).toBe(spans);
  expect(wholes.flatMap((whole) => whole.spans)).toHaveLength(spans);

  const calls = chargedCalls(expected);
  const truth = COUNTS_NOT_SENT[name] ?? {
    inputTokens: calls.reduce((total, call) => total + (call.input_tokens ?? 0), 0),
    outputTokens: calls.reduce((total, call) => total + (call.output_tokens ?? 0), 0),
  };
  expect(sum(traces, (trace) => trace.input_tokens)).toBe(truth.inputTokens);
  expect(sum(traces, (trace) => trace.output_tokens)).toBe(truth.outputTokens);
  if (COUNTS_NOT_SENT[name] !== undefined) return;
  const picoUsd = traces.reduce((total, trace) => total + (parseUsd(trace.cost_usd ?? '0') ?? 0n), 0n);
  expect(picoUsd, 'pico-dollars').toBe(calls.reduce((total, call) => total + costOf(call), 0n));
});

test('every recording is in the list', () => {
  expect(first.list.map(({ trace_id }) => trace_id).sort()).toEqual(GROUPS.flatMap(({ traceIds }) => traceIds).sort());
});

test('sent again, nothing counts twice', { timeout: START_MS_MAX }, async () => {
  await replayAll();
  expect(await readEverything()).toEqual(first);
});

test('the next start on the same data shows the same', { timeout: 2 * START_MS_MAX }, async () => {
  await program.stop();
  program = await startProgram({ dataDir: program.dataDir, env: { SIGHTGLASS_AUTH: 'required' } });
  client = createClient(program, OWNER.key);
  expect(await readEverything()).toEqual(first);
});
