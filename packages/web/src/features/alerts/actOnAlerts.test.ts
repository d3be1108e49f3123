import { expect, it } from 'vitest';
import { actedWords } from './actOnAlerts.ts';

const alert = (id: string) => ({ id, rule_name: `Rule ${id}` });

it('what was done is said of one by its name and of several by their number', () => {
  expect(actedWords({ verb: 'acknowledge', done: [alert('1')], refused: [] })).toEqual({ done: '“Rule 1” acknowledged.', refused: null });
  expect(actedWords({ verb: 'snooze', done: [alert('1'), alert('2')], refused: [] })).toEqual({ done: '2 alerts snoozed.', refused: null });
});

it('what was refused is never passed over', () => {
  const refused = [{ alert: alert('3'), why: 'The alert is resolved already' }];
  expect(actedWords({ verb: 'resolve', done: [], refused })).toEqual({ done: null, refused: '1 alert was not resolved:' });
  expect(actedWords({ verb: 'resolve', done: [alert('1')], refused: [...refused, ...refused] })).toEqual({
    done: '“Rule 1” resolved.',
    refused: '2 alerts were not resolved:',
  });
});
