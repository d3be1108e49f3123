import { createHash } from 'node:crypto';
import { TRACE_SORTS } from '@sightglass/contract/routes/traces';
import { describe, expect, it } from 'vitest';
import { readCursor, type TraceCursor, writeCursor } from './traceCursor.ts';

const CURSOR: TraceCursor = {
  sort: '-start_time',
  range: { fromNs: 1_795_089_600_000_000_000n, toNs: 1_795_176_000_000_000_000n },
  value: '1795170000123456789',
  traceId: 'ab'.repeat(16),
};

/** A cursor as somebody makes it who has read the code. */
function forge(content: unknown): string {
  const text = JSON.stringify(content);
  return Buffer.from(createHash('sha256').update(text).digest('hex').slice(0, 8) + text).toString('base64url');
}

describe('a cursor', () => {
  it.each(TRACE_SORTS)('of sort %s comes back as it was', (sort) => {
    const cursor = { ...CURSOR, sort, value: sort.endsWith('cost') ? '0.000000000001' : '-5' };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  });

  it.each<[string, unknown]>([
    ['no sort', ['name', '1', '2', '3', CURSOR.traceId]],
    ['a fraction of a nanosecond', ['-start_time', '1', '2', '1.5', CURSOR.traceId]],
    ['more than the store can hold', ['-start_time', '1', '2', '9999999999999999999', CURSOR.traceId]],
    ['an endless range', ['-start_time', '-9999999999999999999', '2', '3', CURSOR.traceId]],
    ['too much money', ['-cost', '1', '2', '1'.repeat(27), CURSOR.traceId]],
    ['money with an exponent', ['-cost', '1', '2', '1e9', CURSOR.traceId]],
    ['no trace id', ['-start_time', '1', '2', '3', "' OR 1=1"]],
    ['numbers for texts', ['-start_time', 1, 2, 3, CURSOR.traceId]],
    ['too little', ['-start_time']],
    ['nothing', null],
    ['an object', { sort: '-start_time' }],
  ])('that somebody made of %s is none', (_, content) => {
    expect(readCursor(forge(content))).toBeUndefined();
  });

  it('that was made well is only another place in the same list', () => {
    expect(readCursor(forge(['-start_time', '1', '2', '3', CURSOR.traceId]))).toMatchObject({ value: '3' });
  });
});
