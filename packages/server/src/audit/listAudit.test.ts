import { expect, test } from 'vitest';
import { momentOf } from './listAudit.ts';

const NOW_NS = BigInt(Date.parse('2026-11-20T12:00:00Z')) * 1_000_000n;

test('a time with milliseconds is that millisecond, whichever it is', () => {
  const firstMs = Date.parse('2026-11-20T12:00:00.000Z');
  const others = Array.from({ length: 2_000 }, (_, i) => new Date(firstMs + i)).filter(
    (moment) => momentOf(moment.toISOString(), NOW_NS)?.getTime() !== moment.getTime(),
  );
  expect(others).toEqual([]);
});

test('a part of a millisecond is the next one: what is asked for from then on has not begun before', () => {
  expect(momentOf('2026-11-20T12:00:00.000000001Z', NOW_NS)?.toISOString()).toBe('2026-11-20T12:00:00.001Z');
  expect(momentOf('yesterday', NOW_NS)).toBeNull();
  expect(momentOf(undefined, NOW_NS)).toBeUndefined();
});
