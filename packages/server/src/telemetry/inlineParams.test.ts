import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineParams } from './inlineParams.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from './testing/temporaryTelemetry.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 12 });

describe('values written into a query', () => {
  it.each<[string, unknown, string]>([
    ['{a:String}', "'; DROP TABLE spans --", "unhex('273b2044524f50205441424c45207370616e73202d2d')"],
    ['{a:String}', '', "''"],
    ['{a:String}', 'gpt-4o.2024:x', "'gpt-4o.2024:x'"],
    ['{a:String}', 'a b', "unhex('612062')"],
    ['{a:Array(Int64)}', [1n, '-2'].map(String), "CAST(['1','-2'], 'Array(Int64)')"],
    ['{a:Int64}', '-5', "CAST('-5', 'Int64')"],
    ['{a:UInt32}', 7, "CAST('7', 'UInt32')"],
    ['{a:Float64}', '1e+21', "CAST('1e+21', 'Float64')"],
    ['{a:Decimal(38, 12)}', '0.000000000001', "CAST('0.000000000001', 'Decimal(38, 12)')"],
    ['{a:Array(String)}', ['x', "'"], "CAST(['x',unhex('27')], 'Array(String)')"],
    ['{a:Array(Int64)}', [], "CAST([], 'Array(Int64)')"],
  ])('%s of %j', (sql, value, expected) => {
    expect(inlineParams(sql, { a: value })).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['{a:Int64}', "1') OR ('1"],
    ['{a:Int64}', '1.5'],
    ['{a:Float64}', 'nan'],
    ['{a:Decimal(38, 12)}', '1e9'],
    ['{a:String}', 5],
    ['{a:Array(String)}', ['x', 5]],
    ['{a:Array(String)}', 'x'],
    ['{a:Date}', '2026-11-20'],
    ['{b:String}', 'of another name'],
    ['{toString:String}', 'x'],
    ['{a:String}', 'x'.repeat(200_000)],
  ])('%s of some others are left to the engine', (sql, value) => {
    expect(inlineParams(sql, { a: value })).toBeUndefined();
  });

  it('in texts that look like placeholders stay what they are', () => {
    expect(inlineParams('{a:String}{b:String}', { a: '{b:String}', b: '{a:String}' })).toMatch(/^unhex\('[0-9a-f]+'\)unhex\('[0-9a-f]+'\)$/);
  });

  it('come back from the engine as they were, and as the types they were', async () => {
    await fc.assert(
      fc.asyncProperty(wellFormed, fc.array(wellFormed, { maxLength: 4 }), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), async (text, list, number) => {
        const sql =
          'SELECT {text:String} AS text, {list:Array(String)} AS list, toString({number:Int64}) AS number, toTypeName({list:Array(String)}) AS type';
        const rows = await store.telemetry.rows(inlineParams(sql, { text, list, number }) ?? 'not possible');
        expect(rows).toEqual([{ text, list, number: String(number), type: 'Array(String)' }]);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('do not make queries wait for each other', async () => {
    let finished = '';
    const slow = store.telemetry
      .rows(
        "SELECT count() AS n FROM numbers(100000000000) WHERE sipHash64(number) = {x:UInt64} SETTINGS max_execution_time = 2, timeout_overflow_mode = 'break', max_threads = 1",
        { x: 1 },
      )
      .then(() => (finished += 'slow '));
    const quick = store.telemetry.rows('SELECT {x:UInt64} AS n', { x: 1 }).then(() => (finished += 'quick '));
    await Promise.all([slow, quick]);
    expect(finished).toBe('quick slow ');
  });
});
