import type { Plan } from '@sightglass/contract/routes/plans';
import { expect, test } from 'vitest';
import { draftOf, limitsOf } from './planDraft.ts';

const plan = (limits: Plan['limits']): Plan => ({ plan: 'pro', limits, retention_days_default: 365, workspaces: 0, updated_at: null });

test('what is empty is not sent, and what was set comes back as it was', () => {
  expect(limitsOf(draftOf(plan({ features_off: [] })))).toEqual({ body: { features_off: [] } });
  const limits = { retention_days: 30, bytes_per_second: 1_000_000, features_off: ['health' as const] };
  expect(limitsOf(draftOf(plan(limits)))).toEqual({ body: limits });
});

test('zero, fractions and words are no limits, and are named by their field', () => {
  const draft = { ...draftOf(plan({ features_off: [] })), requests_per_minute: '0', items_per_second: '1.5', retention_days: '5,000' };
  expect(limitsOf(draft)).toMatchObject({
    errors: [{ pointer: '/retention_days' }, { pointer: '/requests_per_minute' }, { pointer: '/items_per_second' }],
  });
});
