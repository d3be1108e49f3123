import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { VIEWS } from '../telemetry/views/all.ts';
import { ALL_FUNCTIONS, ALLOWED_TABLES } from './allowedNames.ts';
import { checkSql } from './checkSql.ts';
import { runSql, type SqlAnswer } from './runSql.ts';
import { RULE_SQL_LIMITS, type SqlLimits } from './sqlLimits.ts';
import { sqlSession } from './sqlSession.ts';
import { COUNTED, OTHERS } from './testing/allowed.ts';
import { FOREIGN, MINE, openTwoWorkspaces, OWN_TEXT, SECRET } from './testing/twoWorkspaces.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTwoWorkspaces();
});
afterAll(() => store.remove());

async function run(sql: string, limits: Partial<SqlLimits> = {}, workspaceId = MINE, hiddenAgents: readonly string[] = []) {
  const checked = await checkSql(store.telemetry, sql);
  if (!checked.ok) return checked;
  return runSql({ telemetry: store.telemetry, workspaceId, hiddenAgents, sql: checked.value, limits: { ...RULE_SQL_LIMITS, ...limits } });
}
async function answerTo(...args: Parameters<typeof run>): Promise<SqlAnswer> {
  const answer = await run(...args);
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value;
}

describe('SQL of a person', () => {
  it.each(COUNTED)('counts own rows alone: %s', async (sql, count) => {
    const { rows } = await answerTo(sql);
    expect(rows.map(([value]) => Number(value))).toEqual([count]);
  });

  it.each([...OTHERS, ...ALLOWED_TABLES.map((table) => `SELECT * FROM ${table}`)])('shows own rows alone: %s', async (sql) => {
    const { rows, columns } = await answerTo(sql);
    expect(rows.length).toBeGreaterThan(0);
    expect(columns.length).toBe(rows[0]?.length);
    expect(JSON.stringify(rows)).not.toContain(SECRET);
    expect(JSON.stringify(rows)).not.toContain(FOREIGN);
  });

  it('may read every view, and so may the other workspace', async () => {
    for (const { name } of VIEWS) expect(JSON.stringify((await answerTo(`SELECT * FROM ${name}`, {}, FOREIGN)).rows), name).toContain(SECRET);
  });

  it('sees nothing of hidden agents', async () => {
    const { rows } = await answerTo('SELECT (SELECT count() FROM spans), (SELECT count() FROM events), (SELECT count() FROM obs_runs)', {}, MINE, [
      OWN_TEXT,
    ]);
    expect(rows).toEqual([['0', '0', '0']]);
  });

  it('has decimals and long integers to the last digit, and no infinity', async () => {
    const { columns, rows } = await answerTo(
      `SELECT toDecimal128('12345678901234567890.000000000001', 12) AS d, 18446744073709551615 AS n, 1 / 0 AS i, toFloat64('nan') AS x`,
    );
    expect(rows).toEqual([['12345678901234567890.000000000001', '18446744073709551615', null, null]]);
    expect(columns[0]).toEqual({ name: 'd', type: 'Decimal(38, 12)' });
  });

  it('has times of UTC', async () => {
    const { rows } = await answerTo(
      `SELECT toHour(toDateTime('2026-11-20 23:30:00')), toString(toTimeZone(toDateTime64('2026-11-20 23:30:00', 3), 'Asia/Tokyo'))`,
    );
    expect(rows).toEqual([[23, '2026-11-21 08:30:00.000']]);
  });

  it('is cut off after as many rows as are wanted, and says so', async () => {
    expect(await answerTo('SELECT name FROM spans', { rows: 15 })).toMatchObject({ rows: { length: 15 }, truncated: false });
    expect(await answerTo('SELECT name FROM spans', { rows: 14 })).toMatchObject({ rows: { length: 14 }, truncated: true });
    expect(await answerTo('SELECT name FROM spans UNION ALL SELECT name FROM spans', { rows: 20 })).toMatchObject({
      rows: { length: 20 },
      truncated: true,
    });
    expect(await answerTo('SELECT name FROM spans ORDER BY name LIMIT 5', { rows: 20 })).toMatchObject({ rows: { length: 5 }, truncated: false });
  });

  it('is told what fails on its rows, without what stands there', async () => {
    for (const [sql, words] of [
      [`SELECT toInt32(concat(name, 'x')) FROM spans`, 'OrNull'],
      ['SELECT intDiv(1, length(name) - 2) FROM spans', 'division by zero'],
      ['SELECT (SELECT name FROM spans)', 'several rows'],
    ] as const) {
      const answer = await run(sql);
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'not-compilable', errors: [{ pointer: '/query', message: expect.stringContaining(words) }] },
      });
      expect(JSON.stringify(answer)).not.toContain(OWN_TEXT);
    }
  });

  it('learns nothing from errors of foreign rows, though the engine reads both in one go', async () => {
    const oracle = `SELECT count() FROM spans WHERE base64Decode(replaceAll(name, '12', 'MTI=')) = '12'`;
    expect((await answerTo(oracle)).rows).toEqual([['15']]);
    // As it stands, the function runs over the dictionary of the column, with the names of both workspaces.
    await expect(store.telemetry.isolated(sqlSession(MINE, [], RULE_SQL_LIMITS), (ask) => ask(oracle))).rejects.toThrow(SECRET);
  });
});

describe('generated SQL', () => {
  const table = fc.constantFrom(...ALLOWED_TABLES);
  const name = fc.constantFrom(
    'name',
    'agent_id',
    'user_id',
    'workspace_id',
    'trace_id',
    'tags',
    'timestamp',
    'cost_usd',
    'payloads',
    '*',
    '_part',
    'message',
  );
  const value = fc.constantFrom(`'12'`, `'foreignsecret'`, `'wsp_foreign'`, '1', 'NULL', 'now()', `['a']`);
  const call = fc.constantFrom(...ALL_FUNCTIONS, 'file', 'merge', 'hostName', 'dictGet', 'joinGet', 'throwIf', 'getSetting', 'finalizeAggregation');
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { depthSize: 'small' },
      name,
      value,
      fc.tuple(call, fc.array(tie('expression'), { minLength: 1, maxLength: 3 })).map(([f, args]) => `${f}(${args.join(', ')})`),
      fc
        .tuple(tie('expression'), fc.constantFrom('=', '+', 'OR', 'AND', 'IN', 'LIKE', '->', '||', '::'), tie('expression'))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc
        .tuple(name, fc.constantFrom(...ALLOWED_TABLES, 'payloads', 'system.tables', `merge('default', '.*')`))
        .map(([a, from]) => `(SELECT ${a} FROM ${from} LIMIT 1)`),
    ),
  }));
  const source = fc.oneof(
    table,
    fc.tuple(table, table).map(([a, b]) => `${a} AS a CROSS JOIN ${b} AS b`),
    expression.map((inner) => `(SELECT ${inner} FROM spans) AS t`),
    fc.constantFrom('payloads', 'system.parts', `merge('default', 'spans')`, 'numbers(10)', 'default.spans'),
  );
  const tail = fc.constantFrom(
    '',
    ' FINAL',
    ' SETTINGS additional_table_filters = {}',
    ' FORMAT JSON',
    ' LIMIT 3',
    ' UNION ALL SELECT 1',
    ` PREWHERE toInt32(user_id) = 1`,
    ';SELECT 1',
  );
  const statement = fc
    .tuple(expression, source, expression, fc.boolean(), tail)
    .map(([select, from, where, grouped, end]) => `SELECT ${select} FROM ${from} WHERE ${where}${grouped ? ` GROUP BY ${select}` : ''}${end}`);

  const column = fc.constantFrom('name', 'agent_id', 'user_id', 'workspace_id', 'tags', 'start_time', 'cost_usd', 'status_code', 'attributes_string');
  const simple = fc.oneof(
    column,
    fc.tuple(call, column).map(([f, a]) => `${f}(${a})`),
    fc.tuple(call, column, value).map(([f, a, b]) => `${f}(${a}, ${b})`),
  );
  const likely = fc
    .tuple(
      simple,
      fc.constantFrom('spans', 'spans AS s', 'spans FINAL', '(SELECT * FROM spans) AS t'),
      fc.oneof(
        fc.constant('1'),
        fc.tuple(simple, value).map(([a, b]) => `${a} = ${b}`),
      ),
    )
    .map(([select, from, where]) => `SELECT ${select} FROM ${from} WHERE ${where}`);

  it('is refused in words, or answers own rows alone, or fails without telling of foreign ones', async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(statement, likely), async (sql) => {
        const answer = await run(sql, { seconds: 2, memoryBytes: 200_000_000 });
        const said = JSON.stringify(answer);
        // What was asked for may stand in the answer: a constant, the name of a column.
        const asked = sql.includes(SECRET) || sql.includes(FOREIGN);
        if (!asked) expect(said).not.toMatch(new RegExp(`${SECRET}|${FOREIGN}`));
        if (answer.ok) ran += 1;
        else expect(['not-compilable', 'query-too-expensive']).toContain(answer.error.code);
      }),
      { numRuns: 1_500, seed: 11 },
    );
    expect(ran).toBeGreaterThan(100);
  });
});
