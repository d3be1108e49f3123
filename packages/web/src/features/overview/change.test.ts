import { describe, expect, it } from 'vitest';
import { changeOfAmount, changeOfRatio } from './change.ts';

describe('changeOfAmount', () => {
  it.each([
    [138, 100, 'lower', 'worse'],
    [60, 100, 'lower', 'better'],
    [138, 100, 'higher', 'better'],
    [138, 100, 'neither', 'neutral'],
    [102, 100, 'lower', 'neutral'],
  ] as const)('from %s against %s, %s being better, is %s', (now, usual, better, verdict) => {
    expect(changeOfAmount(now, usual, better)?.verdict).toBe(verdict);
  });

  it('says nothing when nothing came before', () => {
    expect(changeOfAmount(5, 0, 'lower')).toBeNull();
  });
});

describe('changeOfRatio', () => {
  it('judges by points, not by percent of a tiny ratio', () => {
    expect(changeOfRatio(0.002, 0.001, 'lower').verdict).toBe('neutral');
    expect(changeOfRatio(0.012, 0.005, 'lower')).toEqual({ text: '+0.7 points', verdict: 'worse' });
  });
});
