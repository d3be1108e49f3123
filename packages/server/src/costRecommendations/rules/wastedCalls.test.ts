import { describe, expect, it } from 'vitest';
import { groupOf, PICO, repeatedOf } from '../testing/callGroups.ts';
import { adviseOnDuplicateCalls, REPEATS_MIN } from './duplicateCalls.ts';
import { adviseOnFailedCalls, FAILED_CALLS_MIN } from './failedCalls.ts';
import { adviseOnRetriedCalls } from './retriedCalls.ts';

/** $10 are spent: below a hundredth of it is not worth a change. */
const ENOUGH = PICO / 10n;
const kindOf = (answer: ReturnType<typeof adviseOnFailedCalls>) => (answer === null ? null : 'finding' in answer ? answer.finding.kind : 'missing');

describe('failed calls', () => {
  const judge = (calls: number, picoUsd: bigint) =>
    kindOf(adviseOnFailedCalls(groupOf({ failedPaidCalls: calls, failedPicoUsd: picoUsd }), undefined));

  it.each([
    [0, 0n, null],
    [FAILED_CALLS_MIN - 1, ENOUGH, 'missing'],
    [FAILED_CALLS_MIN, ENOUGH - 1n, null],
    [FAILED_CALLS_MIN, ENOUGH, 'failed_calls'],
  ])('%i that cost %i: %s', (calls, picoUsd, expected) => {
    expect(judge(calls, picoUsd)).toBe(expected);
  });

  it('that were tried again are not among them', () => {
    const group = groupOf({ failedPaidCalls: 25, failedPicoUsd: PICO });
    const answer = adviseOnFailedCalls(group, repeatedOf(15, PICO / 2n));
    expect(answer).toMatchObject({ finding: { saving: { picoUsd: PICO / 2n, of: 'failed' } } });
  });
});

describe('failed calls that were tried again', () => {
  it.each([
    [FAILED_CALLS_MIN - 1, ENOUGH, 'missing'],
    [FAILED_CALLS_MIN, ENOUGH - 1n, null],
    [FAILED_CALLS_MIN, ENOUGH, 'retried_calls'],
  ])('%i that cost %i: %s', (calls, picoUsd, expected) => {
    expect(kindOf(adviseOnRetriedCalls(groupOf(), repeatedOf(calls, picoUsd)))).toBe(expected);
  });
});

describe('calls that repeat an earlier one', () => {
  it.each([
    [REPEATS_MIN - 1, ENOUGH, 'missing'],
    [REPEATS_MIN, ENOUGH - 1n, null],
    [REPEATS_MIN, ENOUGH, 'duplicate_calls'],
  ])('%i that cost %i: %s', (calls, picoUsd, expected) => {
    expect(kindOf(adviseOnDuplicateCalls(groupOf(), repeatedOf(calls, picoUsd)))).toBe(expected);
  });

  it('cannot be told where no input is recorded', () => {
    expect(kindOf(adviseOnDuplicateCalls(groupOf({ callsWithInput: 0 }), undefined))).toBe('missing');
  });
});
