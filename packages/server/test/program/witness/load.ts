/** A test's side of the load client, and what the program has stored of what it sent. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Client, everythingSettled } from '../apiClient.ts';
import { OWNER, temporaryDirectory } from '../startProgram.ts';
import { eventSession, type Signal, SIGNALS, TOKENS_PER_CALL } from './batch.ts';
import { judge, NOTHING_WRONG } from './judge.ts';
import type { FromLoad, ToLoad } from './loadMessages.ts';
import { readWitness, type WitnessedBatch } from './witnessFile.ts';

const CLIENT = fileURLToPath(new URL('./loadClient.ts', import.meta.url));
/** What one answer of the catalogue can hold. */
const ITEMS_OF_A_ROUND_MAX = 10_000;
const TRACES_LOOKED_AT = 5;

export interface Load {
  /** Resolves when the round has ended: by `finish`, or because the program is gone. */
  run(address: string, round: string, onAnswer?: (status: number) => void): Promise<void>;
  finish(): void;
  witness(): WitnessedBatch[];
  close(): void;
}

export async function startLoad(senders = 4): Promise<Load> {
  const path = join(temporaryDirectory(), 'witness.jsonl');
  const child: ChildProcess = fork(CLIENT, [path, OWNER.key], { execArgv: ['--conditions=source', '--import', import.meta.resolve('tsx')] });
  const tell = (message: ToLoad) => child.send(message);
  await once(child, 'message');
  return {
    run: (address, round, onAnswer = () => undefined) =>
      new Promise((resolve, reject) => {
        const died = () => reject(new Error('the load client died'));
        const hear = (message: FromLoad) => {
          if (message.type === 'answered') onAnswer(message.status);
          if (message.type !== 'ended') return;
          child.off('message', hear).off('exit', died);
          resolve();
        };
        child.on('message', hear).once('exit', died);
        tell({ type: 'begin', address, round, senders });
      }),
    finish: () => tell({ type: 'finish' }),
    witness: () => readWitness(path),
    close: () => child.disconnect(),
  };
}

/** Of each signal: where it is asked for, and by what a round and its items are known there. */
const QUESTIONS: Record<Signal, (round: string) => { source?: string; measure: string; filter: [field: string, value: string]; itemOf: string[] }> = {
  traces: (round) => ({ measure: 'spans', filter: ['session_id', round], itemOf: ['trace_id', 'span_id'] }),
  logs: (round) => ({ source: 'logs', measure: 'logs', filter: ['service_name', round], itemOf: ['message'] }),
  metrics: (round) => ({ source: 'metric_points', measure: 'points', filter: ['service_name', round], itemOf: ['metric_name'] }),
  events: (round) => ({ source: 'events', measure: 'events', filter: ['session_id', eventSession(round)], itemOf: ['message'] }),
};

/** How often each item of a round is stored, as the API tells. */
export async function storedItems(client: Client, round: string): Promise<Map<string, number>> {
  const stored = new Map<string, number>();
  for (const signal of SIGNALS) {
    const { source, measure, filter, itemOf } = QUESTIONS[signal](round);
    const [field, value] = filter;
    const rows = await client.query({
      ...(source === undefined ? {} : { source }),
      filters: [{ field, op: '=', value }],
      measures: [measure],
      group_by: itemOf,
      limit: ITEMS_OF_A_ROUND_MAX,
    });
    expect(rows.length, 'the answer was cut').toBeLessThan(ITEMS_OF_A_ROUND_MAX);
    for (const row of rows) stored.set(itemOf.map((name) => row[name]).join(':'), Number(row[measure]));
  }
  return stored;
}

/** Nothing acknowledged is lost, nothing is there twice, no request is torn. */
export async function expectWitnessed(client: Client, batches: readonly WitnessedBatch[]): Promise<void> {
  await everythingSettled(client);
  for (const [round, ofRound] of byRound(batches)) expect(judge(ofRound, await storedItems(client, round)), round).toEqual(NOTHING_WRONG);
}

function byRound(batches: readonly WitnessedBatch[]): Map<string, WitnessedBatch[]> {
  const rounds = new Map<string, WitnessedBatch[]>();
  for (const batch of batches) rounds.set(batch.round, [...(rounds.get(batch.round) ?? []), batch]);
  return rounds;
}

/** What is derived from the stored items agrees with them: tokens and calls, the spans of traces, the runs that events tell of. */
export async function expectDerived(client: Client, batches: readonly WitnessedBatch[]): Promise<void> {
  for (const [round, ofRound] of byRound(batches)) {
    const stored = await storedItems(client, round);
    const storedOf = (signal: Signal) =>
      ofRound.filter((batch) => batch.signal === signal).flatMap(({ items }) => items.filter((item) => stored.has(item)));
    const ofSession = (value: string) => ({ filters: [{ field: 'session_id', op: '=', value }] });
    const spans = storedOf('traces');
    const [ofSpans] = await client.query({ ...ofSession(round), measures: ['spans', 'llm_calls', 'input_tokens'] });
    expect(ofSpans?.spans, `spans of ${round}`).toBe(spans.length);
    expect(ofSpans?.input_tokens, `tokens of ${round}`).toBe(Number(ofSpans?.llm_calls) * TOKENS_PER_CALL);
    const events = storedOf('events');
    const calls = events.filter((item) => !item.endsWith('.0')).length;
    expect(await client.query({ ...ofSession(eventSession(round)), measures: ['runs', 'llm_calls', 'input_tokens'] }), `events of ${round}`).toEqual([
      { runs: events.length - calls, llm_calls: calls, input_tokens: calls * TOKENS_PER_CALL },
    ]);
    for (const traceId of new Set(spans.slice(-TRACES_LOOKED_AT).map((item) => item.split(':')[0] as string))) {
      const { trace, spans: listed } = await client.trace(traceId);
      expect(new Set(listed.map(({ span_id }) => span_id)).size).toBe(trace.span_count);
    }
  }
}

/** What is counted of everything received: every request that was acknowledged once for each time, one without an answer at most once. */
export async function expectAccounted(client: Client, batches: readonly WitnessedBatch[]): Promise<void> {
  const { items } = await client.get<{ items: { signals: Record<string, number> }[] }>('/api/obs/ingest/health');
  for (const signal of SIGNALS) {
    const received = items.reduce((sum, health) => sum + (health.signals[signal] ?? 0), 0);
    const sent = (statuses: readonly number[]) =>
      batches
        .filter((batch) => batch.signal === signal)
        .reduce((sum, batch) => sum + batch.items.length * batch.statuses.filter((status) => statuses.includes(status)).length, 0);
    expect(received, signal).toBeGreaterThanOrEqual(sent([200]));
    // Besides, the spans by which the test sees that everything is settled.
    if (signal !== 'traces') expect(received, signal).toBeLessThanOrEqual(sent([200, 0]));
  }
}
