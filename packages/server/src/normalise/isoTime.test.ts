import { describe, expect, it } from 'vitest';
import { isoTimeNs, msToFirstToken } from './isoTime.ts';

const secondNs = 1_795_165_200_000_000_000n;

describe('isoTimeNs', () => {
  it.each([
    ['2026-11-20T09:00:00Z', secondNs],
    ['"2026-11-20T09:00:00.250Z"', secondNs + 250_000_000n],
    ['2026-11-20T09:00:00.123456789Z', secondNs + 123_456_789n],
    ['2026-11-20T10:00:00.5+01:00', secondNs + 500_000_000n],
    ['2026-11-20T09:00:00.000001', secondNs + 1000n],
    ['yesterday', undefined],
    ['2026-13-45T99:00:00Z', undefined],
    ['', undefined],
  ])('%s', (text, ns) => {
    expect(isoTimeNs(text)).toBe(ns);
  });
});

describe('msToFirstToken', () => {
  it('is the time since the start, and unknown when it lies before it', () => {
    expect(msToFirstToken('"2026-11-20T09:00:00.250Z"', secondNs)).toBe(250);
    expect(msToFirstToken('2026-11-20T08:59:59.999Z', secondNs)).toBeUndefined();
    expect(msToFirstToken(undefined, secondNs)).toBeUndefined();
  });
});
