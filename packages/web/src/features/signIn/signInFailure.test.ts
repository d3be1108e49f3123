import { describe, expect, it } from 'vitest';
import { readProblem } from '../../api/problem.ts';
import { signInFailure } from './signInFailure.ts';

const answer = (status: number, body: unknown, retryAfter: string | null = null) =>
  signInFailure(readProblem(status, JSON.stringify(body), { traceId: null, retryAfter }));

describe('signInFailure', () => {
  it('repeats the reason that the server gives', () => {
    expect(answer(401, { message: 'Invalid email or password' })).toBe('Invalid email or password.');
  });

  it('has a reason of its own where the server gives none', () => {
    expect(answer(401, {})).toBe('The e-mail or the password is not right.');
    expect(answer(500, {})).toBe('The server answered 500. Try again in a moment.');
  });

  it('says how long to wait', () => {
    expect(answer(429, {}, '12')).toBe('Too many attempts. Try again in 12 s.');
    expect(answer(429, {})).toBe('Too many attempts. Wait a minute, then try again.');
  });
});
