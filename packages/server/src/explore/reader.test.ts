import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertPayloads, insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { createTelemetryReader } from './reader.ts';

const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  for (const workspace_id of [mine, foreign]) {
    await insertSpans(store.telemetry, [
      { workspace_id, trace_id: traceIdOf(1), span_id: spanIdOf(1), start_time: '2026-11-20T10:00:00Z' },
      { workspace_id, trace_id: traceIdOf(1), span_id: spanIdOf(2), start_time: '2026-11-20T10:00:01Z' },
    ]);
    await insertPayloads(store.telemetry, workspace_id, '2026-11-20', [`secret of ${workspace_id}`]);
  }
});
afterAll(() => store.remove());

async function countOf(sql: string): Promise<number> {
  const rows = await createTelemetryReader(store.telemetry, mine).query<{ n: number }>({ sql, params: {} });
  if (!rows.ok) throw new Error(rows.error.detail);
  return Number(rows.value[0]?.n);
}

describe('a reader sees the rows of its workspace alone, whatever the query says', () => {
  it.each([
    ['a plain table', 'SELECT count() AS n FROM spans', 2],
    ['made final', 'SELECT count() AS n FROM spans FINAL', 2],
    ['with an alias', 'SELECT count() AS n FROM spans AS s', 2],
    ['by its full name', 'SELECT count() AS n FROM default.spans', 2],
    ['in a subquery', 'SELECT count() AS n FROM (SELECT * FROM (SELECT * FROM spans))', 2],
    ['in a join', 'SELECT count() AS n FROM spans AS a INNER JOIN spans AS b USING (trace_id, span_id)', 2],
    ['in a union', 'SELECT count() AS n FROM (SELECT span_id FROM spans UNION ALL SELECT span_id FROM spans)', 4],
    ['inside IN', `SELECT count() AS n FROM numbers(1) WHERE '${foreign}' IN (SELECT workspace_id FROM spans)`, 0],
    ['as a value', `SELECT (SELECT countIf(workspace_id != '${mine}') FROM spans) AS n`, 0],
    ['in a named query', 'WITH s AS (SELECT * FROM spans) SELECT count() AS n FROM s', 2],
    ['asking for the other one', `SELECT count() AS n FROM spans WHERE workspace_id = '${foreign}'`, 0],
    ['asking for anything', `SELECT count() AS n FROM spans WHERE workspace_id = '${foreign}' OR 1`, 2],
    ['read early', 'SELECT count() AS n FROM spans FINAL PREWHERE 1', 2],
    ['payloads', 'SELECT count() AS n FROM payloads', 1],
    ['trace bounds', 'SELECT count() AS n FROM (SELECT trace_id FROM trace_bounds GROUP BY trace_id, workspace_id)', 1],
    ['the engine room', 'SELECT count() AS n FROM span_resolutions', 0],
    ['migrations', 'SELECT count() AS n FROM schema_migrations', 0],
  ])('%s', async (_, sql, expected) => {
    expect(await countOf(sql)).toBe(expected);
  });

  it('every table of the store is filtered or hidden', async () => {
    await insertSpans(store.telemetry, [{ workspace_id: foreign, trace_id: traceIdOf(9), span_id: spanIdOf(9), start_time: '2026-11-20T10:00:00Z' }]);
    const tables = await store.telemetry.rows<{ name: string; own: number }>(
      `SELECT name, has((SELECT groupArray(table) FROM system.columns WHERE database = currentDatabase() AND name = 'workspace_id'), name) AS own
       FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(5);
    for (const { name, own } of tables) {
      expect(await countOf(`SELECT count() AS n FROM ${name} ${own ? `WHERE workspace_id != '${mine}'` : ''}`), name).toBe(0);
    }
  });

  it('reads by the key although the workspace is not in the text', async () => {
    const reader = createTelemetryReader(store.telemetry, mine);
    const plan = await reader.query<{ explain: string }>({ sql: 'EXPLAIN indexes = 1 SELECT count() FROM spans FINAL', params: {} });
    expect(plan.ok && plan.value.map(({ explain }) => explain).join('\n')).toMatch(
      /PrimaryKey[^]*Condition: \(?workspace_id in \['wsp_mine', 'wsp_mine'\]/,
    );
  });
});

it('is not made for an id that could not be ours', () => {
  for (const id of ["x' OR 1=1 --", '', 'a b', 'ä', 'a'.repeat(65)]) {
    expect(() => createTelemetryReader(store.telemetry, id as WorkspaceId)).toThrow();
  }
});

it('answers what is over the limits, and throws what is wrong with the SQL', async () => {
  const hurried = createTelemetryReader(store.telemetry, mine, { limits: { seconds: 1, memoryBytes: 2e9, threads: 1 } });
  const endless = await hurried.query({ sql: 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1', params: {} });
  expect(endless).toMatchObject({ ok: false, error: { code: 'query-too-expensive', detail: expect.stringContaining('1 s') } });
  await expect(hurried.query({ sql: 'SELECT nothing FROM spans', params: {} })).rejects.toThrow(/nothing/);
});
