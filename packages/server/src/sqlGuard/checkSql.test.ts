import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { ALL_FUNCTIONS, ALLOWED_TABLES, isAllowedType, kindOfFunction } from './allowedNames.ts';
import { checkSql } from './checkSql.ts';
import { NESTING_MAX, PARTS_MAX, SQL_CHARS_MAX, SUBQUERY_DEPTH_MAX, TABLES_MAX } from './sqlLimits.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

/** What is wrong with it, or '' when it may run. */
async function wrongWith(sql: string): Promise<string> {
  const checked = await checkSql(store.telemetry, sql);
  return checked.ok ? '' : (checked.error.errors?.[0]?.message ?? 'no message');
}

describe('what a refusal says', () => {
  it.each([
    ['SELECT count() FROM payloads', 'the table payloads cannot be read at 1:21; there are request_metrics, llm_call_metrics,'],
    ['SELECT\n  count(),\n  hostName()\nFROM spans', 'the function hostName cannot be used at 3:3; docs/sql.md'],
    ['SELECT sum(x FROM spans', 'parentheses do not match, it cannot be read at 1:11, near (x'],
    ['SELECT 1 +\n  * 5', 'it cannot be read at 2:5, near 5'],
    ["SELECT 'über', 1 +", 'it cannot be read'],
    ['SELECT nosuchcolumn FROM spans', 'Unknown expression identifier `nosuchcolumn`'],
    ['SELECT sum(name) FROM spans', 'Illegal type String of argument for aggregate function sum'],
    ['SELECT kind, count() FROM spans', 'not under aggregate function'],
    ['SELECT count() FROM request_metrics WHERE method + 1 > 5', 'Illegal types'],
    ['SELECT length(1, 2, 3)', 'length'],
    ['SELECT 1 -- system\nFROM system.tables /* system */', 'tables of the engine cannot be read at 2:6'],
    ['SELECT groupArray(name) FROM spans', 'groupArray needs a size from 1 to 1000 at 1:8; groupArray(100)(x)'],
    ['SELECT name::FixedString(4) FROM spans', 'CAST cannot make FixedString(4)'],
    ['SELECT arrayFilter(t -> t != name, tags) FROM spans', 'a lambda may use its own parameters and constants, not name at 1:30'],
    ['SELECT arrayMap(x -> arrayMap(y -> y, [1]), [1])', 'a lambda inside a lambda is not supported'],
    ['SELECT count() FROM spans WHERE match(name, user_id)', 'the pattern of match must be written out at 1:33'],
    ['SELECT count() FROM spans WHERE hasAll(tags, tags)', 'one of the two that hasAll compares must be written out'],
    ['DROP TABLE spans', 'only SELECT is supported'],
    ['SELECT 1; SELECT 2', 'one statement only'],
    ['', 'a SELECT is needed'],
  ])('of %j', async (sql, words) => {
    expect(await wrongWith(sql)).toContain(words);
  });

  it('holds nothing of the inside of the engine', async () => {
    for (const sql of ['SELECT nosuchcolumn FROM spans', 'SELECT sum(name) FROM request_metrics', 'SELECT count() FROM spans WHERE x'])
      expect(await wrongWith(sql)).not.toMatch(/__table|In scope|default\.|DB::|REPLACE|additional_table_filters|\//);
  });
});

const nested = (open: string, close: string, times: number) => `${open.repeat(times)}1${close.repeat(times)}`;
const subqueries = (depth: number) => `${'SELECT * FROM ('.repeat(depth - 1)}SELECT 1${')'.repeat(depth - 1)}`;
const either = (terms: number) => `SELECT ${Array.from({ length: terms }, () => 'a = 1').join(' OR ')} FROM (SELECT 1 AS a)`;
const tables = (count: number) => Array.from({ length: count }, () => 'SELECT 1 FROM logs').join(' UNION ALL ');
const chars = (length: number) => `SELECT '${'x'.repeat(length - 9)}'`;

describe('limits of a statement', () => {
  it.each([
    ['characters', chars, SQL_CHARS_MAX, SQL_CHARS_MAX + 1, 'longer than 10000 characters'],
    ['sub-queries inside each other', subqueries, SUBQUERY_DEPTH_MAX + 1, SUBQUERY_DEPTH_MAX + 2, 'more than 10 sub-queries'],
    ['calls inside each other', (n: number) => `SELECT ${nested('abs(', ')', n)}`, NESTING_MAX - 1, NESTING_MAX + 1, 'nested more than 100 deep'],
    ['tables', tables, TABLES_MAX, TABLES_MAX + 1, 'more than 20 tables'],
  ] as const)('are so many %s', async (_, make, fits, tooMuch, words) => {
    expect(await wrongWith(make(fits))).toBe('');
    expect(await wrongWith(make(tooMuch))).toContain(words);
  });

  it('count names as often as the engine writes them out', async () => {
    const doubling = (names: number) =>
      `WITH 1 AS a0, ${Array.from({ length: names }, (_, i) => `a${i} + a${i} AS a${i + 1}`).join(', ')} SELECT a${names}`;
    expect(2 ** 9 * 3).toBeLessThan(PARTS_MAX);
    expect(await wrongWith(doubling(8))).toBe('');
    for (const names of [12, 60, 300]) expect(await wrongWith(doubling(names))).toContain('more than 5000 parts');
    expect(await wrongWith(either(500))).toBe('');
    expect(await wrongWith(either(2_000))).toContain('longer');
  });

  it('count names that stand for each other in other queries', async () => {
    // Each name leads to the next one by a sub-query in which the other is a column.
    const chain = Array.from({ length: 60 }, (_, i) => `a${i} + a${i} + z${i} AS a${i + 1}`).join(', ');
    const columns = Array.from({ length: 60 }, (_, i) => `a${i + 2} AS z${i}`).join(', ');
    expect(await wrongWith(`WITH 1 AS a0, ${chain} SELECT a60, (SELECT count() FROM (SELECT ${columns}))`)).toContain('more than 5000 parts');
    expect(
      await wrongWith(
        'SELECT sum(n) AS n FROM (SELECT sum(n) AS n FROM (SELECT sum(n) AS n FROM (SELECT sum(n) AS n FROM (SELECT count() AS n FROM logs))))',
      ),
    ).toBe('');
  });

  it('count WITH queries as often as they are read', async () => {
    const doubling = (queries: number) =>
      `WITH q0 AS (SELECT 1 AS x FROM logs), ${Array.from({ length: queries }, (_, i) => `q${i + 1} AS (SELECT a.x FROM q${i} AS a CROSS JOIN q${i} AS b)`).join(', ')} SELECT count() FROM q${queries}`;
    for (const queries of [2, 4]) expect(await wrongWith(doubling(queries))).toBe('');
    // The engine does not look at what is not read.
    expect(await wrongWith('WITH q AS (SELECT nosuchcolumn FROM logs) SELECT 1')).toBe('');
    for (const queries of [6, 12]) expect(await wrongWith(doubling(queries))).toMatch(/more than (?:20 tables|5000 parts)/);
  });
});

describe('what may be used', () => {
  it('is known to the engine', async () => {
    const rows = await store.telemetry.rows<{ name: string }>('SELECT lower(name) AS name FROM system.functions');
    const known = new Set(rows.map(({ name }) => name));
    // The parser turns these into others.
    expect(ALL_FUNCTIONS.filter((name) => !known.has(name.toLowerCase()))).toEqual(['exists']);
    const tables = await store.telemetry.rows<{ name: string }>('SELECT name FROM system.tables WHERE database = currentDatabase()');
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining([...ALLOWED_TABLES]));
  });

  it('is no function that reads anything but its arguments', async () => {
    const rows = await store.telemetry.rows<{ name: string }>(
      `SELECT name FROM system.functions WHERE match(name, '(?i)file|dict|joinget|url$|user|host|server|setting|version|sleep|throw|random|^rand|uptime|query|macro|database|table|partition|block|^__|state$|merge')`,
    );
    expect(rows.length).toBeGreaterThan(80);
    // These take a part out of an address.
    expect(
      rows
        .map(({ name }) => name)
        .filter((name) => kindOfFunction(name) !== 'refused')
        .sort(),
    ).toEqual(['cutQueryString', 'queryString']);
  });

  it.each([
    ['sumIf', 'allowed'],
    ['COUNT', 'allowed'],
    ['quantileIf', 'allowed'],
    ['sumDistinctIf', 'allowed'],
    ['groupArrayIf', 'sized'],
    ['groupUniqArray', 'sized'],
    ['sumState', 'refused'],
    ['sumStateIf', 'refused'],
    ['sumMerge', 'refused'],
    ['sumMap', 'refused'],
    ['sumForEach', 'refused'],
    ['sumResample', 'refused'],
    ['if', 'allowed'],
    ['array', 'allowed'],
    ['groupArray', 'sized'],
    ['constructor', 'refused'],
    ['__proto__', 'refused'],
    ['', 'refused'],
  ])('%j is %s', (name, kind) => {
    expect(kindOfFunction(name)).toBe(kind);
  });

  it.each(['Int8', 'Nullable(Decimal(18, 6))', "DateTime64(3, 'Europe/Berlin')", 'Map(String, Array(UInt64))', 'VARCHAR'])('%s is a type', (type) => {
    expect(isAllowedType(type)).toBe(true);
  });
  it.each([
    'FixedString(9)',
    "Enum8('a' = 1)",
    'AggregateFunction(sum, UInt64)',
    'JSON',
    'Dynamic',
    "Int8') , file('x",
    'Object',
    '',
    'Nested(a Int8)',
  ])('%s is no type to turn values into', (type) => {
    expect(isAllowedType(type)).toBe(false);
  });
});

describe('a checked statement', () => {
  it('says what its answer has', async () => {
    const checked = await checkSql(
      store.telemetry,
      'SELECT agent_id, sum(cost_usd) AS dollars FROM llm_call_metrics GROUP BY agent_id'.replaceAll('agent_id', 'model'),
    );
    expect(checked).toMatchObject({
      ok: true,
      value: {
        columns: [
          { name: 'model', type: 'Nullable(String)' },
          { name: 'dollars', type: 'Nullable(Decimal(38, 12))' },
        ],
      },
    });
  });

  it('is not looked at twice', async () => {
    let sessions = 0;
    const counting = { isolated: ((...args) => (sessions++, store.telemetry.isolated(...args))) as typeof store.telemetry.isolated };
    const first = await checkSql(counting, 'SELECT 1');
    expect(await checkSql(counting, 'SELECT 1')).toEqual(first);
    expect(sessions).toBe(1);
    await checkSql(counting, 'SELECT');
    await checkSql(counting, 'SELECT');
    expect(sessions).toBe(3);
  });

  it('throws when the store cannot be reached, which is no fault of the SQL', async () => {
    const down = { isolated: () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })) };
    await expect(checkSql(down, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});
