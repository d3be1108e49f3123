import { QuerySpecSchema, type QuerySpecInput } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logRequest, processLogs, storeProcessed } from '../receive/testing/logRequests.ts';
import { START_MS } from '../receive/testing/traceRequests.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { measureList } from './measures/catalogue.ts';
import { createTelemetryReader } from './reader.ts';
import { runQuery } from './runQuery.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const MINUTE_MS = 60_000;
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const sent = processLogs(
    mine,
    logRequest([
      { severity: 9, message: 'a', traceId: traceIdOf(1), spanId: spanIdOf(1), attributes: { 'logger.name': 'app.pay', shop: 'north' } },
      { severity: 13, message: 'b', atMs: MINUTE_MS, traceId: traceIdOf(1), attributes: { 'user.id': 'own' } },
      { severity: 17, message: 'c', atMs: 2 * MINUTE_MS, attributes: { 'exception.type': 'KeyError' } },
      { severity: 21, message: 'd', atMs: 2 * MINUTE_MS, fields: { severityText: 'fatal' } },
    ]),
  );
  // Sent twice, as after a lost answer.
  await storeProcessed(store.telemetry, sent);
  await storeProcessed(store.telemetry, sent);
  await storeProcessed(store.telemetry, processLogs(foreign, logRequest([{ severity: 21 }, { severity: 21, traceId: traceIdOf(1) }])));
  const span = { trace_id: traceIdOf(1), span_id: spanIdOf(1), start_time: BigInt(START_MS) * 1_000_000n, is_run: 1 };
  await insertSpans(store.telemetry, [
    { ...span, workspace_id: mine, agent_id: 'planner', user_id: 'ada', department: 'sales' },
    { ...span, workspace_id: foreign, agent_id: 'foreign', user_id: 'foreign' },
  ]);
});
afterAll(() => store.remove());

async function ask(spec: QuerySpecInput): Promise<unknown> {
  const answer = await runQuery(createTelemetryReader(store.telemetry, mine), QuerySpecSchema.parse({ source: 'logs', ...spec }), NOW);
  return answer.ok ? answer.value.rows : answer.error;
}

describe('questions to logs', () => {
  it('count each log once', async () => {
    expect(await ask({ measures: ['logs', 'log_errors', 'log_warnings'] })).toEqual([{ logs: 4, log_errors: 2, log_warnings: 1 }]);
  });

  it.each<[string, unknown[]]>([
    [
      'level',
      [
        ['CRITICAL', 1],
        ['ERROR', 1],
        ['INFO', 1],
        ['WARNING', 1],
      ],
    ],
    [
      'logger',
      [
        ['app', 3],
        ['app.pay', 1],
      ],
    ],
    ['service_name', [['shop', 4]]],
    [
      'exception_type',
      [
        [null, 3],
        ['KeyError', 1],
      ],
    ],
    [
      'trace_id',
      [
        [null, 2],
        [traceIdOf(1), 2],
      ],
    ],
    [
      'attributes.shop',
      [
        [null, 3],
        ['north', 1],
      ],
    ],
    [
      'agent_id',
      [
        ['planner', 2],
        ['shop', 2],
      ],
    ],
    [
      'user_id',
      [
        [null, 2],
        ['ada', 1],
        ['own', 1],
      ],
    ],
    [
      'department',
      [
        [null, 2],
        ['sales', 2],
      ],
    ],
    ['environment', [[null, 4]]],
  ])('are split by %s', async (dimension, expected) => {
    const rows = (await ask({ measures: ['logs'], group_by: [dimension] })) as Record<string, unknown>[];
    const sorted = rows.map((row) => [row[dimension], row.logs]).sort(([a], [b]) => String(a ?? '').localeCompare(String(b ?? '')));
    expect(sorted).toEqual(expected);
  });

  it.each<[string, string, string, string | number | boolean | string[] | undefined, number]>([
    ['level', 'level', 'in', ['ERROR', 'CRITICAL'], 2],
    ['severity', 'severity_number', '>=', 13, 3],
    ['text', 'message', 'contains', 'B', 1],
    ['having a trace', 'trace_id', 'exists', undefined, 2],
    ['having no trace', 'trace_id', 'exists', false, 2],
    ['its trace’s agent', 'agent_id', '=', 'planner', 2],
    ['its own user', 'user_id', '=', 'own', 1],
    ['another user', 'user_id', '!=', 'own', 3],
    ['an attribute', 'attributes.shop', '=', 'north', 1],
  ])('are filtered by %s', async (_case, field, op, value, logs) => {
    const filter = { field, op, ...(value === undefined ? {} : { value }) } as NonNullable<QuerySpecInput['filters']>[number];
    expect(await ask({ measures: ['logs'], filters: [filter] })).toEqual([{ logs }]);
  });

  it('are charted over time', async () => {
    const rows = await ask({ measures: ['logs', 'log_errors'], interval: '1m', from: '2026-11-20T09:00:00Z', to: '2026-11-20T09:03:00Z' });
    expect(rows).toEqual([
      { time: '2026-11-20T09:00:00Z', logs: 1, log_errors: 0 },
      { time: '2026-11-20T09:01:00Z', logs: 1, log_errors: 0 },
      { time: '2026-11-20T09:02:00Z', logs: 2, log_errors: 2 },
    ]);
  });

  it('know no measures and fields of spans', async () => {
    expect(await ask({ measures: ['calls'] })).toMatchObject({ errors: [{ pointer: '/measures/0' }] });
    expect(await ask({ measures: ['logs'], group_by: ['model'] })).toMatchObject({ errors: [{ pointer: '/group_by/0' }] });
  });

  it('stand in the catalogue with their own dimensions', () => {
    const logs = measureList().find(({ name }) => name === 'logs');
    expect(logs?.dimensions).toEqual(expect.arrayContaining(['level', 'logger', 'service_name', 'agent_id', 'environment']));
    expect(logs?.dimensions).not.toContain('model');
  });
});
