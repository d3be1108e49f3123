import { expect, it } from 'vitest';
import { problemAt, readWholeNumber } from './fieldErrors.ts';

it('finds what is wrong with one field', () => {
  const errors = [
    { pointer: '/patterns/1/pattern', message: 'does not compile' },
    { pointer: '/patterns/1/pattern', message: 'is too long' },
    { pointer: '/patterns', message: 'two of one name' },
  ];
  expect(problemAt(errors, '/patterns/1/pattern')).toBe('does not compile; is too long');
  expect(problemAt(errors, '/patterns/10/pattern')).toBeUndefined();
});

it.each([
  ['10', 10],
  [' 10,000 ', 10_000],
  ['1', 1],
  ['0', null],
  ['10001', null],
  ['1.5', null],
  ['-3', null],
  ['1e3', null],
  ['', null],
  ['ten', null],
])('reads %j as %s', (text, value) => {
  expect(readWholeNumber(text, 1, 10_000)).toBe(value);
});
