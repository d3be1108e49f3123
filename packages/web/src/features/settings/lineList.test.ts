import { expect, it } from 'vitest';
import { lineValues, linesProblem } from './lineList.ts';

it('empty lines are no values, and the space around a value is none of it', () => {
  expect(lineValues('\n a.b \n\nc.*\n')).toEqual(['a.b', 'c.*']);
  expect(lineValues(' \n')).toEqual([]);
});

it('a wrong value is told by the line it stands in', () => {
  const errors = [{ pointer: '/keys/1', message: 'may have a * at its end only' }];
  expect(linesProblem('\na.b\n\n*c*', errors, '/keys')).toBe('Line 4: may have a * at its end only');
});

it('what is wrong with the whole list is told, what lies elsewhere is not', () => {
  expect(linesProblem('a', [{ pointer: '/keys', message: 'too many' }], '/keys')).toBe('too many');
  for (const pointer of ['/patterns/0', '/keys/0/name', '/keys/7', '/keys/'])
    expect(linesProblem('a', [{ pointer, message: 'x' }], '/keys')).toBeUndefined();
});
