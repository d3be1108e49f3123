/**
 * The promise behind every 200, kept through SIGTERM and SIGKILL under load. The client here outlives the
 * program and is the witness: it remembers what it sent and how each request was answered.
 * More rounds: SIGHTGLASS_TEST_KILLS=50.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MadeSpan } from '../../src/receive/testing/traceRequests.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, everythingSettled } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const KILLS = Number(process.env.SIGHTGLASS_TEST_KILLS ?? 4);
const SENDERS = 4;
const TOKENS_PER_CALL = 7;
/** Long enough for a killed program to be in every stage of its work: fsync, seal, insert, settle. */
const KILL_AFTER_MS_MAX = 900;
/** What one answer of the catalogue can hold. */
const SPANS_OF_A_ROUND_MAX = 10_000;
const TRACES_LOOKED_AT = 20;

interface Batch {
  spans: MadeSpan[];
  answer: 'acknowledged' | 'refused' | 'unknown';
}

/** A request of one to three traces, some of which end in a later request. */
function makeBatch(round: string, open: MadeSpan[]): MadeSpan[] {
  const spans = open.splice(0);
  for (let i = randomInt(1, 4); i > 0; i--) {
    const traceId = randomBytes(16).toString('hex');
    const rootId = randomBytes(8).toString('hex');
    const agent = { 'session.id': round, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'witness' };
    const root: MadeSpan = { traceId, spanId: rootId, name: 'run', attributes: agent };
    for (let calls = randomInt(1, 6); calls > 0; calls--) {
      const call = {
        'session.id': round,
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': TOKENS_PER_CALL,
      };
      spans.push({ traceId, spanId: randomBytes(8).toString('hex'), parentSpanId: rootId, name: 'call', attributes: call });
    }
    // Parents end last: half of them come with the next request.
    (randomInt(2) === 0 ? spans : open).push(root);
  }
  return spans;
}

/** Sends until the program is gone; every request is in the witness before it is on the wire. */
async function load(client: Client, round: string, witness: Batch[], onAcknowledged: () => void): Promise<void> {
  const open: MadeSpan[] = [];
  for (;;) {
    const batch: Batch = { spans: makeBatch(round, open), answer: 'unknown' };
    witness.push(batch);
    const answer = await client.sendSpans(batch.spans).catch(() => undefined);
    if (answer === undefined) return;
    batch.answer = answer.status === 200 ? 'acknowledged' : 'refused';
    if (answer.status === 200) onAcknowledged();
  }
}

/** Runs the load until `end` has ended the program in the midst of it. */
async function underLoad(program: Program, round: string, end: () => Promise<void>): Promise<Batch[]> {
  const client = createClient(program, OWNER.key);
  const witness: Batch[] = [];
  const ackedBeforeEnd = randomInt(3, 40);
  let acknowledged = 0;
  let ending: Promise<void> | undefined;
  const senders = Array.from({ length: SENDERS }, () =>
    load(client, round, witness, () => {
      acknowledged += 1;
      if (acknowledged === ackedBeforeEnd) ending = end();
    }),
  );
  await Promise.all(senders);
  await ending;
  expect(acknowledged).toBeGreaterThanOrEqual(ackedBeforeEnd);
  return witness;
}

/** Compares what is stored of a round with the witness: nothing acknowledged is lost, nothing is there twice, no request is torn. */
async function expectWitnessed(client: Client, round: string, witness: readonly Batch[]): Promise<void> {
  await everythingSettled(client);
  const ofRound = { filters: [{ field: 'session_id', op: '=', value: round }] };
  const rows = await client.query({ ...ofRound, measures: ['spans'], group_by: ['trace_id', 'span_id'], limit: SPANS_OF_A_ROUND_MAX });
  expect(rows.length, 'the answer was cut').toBeLessThan(SPANS_OF_A_ROUND_MAX);
  const stored = new Map(rows.map((row) => [`${row.trace_id}:${row.span_id}`, row.spans]));
  expect([...stored].filter(([, times]) => times !== 1)).toEqual([]);

  const outcomes = witness.map(({ spans, answer }) => {
    const found = spans.filter(({ traceId, spanId }) => stored.has(`${traceId}:${spanId}`)).length;
    const share = found === spans.length ? 'whole' : found === 0 ? 'nothing' : 'torn';
    return `${answer}: ${share}`;
  });
  expect([...new Set(outcomes)].sort().join(), 'what came of the requests').toMatch(
    /^(?:acknowledged: whole)?,?(?:refused: nothing)?,?(?:unknown: nothing)?,?(?:unknown: whole)?$/,
  );

  const calls = witness.flatMap(({ spans }) => spans).filter(({ traceId, spanId, name }) => name === 'call' && stored.has(`${traceId}:${spanId}`));
  expect(await client.query({ ...ofRound, measures: ['spans', 'input_tokens'] })).toEqual([
    { spans: stored.size, input_tokens: calls.length * TOKENS_PER_CALL },
  ]);
  for (const traceId of new Set(calls.slice(-TRACES_LOOKED_AT).map((call) => call.traceId))) {
    const { trace, spans } = await client.trace(traceId);
    expect(new Set(spans.map(({ span_id }) => span_id)).size).toBe(trace.span_count);
    expect(spans).toHaveLength(trace.span_count);
  }
}

describe('everything acknowledged is stored exactly once', () => {
  const env = { ...HEADLESS, SIGHTGLASS_LOG_LEVEL: 'warn' };
  let program: Program;
  beforeAll(async () => {
    program = await startProgram({ env });
  }, START_MS_MAX);

  const rounds = Array.from({ length: KILLS }, (_, i) => `kill ${i + 1}`);
  test.each(rounds)('after kill -9 under load, %s', { timeout: 2 * START_MS_MAX }, async (round) => {
    const witness = await underLoad(program, round, async () => {
      await delay(randomInt(KILL_AFTER_MS_MAX));
      await program.kill();
    });
    program = await startProgram({ dataDir: program.dataDir, env });
    const client = createClient(program, OWNER.key);
    await expectWitnessed(client, round, witness);

    // As an exporter does: what was not answered is sent again; and some of what was, as if its answer had been lost.
    for (const batch of witness) {
      if (batch.answer === 'acknowledged' && randomInt(10) > 0) continue;
      expect((await client.sendSpans(batch.spans)).status).toBe(200);
      batch.answer = 'acknowledged';
    }
    await expectWitnessed(client, round, witness);
  });

  test('after SIGTERM under load, which ends it with code 0', { timeout: 2 * START_MS_MAX }, async () => {
    let code: number | null = null;
    const witness = await underLoad(program, 'stop', async () => {
      ({ code } = await program.stop());
    });
    expect(code).toBe(0);
    program = await startProgram({ dataDir: program.dataDir, env });
    await expectWitnessed(createClient(program, OWNER.key), 'stop', witness);
  });
});
