import { NewAlertRuleSchema, type NewAlertRuleInput } from '@sightglass/contract/alertRule';
import { expect, it } from 'vitest';
import { effectsOf } from './changeEffects.ts';

const rule = {
  name: 'Errors',
  severity: 'critical',
  kind: 'error_rate',
  config: { threshold: 0.05 },
  group_by: ['model'],
} satisfies NewAlertRuleInput;
const off = { enabled: false };

const CHANGED = { endsAlerts: 'The rule was changed.', nextEvaluation: 'now', isJudgedAnew: true };
const AS_IT_WAS = { endsAlerts: null, nextEvaluation: 'as planned', isJudgedAnew: false };

it.each<[string, object, object, object]>([
  ['nothing', {}, {}, AS_IT_WAS],
  ['the name', {}, { name: 'Other' }, AS_IT_WAS],
  ['the severity', {}, { severity: 'info' }, AS_IT_WAS],
  ['the times of an alert', {}, { pending_minutes: 5, keep_firing_minutes: 5, cooldown_minutes: 0, no_data: 'alert' }, AS_IT_WAS],
  ['whom it tells, and how', {}, { channel_ids: ['chn_1'], message: 'x', description: 'y', tags: { a: 'b' } }, AS_IT_WAS],
  ['how often it is looked at', {}, { check_interval_minutes: 1 }, { ...AS_IT_WAS, nextEvaluation: 'now' }],
  ['the threshold', {}, { config: { threshold: 0.1 } }, CHANGED],
  ['of what the rate is', {}, { config: { threshold: 0.05, of: 'llm' } }, CHANGED],
  ['the groups', {}, { group_by: [] }, CHANGED],
  ['the filters', {}, { filters: [{ field: 'model', op: '=', value: 'gpt-4o' }] }, CHANGED],
  ['the source', {}, { source: 'logs' }, CHANGED],
  ['the window', {}, { evaluation_window_minutes: 60 }, CHANGED],
  ['from on to off', {}, off, { endsAlerts: 'The rule was disabled.', nextEvaluation: 'never', isJudgedAnew: false }],
  [
    'the threshold, and from on to off',
    {},
    { ...off, config: { threshold: 0.1 } },
    { endsAlerts: 'The rule was disabled.', nextEvaluation: 'never', isJudgedAnew: true },
  ],
  ['from off to on', off, {}, { endsAlerts: null, nextEvaluation: 'now', isJudgedAnew: true }],
  [
    'the threshold while off',
    off,
    { ...off, config: { threshold: 0.1 } },
    { endsAlerts: 'The rule was changed.', nextEvaluation: 'never', isJudgedAnew: true },
  ],
  ['how often while off', off, { ...off, check_interval_minutes: 1 }, { ...AS_IT_WAS, nextEvaluation: 'never' }],
])('a change of %s', (_what, before, after, expected) => {
  expect(effectsOf(NewAlertRuleSchema.parse({ ...rule, ...before }), NewAlertRuleSchema.parse({ ...rule, ...after }))).toEqual(expected);
});

it('a key of null says what an absent one says', () => {
  const of = (config: object) => NewAlertRuleSchema.parse({ name: 'x', severity: 'info', kind: 'provider_down', config });
  expect(effectsOf(of({ provider: null }), of({})).endsAlerts).toBeNull();
  expect(effectsOf(of({ provider: null }), of({ provider: 'openai' })).endsAlerts).toBe('The rule was changed.');
});
