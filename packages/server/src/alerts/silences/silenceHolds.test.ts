import { describe, expect, test } from 'vitest';
import { findSilence, silenceHolds, type SilenceOf, silenceState, type SilenceWindow } from './silenceHolds.ts';

const ALERT = {
  ruleId: 'rul_1',
  ruleName: 'Cost of a day',
  severity: 'warning' as const,
  labels: { agent_id: 'planner', model: 'gpt-4o', toString: 'a label' },
};
const NOW = Date.parse('2026-11-20T12:00:00Z');
const at = (text: string) => new Date(text);
const window = (startsAt: string, endsAt: string, repeat: SilenceWindow['repeat'] = null): SilenceWindow => ({
  startsAt: at(startsAt),
  endsAt: at(endsAt),
  repeat,
});
const OPEN = window('2026-11-20T11:00:00Z', '2026-11-20T13:00:00Z');

describe('a silence', () => {
  test.each<[Record<string, string>, boolean]>([
    [{ rule_id: 'rul_1' }, true],
    [{ rule_id: 'rul_2' }, false],
    [{ rule_name: 'Cost of a day' }, true],
    [{ rule_name: 'Cost' }, false],
    [{ severity: 'warning' }, true],
    [{ severity: 'critical' }, false],
    [{ agent_id: 'planner' }, true],
    [{ agent_id: 'Planner' }, false],
    [{ model: 'gpt-4o', severity: 'warning' }, true],
    [{ model: 'gpt-4o', severity: 'info' }, false],
    [{ tool: 'search' }, false],
    [{ toString: 'a label' }, true],
    [{ constructor: 'Object' }, false],
    [{ __proto__x: '' }, false],
    [{}, false],
  ])('%j: %s', (matchers, expected) => {
    expect(silenceHolds({ ...OPEN, matchers }, ALERT, NOW, 'UTC')).toBe(expected);
  });

  test('is found among others only while it holds', () => {
    const silences: (SilenceOf & { id: string })[] = [
      { id: 'over', ...window('2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z'), matchers: { rule_id: 'rul_1' } },
      { id: 'of another', ...OPEN, matchers: { rule_id: 'rul_2' } },
      { id: 'this', ...OPEN, matchers: { agent_id: 'planner' } },
    ];
    expect(findSilence(silences, ALERT, NOW, 'UTC')?.id).toBe('this');
    expect(findSilence(silences, ALERT, Date.parse('2026-11-20T09:30:00Z'), 'UTC')?.id).toBe('over');
    expect(findSilence(silences, ALERT, Date.parse('2026-11-20T13:00:00Z'), 'UTC')).toBeUndefined();
  });

  const BERLIN_NIGHT = window('2026-10-20T00:00:00Z', '2026-10-20T02:00:00Z', 'daily'); // 02:00 to 04:00, summer time
  const NEW_YORK_LATE = window('2026-11-20T04:30:00Z', '2026-11-20T05:30:00Z', 'daily'); // 23:30 to 00:30
  const BERLIN_SUNDAY = window('2026-03-01T01:00:00Z', '2026-03-01T03:00:00Z', 'weekly'); // Sunday 02:00 to 04:00
  const BERLIN_BEFORE = window('2026-03-20T01:00:00Z', '2026-03-20T03:00:00Z', 'daily'); // 02:00 to 04:00, winter time
  const SET_BACK = window('2026-10-25T00:50:00Z', '2026-10-25T01:10:00Z', 'daily'); // 02:50 summer to 02:10 winter time
  test.each<[string, SilenceWindow, string, string, string]>([
    ['once: before', OPEN, 'UTC', '2026-11-20T10:59:59.999Z', 'pending'],
    ['once: from its first moment', OPEN, 'UTC', '2026-11-20T11:00:00Z', 'active'],
    ['once: up to its last', OPEN, 'UTC', '2026-11-20T12:59:59.999Z', 'active'],
    ['once: its end is not in it', OPEN, 'UTC', '2026-11-20T13:00:00Z', 'expired'],
    ['daily: the first time', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-20T01:00:00Z', 'active'],
    ['daily: between', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-20T02:00:00Z', 'pending'],
    ['daily: before the first time, at the same hour', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-19T01:00:00Z', 'pending'],
    ['daily: the next day', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-21T00:00:00Z', 'active'],
    // On 25 October 02:00 to 03:00 comes twice: at 00:00 and at 01:00 UTC.
    ['set back: the hour for the first time', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-25T00:30:00Z', 'active'],
    ['set back: and again', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-25T01:30:00Z', 'active'],
    ['set back: to 04:00 winter time', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-25T02:59:59Z', 'active'],
    ['set back: and no longer', BERLIN_NIGHT, 'Europe/Berlin', '2026-10-25T03:00:00Z', 'pending'],
    ['winter: an hour of UTC later', BERLIN_NIGHT, 'Europe/Berlin', '2026-11-02T00:30:00Z', 'pending'],
    ['winter: 02:00', BERLIN_NIGHT, 'Europe/Berlin', '2026-11-02T01:00:00Z', 'active'],
    // On 29 March 02:00 to 03:00 is skipped: from 01:00 UTC on it is 03:00.
    ['set forward: before', BERLIN_BEFORE, 'Europe/Berlin', '2026-03-29T00:59:59Z', 'pending'],
    ['set forward: 03:00 to 04:00 is left', BERLIN_BEFORE, 'Europe/Berlin', '2026-03-29T01:00:00Z', 'active'],
    ['set forward: 04:00', BERLIN_BEFORE, 'Europe/Berlin', '2026-03-29T02:00:00Z', 'pending'],
    ['over midnight: before it', NEW_YORK_LATE, 'America/New_York', '2026-11-25T04:45:00Z', 'active'],
    ['over midnight: after it', NEW_YORK_LATE, 'America/New_York', '2026-11-25T05:15:00Z', 'active'],
    ['over midnight: over', NEW_YORK_LATE, 'America/New_York', '2026-11-25T05:30:00Z', 'pending'],
    ['weekly: another day', BERLIN_SUNDAY, 'Europe/Berlin', '2026-03-02T01:30:00Z', 'pending'],
    ['weekly: the Sunday after', BERLIN_SUNDAY, 'Europe/Berlin', '2026-03-08T01:30:00Z', 'active'],
    ['weekly: the Sunday of summer time', BERLIN_SUNDAY, 'Europe/Berlin', '2026-03-29T01:30:00Z', 'active'],
    ['weekly: in summer', BERLIN_SUNDAY, 'Europe/Berlin', '2026-07-05T00:00:00Z', 'active'],
    ['weekly: in summer, before', BERLIN_SUNDAY, 'Europe/Berlin', '2026-07-04T23:59:59Z', 'pending'],
    ['first set up while clocks were set back: as long as it was', SET_BACK, 'Europe/Berlin', '2026-10-26T02:05:00Z', 'active'],
    ['and not longer', SET_BACK, 'Europe/Berlin', '2026-10-26T02:10:00Z', 'pending'],
    ['daily, a whole day long: always', window('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', 'daily'), 'UTC', '2027-02-03T04:05:06Z', 'active'],
  ])('%s', (_, silence, timeZone, moment, expected) => {
    expect(silenceState(silence, Date.parse(moment), timeZone)).toBe(expected);
  });
});
