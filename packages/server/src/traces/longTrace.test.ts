import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { getTrace } from './getTrace.ts';

const workspace = testWorkspace('long');
const START_NS = nsOf('2026-11-20T10:00:00Z');
const SPANS = 12_001;

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

const span = (trace: number, i: number, startNs: bigint) => ({
  workspace_id: workspace,
  trace_id: traceIdOf(trace),
  span_id: spanIdOf(i),
  start_time: startNs,
  status: 'success',
});

async function idsOf(trace: number): Promise<string[]> {
  const found = await getTrace(createTelemetryReader(store.telemetry, workspace), traceIdOf(trace), 'full');
  if (!found.ok) throw new Error(found.error.detail);
  const ids: string[] = [];
  for await (const chunk of found.value.spans) ids.push(...chunk.map(({ span_id }) => span_id));
  return ids;
}

it.each([
  ['that start one after the other', 1, (i: number) => START_NS + BigInt(i)],
  ['that all start at one moment', 2, () => START_NS],
])('every span of a long trace is told once, of spans %s', async (_what, trace, startOf) => {
  await insertSpans(
    store.telemetry,
    Array.from({ length: SPANS }, (_, i) => span(trace, i, startOf(i))),
  );
  // Sent again with a start in another minute: a row of its own.
  await insertSpans(store.telemetry, [span(trace, 3, START_NS + 61_000_000_000n)]);
  const ids = await idsOf(trace);
  expect(ids).toHaveLength(SPANS);
  expect(new Set(ids).size).toBe(SPANS);
});
