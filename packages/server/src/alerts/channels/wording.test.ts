import { describe, expect, it } from 'vitest';
import { cutEscaped } from './cutEscaped.ts';
import { fitAlerts } from './fitAlerts.ts';
import { alertOf, messageOf, resolvedAlert, resolvedMessage } from './testing/messages.ts';
import { cut, factsOf, headline, lasted, usableLink } from './wording.ts';

describe('the headline', () => {
  const warning = alertOf({ severity: 'warning', ruleName: 'Latency', message: 'slow' });
  it.each([
    ['says how grave it is and what', messageOf(), '[CRITICAL] Error rate: 7 % of calls failed'],
    ['says when it has ended', resolvedMessage(), '[Resolved] Error rate: 7 % of calls failed'],
    ['says that it is still so', messageOf({ reason: 'repeated' }), '[CRITICAL] Error rate: 7 % of calls failed (still firing)'],
    ['says that it is a test', messageOf({ reason: 'test' }), '[TEST] Error rate: 7 % of calls failed'],
    ['does not say a name twice', messageOf({ alerts: [alertOf({ message: 'Error rate is 7 %' })] }), '[CRITICAL] Error rate is 7 %'],
    ['is the rule where there is no message', messageOf({ alerts: [alertOf({ message: '' })] }), '[CRITICAL] Error rate'],
    ['counts alerts of one rule', messageOf({ alerts: [alertOf(), alertOf()] }), '[CRITICAL] Error rate: 2 alerts'],
    ['names several rules', messageOf({ alerts: [alertOf(), warning] }), '[CRITICAL] Error rate, Latency: 2 alerts'],
    [
      'names three rules at most',
      messageOf({ alerts: ['a', 'b', 'c', 'd', 'e'].map((ruleName) => alertOf({ ruleName })) }),
      '[CRITICAL] a, b, c and 2 more: 5 alerts',
    ],
    ['tells firing from resolved', messageOf({ alerts: [alertOf(), resolvedAlert()] }), '[CRITICAL] Error rate: 1 firing, 1 resolved'],
    [
      'counts what has ended',
      messageOf({ status: 'resolved', alerts: [resolvedAlert(), resolvedAlert()] }),
      '[Resolved] Error rate: 2 alerts resolved',
    ],
  ])('%s', (_fact, message, expected) => {
    expect(headline(message)).toBe(expected);
  });
});

describe('the facts', () => {
  it('tell since when, how bad and of what', () => {
    expect(factsOf(alertOf({ value: 12_345.678_9 }))).toEqual([
      { name: 'Severity', text: 'Critical' },
      { name: 'Since', text: '20 Nov 2026, 14:03 UTC', at: '2026-11-20T14:03:05.000Z' },
      { name: 'Value', text: '12,345.7' },
      { name: 'Threshold', text: '0.05' },
      { name: 'agent_id', text: 'planner' },
      { name: 'team', text: 'search' },
    ]);
  });

  it('of an end tell how long it was and who ended it; what is not known is left out', () => {
    const alert = resolvedAlert({ resolvedBy: 'ada@example.com', value: null, threshold: null, labels: { team: 'own' } });
    expect(factsOf(alert).slice(2)).toEqual([
      { name: 'Lasted', text: '30 min' },
      { name: 'Resolved by', text: 'ada@example.com' },
      { name: 'team', text: 'own' },
    ]);
  });

  it.each([
    [-5, '0 s'],
    [44_400, '44 s'],
    [59_600, '1 min'],
    [90 * 60_000, '1 h 30 min'],
    [60 * 60_000, '1 h'],
    [52 * 3_600_000, '2 d 4 h'],
    [24 * 3_600_000 + 5 * 60_000, '1 d'],
  ])('%d ms last %s', (ms, words) => {
    expect(lasted(ms)).toBe(words);
  });
});

it.each([
  ['abcd', 4, 'abcd'],
  ['abcde', 4, 'abc…'],
  ['ab😀cd', 4, 'ab…'],
])('%j cut to %d is %j', (text, charactersMax, expected) => {
  expect(cut(text, charactersMax)).toBe(expected);
});

it.each([
  ['a&b', 7, 'a&amp;b'],
  ['a&bc', 7, 'a&amp;…'],
  ['a&&', 7, 'a&amp;…'],
  ['&&', 5, '…'],
  ['😀😀😀', 5, '😀😀…'],
])('%j escaped and cut to %d is %j: no escape and no sign is cut in two', (text, charactersMax, expected) => {
  expect(cutEscaped(text, charactersMax, (part) => part.replaceAll('&', '&amp;'))).toBe(expected);
});

it.each([
  ['https://obs.example.com/alerts', true],
  ['http://localhost:4318/x', true],
  ['', false],
  ['/alerts', false],
  ['javascript:alert(1)', false],
  [`https://obs.example.com/${'x'.repeat(2_000)}`, false],
])('%j as a link: %s', (link, isUsable) => {
  expect(usableLink(link)).toBe(isUsable ? link : undefined);
});

describe('what does not fit', () => {
  const alerts = [resolvedAlert(), alertOf({ severity: 'info' }), alertOf({ severity: 'critical' }), alertOf({ severity: 'warning' })];
  const compose = (shown: readonly { severity: string; status: string }[], leftOut: number) => ({
    shown: shown.map(({ severity, status }) => (status === 'resolved' ? status : severity)),
    leftOut,
  });

  it('is what matters least', () => {
    expect(fitAlerts(alerts, 2, compose, () => true)).toEqual({ body: { shown: ['critical', 'warning'], leftOut: 2 }, shown: 2 });
    expect(fitAlerts(alerts, 9, compose, () => true).body.shown).toEqual(['critical', 'warning', 'info', 'resolved']);
    expect(fitAlerts(alerts, 9, compose, ({ shown }) => shown.length < 4).body).toEqual({ shown: ['critical', 'warning', 'info'], leftOut: 1 });
  });

  it('is never the last alert', () => {
    expect(fitAlerts(alerts, 9, compose, () => false).body).toEqual({ shown: ['critical'], leftOut: 3 });
  });
});
