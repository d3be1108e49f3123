import { expect, it } from 'vitest';
import { maskedParts } from './maskedParts.ts';

const shown = (text: string, ...markers: [rule: string, marker: string][]) =>
  maskedParts(
    text,
    markers.map(([rule, marker]) => ({ rule, marker })),
  ).map(({ text: part, rule }) => (rule === null ? part : { [rule]: part }));

it('cuts at what rules put in', () => {
  expect(shown('to [email], [email] of the project', ['email', '[email]'], ['p', 'the project'])).toEqual([
    'to ',
    { email: '[email]' },
    ', ',
    { email: '[email]' },
    ' of ',
    { p: 'the project' },
  ]);
});

it('takes markers as they are written, the longer one first', () => {
  expect(shown('a.*b a.*bc', ['x', 'a.*b'], ['y', 'a.*bc'])).toEqual([{ x: 'a.*b' }, ' ', { y: 'a.*bc' }]);
});

it('marks nothing when no rule hit, or when one leaves nothing behind', () => {
  expect(shown('as it was')).toEqual(['as it was']);
  expect(shown('as it was', ['x', ''])).toEqual(['as it was']);
  expect(shown('')).toEqual([]);
});

it('places add up to the text', () => {
  expect(maskedParts('a [x] b [x]', [{ rule: 'x', marker: '[x]' }]).map(({ at, text }) => [at, text])).toEqual([
    [0, 'a '],
    [2, '[x]'],
    [5, ' b '],
    [8, '[x]'],
  ]);
});
