/** SQL that would take all there is: it ends in time, says that it is too expensive, and leaves the store usable. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { checkSql } from './checkSql.ts';
import { runSql } from './runSql.ts';
import { RULE_SQL_LIMITS, type SqlLimits } from './sqlLimits.ts';

const mine = testWorkspace('mine');
const SPANS = 20_000;

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const rows = Array.from({ length: SPANS }, (_, i) => ({
    workspace_id: mine,
    trace_id: traceIdOf(i % 500),
    span_id: spanIdOf(i),
    start_time: '2026-11-20T11:00:00Z',
    name: `span ${i}`,
    user_id: 'x'.repeat(200),
  }));
  await insertSpans(store.telemetry, rows);
});
afterAll(() => store.remove());

async function run(sql: string, limits: Partial<SqlLimits> = {}) {
  const checked = await checkSql(store.telemetry, sql);
  if (!checked.ok) return checked;
  return runSql({
    telemetry: store.telemetry,
    workspaceId: mine,
    sql: checked.value,
    limits: { ...RULE_SQL_LIMITS, seconds: 1, memoryBytes: 300_000_000, ...limits },
  });
}

describe('SQL without an end', () => {
  it.each([
    [
      'a join of everything with everything',
      'SELECT count() FROM spans AS a CROSS JOIN spans AS b CROSS JOIN spans AS c WHERE a.name > b.name AND b.name > c.name',
    ],
    ['patterns over all pairs', `SELECT countIf(match(concat(a.user_id, b.user_id), '(x+x+)+y')) FROM spans AS a CROSS JOIN spans AS b`],
    ['texts that grow', `SELECT max(length(replaceAll(replaceAll(replaceAll(user_id, 'x', user_id), 'x', user_id), 'x', user_id))) FROM spans`],
    ['a text of everything', "SELECT length(arrayStringConcat(groupArray(1000)(replaceAll(user_id, 'x', user_id)))) FROM spans"],
    [
      'many groups with large states',
      'SELECT count() FROM (SELECT a.name, b.name, uniqExact(a.user_id) FROM spans AS a CROSS JOIN spans AS b GROUP BY a.name, b.name)',
    ],
    ['a sort of all pairs', 'SELECT a.name FROM spans AS a CROSS JOIN spans AS b ORDER BY a.name, b.name, a.user_id'],
    [
      'wide frames',
      'SELECT max(x) FROM (SELECT quantileExact(duration_ns) OVER (ORDER BY a.name ROWS BETWEEN 10000 PRECEDING AND 10000 FOLLOWING) AS x FROM spans AS a CROSS JOIN (SELECT name FROM spans LIMIT 20) AS b)',
    ],
    [
      'frames to the end',
      'SELECT max(x) FROM (SELECT uniqExact(a.name) OVER (ORDER BY a.name ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS x FROM spans AS a)',
    ],
    [
      'rows out of arrays',
      'SELECT count() FROM (SELECT groupArray(1000)(name) AS names FROM spans) ARRAY JOIN names AS a ARRAY JOIN names AS b ARRAY JOIN names AS c',
    ],
    [
      'all sets of groups',
      'SELECT count() FROM (SELECT a.name, a.user_id, a.span_id, b.name, b.span_id, count() FROM spans AS a CROSS JOIN spans AS b GROUP BY CUBE(a.name, a.user_id, a.span_id, b.name, b.span_id))',
    ],
  ])('ends: %s', { timeout: 60_000 }, async (_, sql) => {
    const answer = await run(sql);
    expect(answer).toMatchObject({ ok: false, error: { code: 'query-too-expensive', detail: expect.stringContaining('Narrow the time range') } });
    expect(await run('SELECT count() FROM spans')).toMatchObject({ ok: true, value: { rows: [[String(SPANS)]] } });
    expect(await store.telemetry.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  // Within one block of rows no clock is looked at: it held the engine for minutes.
  it.each(['countSubstrings', 'position', 'positionCaseInsensitive', 'positionUTF8', 'locate'])(
    'is not let in: %s of a text of all rows in each',
    async (search) => {
      const all = `(SELECT replaceAll(replaceAll(arrayStringConcat(groupArray(1000)(user_id)), 'x', any(user_id)), 'xxxx', 'xxxxxx') FROM spans)`;
      expect(await run(`SELECT sum(${search}(${all}, concat('y', name))) FROM spans`)).toMatchObject({
        ok: false,
        error: { code: 'not-compilable' },
      });
      expect(await run(`SELECT sum(${search}(name, 'span 1')) > 0 FROM spans`)).toMatchObject({ ok: true });
    },
  );

  it('is not let in when it needs no rows', async () => {
    const doubled = (times: number) =>
      `WITH '${'x'.repeat(1_000)}' AS a0, ${Array.from({ length: times }, (_, i) => `concat(a${i}, a${i}) AS a${i + 1}`).join(', ')} SELECT length(a${times})`;
    expect(await run(doubled(6))).toMatchObject({ ok: true, value: { rows: [['64000']] } });
    for (const times of [11, 40]) expect(await run(doubled(times))).toMatchObject({ ok: false, error: { code: 'not-compilable' } });
  });

  it('answers no more than may be answered', async () => {
    expect(await run('SELECT user_id FROM spans', { rows: 10, bytes: 1_000_000 })).toMatchObject({
      ok: true,
      value: { rows: { length: 10 }, truncated: true },
    });
    expect(await run('SELECT user_id FROM spans', { rows: 20_000, bytes: 1_000_000 })).toMatchObject({
      ok: false,
      error: { code: 'query-too-expensive' },
    });
    expect(await run('SELECT groupArray(1000)(user_id) FROM spans', { bytes: 100_000 })).toMatchObject({
      ok: false,
      error: { code: 'query-too-expensive' },
    });
  });

  it('holds up nobody else', async () => {
    let done = false;
    const long = run('SELECT count() FROM spans AS a CROSS JOIN spans AS b CROSS JOIN spans AS c WHERE a.name > b.name AND b.name > c.name').finally(
      () => {
        done = true;
      },
    );
    await store.telemetry.rows('SELECT count() FROM spans');
    await store.telemetry.run('OPTIMIZE TABLE logs');
    expect(done).toBe(false);
    await long;
  });
});
