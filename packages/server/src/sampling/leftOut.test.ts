import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { deleteLeftOut, LEFT_OUT_HELD_MS } from './leftOut.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const LONG_AGO = NOW_MS - 2 * LEFT_OUT_HELD_MS;
const workspace = testWorkspace('left-out');

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

const row = (trace: number, span: number, weight: number, receivedAtMs: number, version = 0) => ({
  workspace_id: workspace,
  trace_id: traceIdOf(trace),
  span_id: spanIdOf(span),
  start_time: '2026-11-20T09:00:00Z',
  received_at: new Date(receivedAtMs).toISOString().replace('T', ' ').replace('Z', ''),
  weight,
  version,
});
const left = async () =>
  (
    await store.telemetry.rows<{ trace: string; n: string }>('SELECT lower(hex(trace_id)) AS trace, toString(count()) AS n FROM spans GROUP BY trace')
  ).map(({ trace, n }) => [trace, Number(n)]);

it('is deleted with all versions when it was held for an hour, and nothing else is', async () => {
  // 1: left out, though first stored as counting; 2: saved by a failure; 3: not held for an hour; 4: one of its spans counts; 5: never sampled.
  await insertSpans(store.telemetry, [
    row(1, 1, 1, LONG_AGO),
    row(2, 2, 0, LONG_AGO),
    row(3, 3, 0, NOW_MS - 60_000),
    row(4, 4, 0, LONG_AGO),
    row(5, 6, 1, LONG_AGO),
  ]);
  await insertSpans(store.telemetry, [row(1, 1, 0, LONG_AGO, 5), row(2, 2, 1, LONG_AGO, 5), row(4, 5, 10, LONG_AGO, 5)]);
  expect(await deleteLeftOut(store.telemetry, NOW_MS)).toBe(1);
  expect(Object.fromEntries(await left())).toEqual({ [traceIdOf(2)]: 2, [traceIdOf(3)]: 1, [traceIdOf(4)]: 2, [traceIdOf(5)]: 1 });
  expect(await deleteLeftOut(store.telemetry, NOW_MS)).toBe(0);
});
