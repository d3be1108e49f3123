import { expect, test } from 'vitest';
import { placeToReturnTo, readSignInPlace } from './signInPlace.ts';

const at = (path: string) => new URL(path, 'https://obs.example.com');

test('the sign-in page says why somebody came back, also when it does not know the reason', () => {
  expect(readSignInPlace(at('/sign-in?error=link')).error).toContain('too old');
  expect(readSignInPlace(at('/sign-in?error=made-up')).error).toBe('Signing in did not work. Try again.');
  expect(readSignInPlace(at('/sign-in?error=toString')).error).toBe('Signing in did not work. Try again.');
  expect(readSignInPlace(at('/traces?error=link')).error).toBeUndefined();
});

test('a first step that was made elsewhere goes on with the code', () => {
  expect(readSignInPlace(at('/sign-in?step=code&return_to=%2Ftraces'))).toEqual({ error: undefined, asksForCode: true, returnTo: '/traces' });
});

test.each([
  ['/traces?q=x#y', '/traces?q=x#y'],
  ['/sign-in', '/'],
  ['/sign-in?return_to=%2Fcosts%3Frange%3D7d', '/costs?range=7d'],
  ['/sign-in?return_to=//evil.example', '/'],
  ['/sign-in?return_to=https://evil.example', '/'],
  ['/sign-in?return_to=/..//evil.example', '/'],
  ['/sign-in?return_to=/\\evil.example', '/'],
  ['/sign-in?return_to=javascript:alert(1)', '/'],
  ['/sign-in?return_to=/sign-in', '/'],
])('from %s one comes back to %s', (path, place) => {
  expect(placeToReturnTo(at(path))).toBe(place);
});
