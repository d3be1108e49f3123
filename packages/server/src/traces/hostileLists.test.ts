/** T19 for lists: whatever stands in a filter, ids or a cursor, the answer is rows of the own workspace or our refusal. */
import { TraceListQuerySchema } from '@sightglass/contract/routes/traces';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertPayloads, insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { getSpan } from './getSpan.ts';
import { getTrace } from './getTrace.ts';
import { listTraces } from './listTraces.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
const SECRET = 'foreignsecret';
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  for (const [workspace_id, text, i] of [
    [mine, 'own', 1],
    [foreign, SECRET, 2],
  ] as const) {
    const [part = ''] = await insertPayloads(store.telemetry, workspace_id, '2026-11-20', [text]);
    const texts = { name: text, agent_id: text, user_id: text, status_message: text, input_format: 'text', input_parts: [part], input_preview: text };
    await insertSpans(store.telemetry, [
      { workspace_id, trace_id: traceIdOf(i), span_id: spanIdOf(i), start_time: '2026-11-20T11:00:00Z', status: 'error', ...texts },
    ]);
  }
});
afterAll(() => store.remove());

const PIECES = [
  "'",
  '"',
  '\\',
  "\\'",
  '\0',
  '\n',
  '\t',
  ',',
  '%',
  ';',
  '--',
  '/*',
  '{q:String}',
  '{traceIds:Array(String)}',
  ' OR 1=1 ',
  "') OR 1 --",
  ' UNION ALL SELECT ',
  SECRET,
  '💥',
  '\ud800',
  '\\N',
  'own',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })), { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join(''));
const query = fc.record(
  {
    ...Object.fromEntries(
      ['agent_id', 'model', 'provider', 'user_id', 'session_id', 'department', 'endpoint', 'environment', 'q', 'cursor'].map((name) => [name, text]),
    ),
    status: fc.constantFrom('error', 'success'),
    sort: fc.constantFrom('-start_time', '-cost', 'duration'),
    min_cost_usd: fc.constantFrom('0', '0.1'),
  },
  { requiredKeys: [] },
);

it('lists never see a foreign row nor an error of the engine', async () => {
  const reader = createTelemetryReader(store.telemetry, mine);
  await fc.assert(
    fc.asyncProperty(query, async (sent) => {
      const parsed = TraceListQuerySchema.safeParse(sent);
      if (!parsed.success) return;
      const page = await listTraces(reader, parsed.data, NOW);
      if (!page.ok) expect(page.error.code).toBe('invalid-request');
      else expect(JSON.stringify(page.value)).not.toContain(SECRET);
    }),
    { numRuns: 300, seed: 1 },
  );
});

it('ids of any kind name something of the own workspace or nothing', async () => {
  const reader = createTelemetryReader(store.telemetry, mine);
  const ids = fc.oneof(text, fc.constantFrom(traceIdOf(2), spanIdOf(2), '', '0'.repeat(32), `${traceIdOf(1)}'`, `${traceIdOf(1)}\0`));
  await fc.assert(
    fc.asyncProperty(ids, ids, async (traceId, spanId) => {
      expect(await getTrace(reader, traceId, 'full')).toMatchObject({ ok: false, error: { code: 'not-found' } });
      expect(await getSpan(reader, traceIdOf(1), spanId, () => null)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    }),
    { numRuns: 200, seed: 2 },
  );
});
