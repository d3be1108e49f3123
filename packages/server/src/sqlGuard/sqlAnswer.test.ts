import { describe, expect, it } from 'vitest';
import { readSqlAnswer } from './sqlAnswer.ts';

const column = (name: string, type: string) => ({ name, type });
const N = column('n', 'UInt64');

describe('the answer of an SQL rule', () => {
  it.each([
    ['one number', [N], [['12']], [{ labels: {}, value: 12 }]],
    ['no row', [N], [], []],
    ['no data', [column('cost', 'Nullable(Decimal(38, 12))')], [[null]], [{ labels: {}, value: null }]],
    ['dollars', [column('cost', 'Decimal(38, 12)')], [['0.300000000000']], [{ labels: {}, value: 0.3 }]],
    ['a share', [column('x', 'Float64')], [[0.5]], [{ labels: {}, value: 0.5 }]],
    ['yes or no', [column('x', 'Bool')], [[true]], [{ labels: {}, value: 1 }]],
    [
      'one row a group, wherever the number stands',
      [N, column('agent_id', 'LowCardinality(Nullable(String))'), column('day', 'Date')],
      [
        ['1', 'a', '2026-11-20'],
        ['2', null, '2026-11-20'],
      ],
      [
        { labels: { agent_id: 'a', day: '2026-11-20' }, value: 1 },
        { labels: { agent_id: '', day: '2026-11-20' }, value: 2 },
      ],
    ],
    ['a list as a label', [column('tags', 'Array(String)'), N], [[['a', 'b'], 1]], [{ labels: { tags: '["a","b"]' }, value: 1 }]],
  ])('is %s', (_, columns, rows, expected) => {
    expect(readSqlAnswer(columns, rows)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['no number', [column('name', 'String')], [['a']], 'no number'],
    ['a time alone', [column('t', "DateTime64(9, 'UTC')")], [['2026-11-20']], 'no number'],
    ['two numbers', [N, column('m', 'Nullable(Float64)')], [[1, 2]], '2 numbers (n, m)'],
    ['numbers without groups', [N], [[1], [2]], 'nothing to tell them apart'],
    [
      'groups twice',
      [column('a', 'String'), N],
      [
        ['x', 1],
        ['x', 2],
      ],
      'the same labels',
    ],
    ['more than 500 groups', [column('a', 'String'), N], Array.from({ length: 501 }, (_, i) => [`${i}`, 1]), 'more than 500 rows'],
  ])('is not %s', (_, columns, rows, words) => {
    expect(readSqlAnswer(columns, rows)).toMatchObject({
      ok: false,
      error: { code: 'not-compilable', errors: [{ pointer: '/query', message: expect.stringContaining(words) }] },
    });
  });

  it('may have 500 groups', () => {
    const rows = Array.from({ length: 500 }, (_, i) => [`${i}`, 1]);
    expect(readSqlAnswer([column('a', 'String'), N], rows)).toMatchObject({ ok: true, value: { length: 500 } });
  });
});
