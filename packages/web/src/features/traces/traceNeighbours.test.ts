import { expect, it } from 'vitest';
import { neighboursOf, rememberTraceOrder } from './traceNeighbours.ts';

it('finds the traces above and below in the last list', () => {
  rememberTraceOrder(['a', 'b', 'c']);
  expect(neighboursOf('b')).toEqual({ previous: 'a', next: 'c' });
  expect(neighboursOf('a')).toEqual({ next: 'b' });
  expect(neighboursOf('c')).toEqual({ previous: 'b' });
});

it('knows nothing of a trace outside of the list', () => {
  rememberTraceOrder(['a', 'b']);
  expect(neighboursOf('z')).toEqual({});
});

it('forgets the list before', () => {
  rememberTraceOrder(['a', 'b']);
  rememberTraceOrder(['x']);
  expect(neighboursOf('a')).toEqual({});
  expect(neighboursOf('x')).toEqual({});
});
