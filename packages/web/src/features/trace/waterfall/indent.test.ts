import { expect, it } from 'vitest';
import { indentFor } from './indent.ts';

it.each([
  [300, 3, { stepPx: 14, maxPx: 120 }],
  [300, 12, { stepPx: 10, maxPx: 120 }],
  [300, 400, { stepPx: 5, maxPx: 120 }],
  [0, 0, { stepPx: 5, maxPx: 5 }],
])('a tree %d px wide and %d levels deep', (width, depth, indent) => {
  expect(indentFor(width, depth)).toEqual(indent);
});
