import { expect, it } from 'vitest';
import { type Account, isWrong, OUTCOMES, shareOf, sumOfAccounts } from './outcomes.ts';

const NOTHING: Account = { received: 0, stored: 0, rejected: 0, duplicate: 0, sampled: 0, quarantined: 0, refused_requests: 0 };

it('names every outcome of the sum once, so that what is shown adds up', () => {
  const account = { ...NOTHING, received: 31, stored: 16, rejected: 8, duplicate: 4, sampled: 2, quarantined: 1 };
  expect(OUTCOMES.reduce((sum, { name }) => sum + account[name], 0)).toBe(account.received);
});

it('adds the ways in up', () => {
  const sum = sumOfAccounts([
    { ...NOTHING, received: 5, stored: 3, duplicate: 2 },
    { ...NOTHING, received: 2, stored: 1, rejected: 1, refused_requests: 7 },
  ]);
  expect(sum).toEqual({ received: 7, stored: 4, rejected: 1, duplicate: 2, sampled: 0, quarantined: 0, refused_requests: 7 });
  expect(sumOfAccounts([])).toEqual(NOTHING);
});

it('has no share of nothing', () => {
  expect(shareOf(NOTHING, 'stored')).toBeNull();
  expect(shareOf({ ...NOTHING, received: 4, stored: 3, sampled: 1 }, 'stored')).toBe(0.75);
});

it.each([
  ['rejected', true],
  ['quarantined', true],
  ['refused_requests', true],
  ['duplicate', false],
  ['sampled', false],
  ['stored', false],
] as const)('%s is wrong: %s', (name, wrong) => {
  expect(isWrong({ ...NOTHING, received: 1, [name]: 1 })).toBe(wrong);
});
