import { expect, it } from 'vitest';
import { levelOf } from './healthLevel.ts';

it.each([
  [100, 'good'],
  [80, 'good'],
  [79, 'fair'],
  [50, 'fair'],
  [49, 'poor'],
  [0, 'poor'],
])('a score of %s is %s', (score, level) => {
  expect(levelOf(score)).toBe(level);
});
