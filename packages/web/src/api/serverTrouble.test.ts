import { expect, it } from 'vitest';
import { readProblem } from './problem.ts';
import { isTrouble } from './serverTrouble.ts';

it.each([
  [400, false],
  [401, false],
  [404, false],
  [422, false],
  [500, false],
  [502, true],
  [503, true],
  [504, true],
])('takes status %s for trouble of the server: %s', (status, expected) => {
  expect(isTrouble(readProblem(status, '', { traceId: null, retryAfter: null }))).toBe(expected);
});
