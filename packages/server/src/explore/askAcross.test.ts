/** Questions of the program's own: several workspaces at once, and windows that overlap. They answer what single questions answer. */
import type { QuerySpec } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { askAcross } from './askAcross.ts';
import { createSharedReader, createTelemetryReader } from './reader.ts';
import { askCatalogue, askSliding } from './runQuery.ts';

const one = testWorkspace('one');
const two = testWorkspace('two');
const third = testWorkspace('third');
const range = { fromNs: nsOf('2026-11-20T10:00:00Z'), toNs: nsOf('2026-11-20T11:00:00Z') };
const MINUTE_NS = 60_000_000_000n;

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const spans = [one, two, third].flatMap((workspace_id, w) =>
    Array.from({ length: 30 * (w + 1) }, (_, i) => ({
      workspace_id,
      // The same trace and span ids in every workspace.
      trace_id: traceIdOf(i),
      span_id: spanIdOf(i + 1),
      start_time: new Date(Date.parse('2026-11-20T09:50:00Z') + i * 61_000 * (w + 1)).toISOString(),
      kind: 'llm',
      agent_id: ['planner', 'writer', 'editor'][i % 3] ?? '',
      duration_ns: (i + 1) * 1_000_000,
      status: i % 4 === 0 ? ('error' as const) : ('success' as const),
      cost_usd: '0.000000000001',
    })),
  );
  await insertSpans(store.telemetry, spans);
});
afterAll(() => store.remove());

const question = (more: Partial<QuerySpec>): QuerySpec => ({
  source: 'spans',
  measures: ['calls', 'error_rate', 'cost_usd', 'latency_ms_p95', 'provider_failures_in_a_row'],
  group_by: [],
  filters: [],
  from: '',
  to: '',
  time_zone: 'UTC',
  limit: 1000,
  exact: true,
  ...more,
});
const alone = async (workspaceId: typeof one, more: Partial<QuerySpec> = {}, over = range) => {
  const answer = await askCatalogue(createTelemetryReader(store.telemetry, workspaceId), question(more), over);
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value.rows;
};

test.each([
  ['in all', {}],
  ['by agent', { group_by: ['agent_id'] }],
  ['of one agent', { filters: [{ field: 'agent_id', op: '=' as const, value: 'writer' }] }],
])('%s: each workspace is told what it would be told alone', async (_, more) => {
  const answer = await askAcross(createSharedReader(store.telemetry, [one, two]), question(more), range, false);
  if (!answer.ok) throw new Error(answer.error.detail);
  expect([...answer.value.keys()].sort()).toEqual([one, two].sort());
  for (const id of [one, two]) expect(answer.value.get(id)).toEqual(await alone(id, more));
});

test('the limit is that of each workspace', async () => {
  const answer = await askAcross(
    createSharedReader(store.telemetry, [one, two, third]),
    question({ group_by: ['agent_id'], limit: 2 }),
    range,
    false,
  );
  if (!answer.ok) throw new Error(answer.error.detail);
  expect([...answer.value.values()].map((rows) => rows.length)).toEqual([2, 2, 2]);
});

test('nobody’s rows are asked for by no workspace', async () => {
  expect(await askAcross(createSharedReader(store.telemetry, []), question({}), range, false)).toMatchObject({ ok: true, value: new Map() });
});

test('overlapping windows answer what each window would answer alone', async () => {
  const lengthNs = 15n * MINUTE_NS;
  const startsNs = Array.from({ length: 10 }, (_, i) => range.fromNs + BigInt(i) * 5n * MINUTE_NS);
  const reader = createTelemetryReader(store.telemetry, one);
  for (const more of [{}, { group_by: ['agent_id'] }]) {
    const rows = await askSliding(reader, question(more), range, { startsNs, lengthNs });
    if (!rows.ok) throw new Error(rows.error.detail);
    for (const fromNs of startsNs) {
      const time = new Date(Number(fromNs / 1_000_000n)).toISOString().replace('.000Z', 'Z');
      const said = rows.value.filter((row) => row.time === time).map(({ time: _time, ...row }) => row);
      const byAgent = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
      const expected = await alone(one, more, { fromNs, toNs: fromNs + lengthNs });
      // A group that some window has is in every window, with what it had there: nothing.
      const known = 'group_by' in more ? said.filter(({ calls }) => calls !== 0) : said;
      expect(known.toSorted(byAgent)).toEqual(expected.toSorted(byAgent));
    }
  }
});
