/** Statements that nobody may run: each one is refused by the check, and what the session alone would answer holds no foreign row. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeErrorCode } from '../telemetry/storeErrors.ts';
import type { TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { checkSql } from './checkSql.ts';
import { RULE_SQL_LIMITS } from './sqlLimits.ts';
import { sqlSession } from './sqlSession.ts';
import { ESCAPES, NOT_FOR_THE_SESSION, ONLY_THE_CHECK } from './testing/escapes.ts';
import { FOREIGN, MINE, openTwoWorkspaces, SECRET } from './testing/twoWorkspaces.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTwoWorkspaces();
});
afterAll(() => store.remove());

/** Without the check: what the engine answers, or its error, as text. */
async function saidInSession(sql: string): Promise<string> {
  const limits = { ...RULE_SQL_LIMITS, seconds: 1, memoryBytes: 100_000_000 };
  try {
    return JSON.stringify(await store.telemetry.isolated(sqlSession(MINE, [], limits), (ask) => ask(sql)));
  } catch (error) {
    if (Number.isNaN(storeErrorCode(error)) && !(error instanceof SyntaxError)) return 'not taken';
    return String(error);
  }
}

describe('the check', () => {
  it('is tried with more than a hundred statements', () => {
    expect(new Set(ESCAPES.map(([, sql]) => sql)).size).toBeGreaterThan(150);
  });

  it.each(ESCAPES)('refuses %s: %s', async (_, sql) => {
    const checked = await checkSql(store.telemetry, sql);
    expect(checked.ok ? checked.value.sql : checked.error).toMatchObject({
      code: 'not-compilable',
      errors: [{ pointer: '/query', message: expect.stringMatching(/\w+ \w+/) }],
    });
    const said = JSON.stringify(checked);
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain(FOREIGN);
    expect(said).not.toContain(store.dataDir);
  });

  it('leaves the rows as they are', async () => {
    const [row] = await store.telemetry.rows<{ n: number }>('SELECT count() AS n FROM spans');
    expect(row?.n).toBe(40);
  });
});

describe('the session, without the check', () => {
  const only = new Set(ONLY_THE_CHECK);

  it.each(ESCAPES.filter((escape) => !only.has(escape) && !NOT_FOR_THE_SESSION.test(escape[1])))('shows no foreign row to %s: %s', async (_, sql) => {
    const said = await saidInSession(sql);
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain(FOREIGN);
  });

  it.each(ONLY_THE_CHECK)('does not suffice against %s: %s', async (_, sql) => {
    const said = await saidInSession(sql);
    expect(said.includes(SECRET) || said.includes(FOREIGN)).toBe(true);
  });

  it('computes nothing of foreign rows, so that no error tells of them', async () => {
    const sql = 'SELECT count() FROM spans WHERE toInt32(user_id) = 12';
    expect(await saidInSession(sql)).toContain('"15"');
    const settings = {
      ...sqlSession(MINE, [], RULE_SQL_LIMITS),
      query_plan_merge_filters: 1,
      optimize_move_to_prewhere: 1,
      query_plan_optimize_prewhere: 1,
    };
    await expect(store.telemetry.isolated(settings, (ask) => ask(sql))).rejects.toThrow(SECRET);
  });
});
