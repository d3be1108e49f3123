/** Failures in a row: every sequence of outcomes, told apart by agent. */
import { QuerySpecSchema } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertSpans, nsOf, spanIdOf, type SpanFields, testWorkspace } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { createTelemetryReader } from '../reader.ts';
import { type QueryRow, runQuery } from '../runQuery.ts';
import { spanAt } from './testing/measuredStore.ts';

const mine = testWorkspace('mine');
/** Of provider a: S success, E error, T time-out, C cancelled, R running; of provider b the same in lower case. */
const STATUSES: Readonly<Record<string, string>> = { S: 'success', E: 'error', T: 'timeout', C: 'cancelled', R: 'running' };

type Expected = [now: number | null, most: number | null, outages: number | null, down: number | null];
const SEQUENCES: [calls: string, expected: Expected][] = [
  ['C', [null, null, null, null]],
  ['S', [0, 0, 0, 0]],
  ['E', [1, 1, 0, 0]],
  ['EE', [2, 2, 0, 0]],
  ['EEE', [3, 3, 1, 1]],
  ['ETE', [3, 3, 1, 1]],
  ['EEES', [0, 3, 1, 0]],
  ['SEES', [0, 2, 0, 0]],
  ['ESEES', [0, 2, 0, 0]],
  ['EEESEEEE', [4, 4, 2, 1]],
  ['EEEESEEE', [3, 4, 2, 1]],
  ['SSSEEE', [3, 3, 1, 1]],
  ['ECECE', [3, 3, 1, 1]],
  ['EERE', [3, 3, 1, 1]],
  // The other provider's success does not end a series, nor do its failures lengthen it.
  ['EsEsE', [3, 3, 1, 1]],
  ['EeEe', [2, 2, 0, 0]],
  ['EEEeee', [3, 3, 2, 2]],
  ['EEESeee', [3, 3, 2, 1]],
  ['EESeeeeS', [4, 4, 1, 1]],
];

const MEASURES = ['provider_failures_in_a_row', 'provider_failures_in_a_row_max', 'provider_outages', 'providers_down'];
const figures = (row: QueryRow | undefined) => MEASURES.map((measure) => row?.[measure] ?? null);

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  let id = 0;
  const call = (agent_id: string, letter: string, atS: number, ms = 100): SpanFields => {
    id += 1;
    const provider = letter === letter.toUpperCase() ? 'a' : 'b';
    return spanAt(mine, id, atS, ms, { kind: 'llm', agent_id, provider, status: STATUSES[letter.toUpperCase()] });
  };
  const spans = SEQUENCES.flatMap(([calls]) => [...calls].map((letter, i) => call(calls, letter, i)));
  // They come in any order and again.
  await insertSpans(store.telemetry, spans.toReversed());
  await insertSpans(
    store.telemetry,
    spans.filter((_, i) => i % 3 === 0),
  );
  await insertSpans(store.telemetry, [
    // Begun first and ended last: the time-out is the newest that is known.
    call('by their ends', 'T', 0, 60_000),
    call('by their ends', 'S', 1),
    call('by their ends', 'S', 2),
    { ...call('same end', 'E', 0), span_id: spanIdOf(9001) },
    { ...call('same end', 'S', 0), span_id: spanIdOf(9002) },
    { ...call('no provider', 'E', 0), provider: '' },
    { ...call('no call of a model', 'E', 0), kind: 'tool' },
    { ...call('wrapper', 'E', 0), superseded: 1 },
  ]);
});
afterAll(() => store.remove());

async function ask(question: object): Promise<QueryRow[]> {
  const spec = QuerySpecSchema.parse({ measures: MEASURES, from: '2026-11-20T10:00:00Z', to: '2026-11-20T11:00:00Z', ...question });
  const answer = await runQuery(createTelemetryReader(store.telemetry, mine), spec, nsOf('2026-11-20T11:00:00Z'));
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value.rows;
}
const ofAgent = async (agentId: string, question: object = {}) => ask({ filters: [{ field: 'agent_id', op: '=', value: agentId }], ...question });

describe('failures in a row', () => {
  it.each(SEQUENCES)('of %s are %j (now, most, outages, providers down)', async (calls, expected) => {
    expect(figures((await ofAgent(calls))[0])).toEqual(expected);
  });

  it('are told apart by provider, model or whatever a question groups by', async () => {
    const rows = await ofAgent('EEESeee', { group_by: ['provider'] });
    expect(rows.map((row) => [row.provider, ...figures(row)])).toEqual([
      ['b', 3, 3, 1, 1],
      ['a', 0, 3, 1, 0],
    ]);
    const byAgent = new Map((await ask({ group_by: ['agent_id'], limit: 100 })).map((row) => [row.agent_id, figures(row)]));
    for (const [calls, expected] of SEQUENCES) expect(byAgent.get(calls), calls).toEqual(expected);
  });

  it('follow the ends of calls, because that is when an outcome is known', async () => {
    expect(figures((await ofAgent('by their ends'))[0])).toEqual([1, 1, 0, 0]);
  });

  it('are the same each time where two calls end together', async () => {
    const first = figures((await ofAgent('same end'))[0]);
    expect(first[0]).toBe(spanIdOf(9001) < spanIdOf(9002) ? 0 : 1);
    expect(figures((await ofAgent('same end'))[0])).toEqual(first);
  });

  it.each(['no provider', 'no call of a model', 'wrapper'])('leave out: %s', async (agentId) => {
    expect(figures((await ofAgent(agentId))[0])).toEqual([null, null, null, null]);
  });
});
