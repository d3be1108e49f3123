import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupKey } from './callGroup.ts';
import type { Finding } from './finding.ts';
import { poolsOf, shareSavings } from './shareSavings.ts';
import { groupOf, PICO, repeatedOf } from './testing/callGroups.ts';

const amount = fc.bigInt({ min: 0n, max: 1_000n * PICO });
const pool = fc.constantFrom('failed', 'retried', 'repeated', 'kept' as const);
const finding = (agentId: string, of: NonNullable<Finding['saving']>['of'], picoUsd: bigint, kind: Finding['kind'] = 'cheaper_model'): Finding => ({
  kind,
  group: groupOf({ agentId }),
  title: '',
  saving: { picoUsd, of },
  facts: [],
  assumption: null,
  advice: '',
  traceIds: [],
});

describe('savings', () => {
  it('are never more than what was spent, whatever the rules say and however the questions disagree', () => {
    const groups = fc.array(
      fc.record({
        spent: amount,
        failed: amount,
        retried: amount,
        repeated: amount,
        claims: fc.array(fc.record({ of: pool, picoUsd: amount }), { maxLength: 8 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(groups, (made) => {
        const pools = new Map<string, ReturnType<typeof poolsOf>>();
        const findings = made.flatMap(({ spent, failed, retried, repeated, claims }, i) => {
          const group = groupOf({ agentId: `agent ${i}`, spentPicoUsd: spent, failedPicoUsd: failed });
          const parts = poolsOf(group, repeatedOf(1, retried), repeatedOf(1, repeated));
          expect(parts.failed + parts.retried + parts.repeated + parts.kept).toBe(spent);
          pools.set(groupKey(group), parts);
          return claims.map(({ of, picoUsd }) => finding(group.agentId, of, picoUsd));
        });
        const total = shareSavings(findings, pools).reduce((sum, { countedPicoUsd }) => sum + (countedPicoUsd ?? 0n), 0n);
        expect(total <= made.reduce((sum, { spent }) => sum + spent, 0n)).toBe(true);
      }),
    );
  });

  it('of the same calls come one after the other: a half and then a half are three quarters', () => {
    const pools = new Map([[groupKey(groupOf()), { failed: 0n, retried: 0n, repeated: 0n, kept: 100n }]]);
    const shared = shareSavings([finding('bot', 'kept', 50n, 'prompt_caching'), finding('bot', 'kept', 50n)], pools);
    expect(shared.map(({ countedPicoUsd }) => countedPicoUsd)).toEqual([50n, 25n]);
  });

  it('of different calls are told in full', () => {
    const pools = new Map([[groupKey(groupOf()), { failed: 10n, retried: 5n, repeated: 20n, kept: 100n }]]);
    const shared = shareSavings([finding('bot', 'failed', 10n, 'failed_calls'), finding('bot', 'kept', 50n), finding('bot', 'repeated', 20n)], pools);
    expect(shared.map(({ countedPicoUsd }) => countedPicoUsd)).toEqual([50n, 20n, 10n]);
  });

  it('that are none come last', () => {
    const pools = new Map([[groupKey(groupOf()), { failed: 0n, retried: 0n, repeated: 0n, kept: 100n }]]);
    const shared = shareSavings([{ ...finding('bot', 'kept', 1n), saving: null }, finding('bot', 'kept', 1n)], pools);
    expect(shared.map(({ countedPicoUsd }) => countedPicoUsd)).toEqual([1n, null]);
  });
});
