import { describe, expect, it } from 'vitest';
import { readTarget, targetOf, targetText, targetVerdict } from './targetVerdict.ts';

describe('a verdict', () => {
  it.each([
    [null, null, 'unheld'],
    [0.5, null, 'unheld'],
    [null, 0.999, 'unknown'],
    [0.999, 0.999, 'met'],
    [1, 0.999, 'met'],
    [0.9989, 0.999, 'missed'],
    [0, 0.5, 'missed'],
  ])('of %s against %s is %s', (availability, target, verdict) => {
    expect(targetVerdict(availability, target)).toBe(verdict);
  });
});

describe('a target that is typed', () => {
  it.each([
    ['99.9', 0.999],
    [' 99.95 % ', 0.9995],
    ['99,9', 0.999],
    ['100', 1],
    ['0.1', 0.001],
    ['0', undefined],
    ['100.1', undefined],
    ['-5', undefined],
    ['1e2', undefined],
    ['', undefined],
    ['all', undefined],
  ])('%s is %s', (typed, share) => {
    expect(readTarget(typed)).toBe(share);
  });

  it('reads back as it was set', () => {
    for (const share of [0.9, 0.99, 0.999, 0.9995, 0.99999, 1]) expect(readTarget(targetText(share))).toBe(share);
  });
});

it('a target is found by kind and name', () => {
  const targets = [
    { kind: 'tool', name: 'search', availability: 0.9 },
    { kind: 'provider', name: 'search', availability: 0.8 },
  ] as const;
  expect(targetOf(targets, 'provider', 'search')).toBe(0.8);
  expect(targetOf(targets, 'service', 'search')).toBeNull();
});
