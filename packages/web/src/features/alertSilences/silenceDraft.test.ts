import { NewSilenceSchema } from '@sightglass/contract/alertSilence';
import { describe, expect, it } from 'vitest';
import { fits, matcherWords, newMatcher, prefilledSilence, silenceBody, type SilenceDraft } from './silenceDraft.ts';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const DRAFT: SilenceDraft = { matchers: [newMatcher('severity', 'warning')], starts: '', duration: '4h', ends: '', repeat: 'never', comment: '' };
const body = (changes: Partial<SilenceDraft>, zone = 'UTC') => silenceBody({ ...DRAFT, ...changes }, NOW, zone);

describe('a silence that is typed', () => {
  it.each<[string, Partial<SilenceDraft>, { starts_at?: string; ends_at: string; repeat?: string }]>([
    ['four hours from now', {}, { ends_at: '2026-11-20T14:00:00Z' }],
    ['until tomorrow at nine, on the clock of the reader', { duration: 'tomorrow' }, { ends_at: '2026-11-21T08:00:00Z' }],
    ['a day from a start', { starts: '2026-11-21 22:00', duration: '1d' }, { starts_at: '2026-11-21T21:00:00Z', ends_at: '2026-11-22T21:00:00Z' }],
    [
      'every night',
      { starts: '2026-11-20 22:00', duration: 'until', ends: '2026-11-21 06:00', repeat: 'daily' },
      { starts_at: '2026-11-20T21:00:00Z', ends_at: '2026-11-21T05:00:00Z', repeat: 'daily' },
    ],
  ])('%s', (_, changes, expected) => {
    const result = body(changes, 'Europe/Berlin');
    expect('body' in result && NewSilenceSchema.parse(result.body)).toEqual({ matchers: { severity: 'warning' }, comment: '', ...expected });
  });

  it.each<[string, Partial<SilenceDraft>, string]>([
    ['nothing that alerts must have', { matchers: [] }, '/matchers'],
    ['a label without a value', { matchers: [newMatcher('model', ' ')] }, '/matchers/0/value'],
    ['a value without a label', { matchers: [newMatcher('', 'x')] }, '/matchers/0/key'],
    ['a label twice', { matchers: [newMatcher('model', 'a'), newMatcher('model', 'b')] }, '/matchers/1/key'],
    ['no end', { duration: 'until' }, '/ends_at'],
    ['an end that has passed', { duration: 'until', ends: '2026-11-20 09:00', starts: '2026-11-20 08:00' }, '/ends_at'],
    ['an end before its start', { duration: 'until', ends: '2026-11-21 09:00', starts: '2026-11-22' }, '/ends_at'],
    ['a start that is no time', { starts: 'soon' }, '/starts_at'],
  ])('with %s is not sent', (_, changes, pointer) => {
    const result = body(changes);
    expect('errors' in result && result.errors.map((error) => error.pointer)).toEqual([pointer]);
  });
});

it('takes what alerts must have from a link, and nothing else', () => {
  const draft = prefilledSilence({ rule_name: 'Errors', model: 'a,b', from: 'now-1h', duration: '1d', repeat: 'weekly', comment: 'x' });
  expect(draft.matchers.map(({ key, value }) => [key, value])).toEqual([
    ['rule_name', 'Errors'],
    ['model', 'a,b'],
  ]);
  expect(draft).toMatchObject({ duration: '1d', repeat: 'weekly', comment: 'x' });
});

it('begins with the rule when a link says nothing', () => {
  expect(prefilledSilence({}).matchers.map(({ key }) => key)).toEqual(['rule_name']);
});

it.each<[Record<string, string>, boolean]>([
  [{ rule_name: 'Errors' }, true],
  [{ rule_id: 'rul_1', severity: 'critical', agent_id: 'planner' }, true],
  [{ severity: 'warning' }, false],
  [{ rule_name: 'Errors', model: 'a' }, false],
])('%j means the alert: %s', (matchers, expected) => {
  expect(fits(matchers, { rule_id: 'rul_1', rule_name: 'Errors', severity: 'critical', labels: { agent_id: 'planner' } })).toBe(expected);
});

it('says what alerts must have', () => {
  expect(matcherWords({ rule_id: 'rul_1', agent_id: 'planner', model: 'gpt-4o' }, new Map([['rul_1', 'Errors']]))).toEqual([
    'Rule is Errors',
    'Agent is planner',
    'model is gpt-4o',
  ]);
});
