import { expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

const GOOD = { received: 9, stored: 9, rejected: 0, duplicate: 0, sampled: 0, quarantined: 0, refused_requests: 0 };

it.each([
  [{}, false, 'Everything is stored'],
  [{ duplicate: 2, sampled: 3 }, false, 'Nothing was lost'],
  [{ rejected: 1 }, true, '1 item rejected'],
  [{ rejected: 1200, quarantined: 2, refused_requests: 1 }, true, '1,200 items rejected, 2 items in quarantine, 1 request refused in the last hour'],
])('of %o says so', (changes, wrong, words) => {
  expect(verdictOf({ ...GOOD, ...changes })).toEqual({ wrong, words });
});
