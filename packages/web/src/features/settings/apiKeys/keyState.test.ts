import { SCOPES } from '@sightglass/contract/permissions';
import { expect, test } from 'vitest';
import { keyStateOf, rateLimitWords, scopeWords, works } from './keyState.ts';

const NOW_MS = Date.UTC(2026, 10, 20);
const inDays = (days: number) => new Date(NOW_MS + days * 86_400_000).toISOString();

test.each([
  [null, null, 'active', true],
  [inDays(8), null, 'active', true],
  [inDays(7), null, 'expires soon', true],
  [inDays(0), null, 'expired', false],
  [inDays(-1), null, 'expired', false],
  [inDays(8), inDays(-1), 'revoked', false],
] as const)('expiry %s, revoked %s: %s', (expires_at, revoked_at, state, working) => {
  const found = keyStateOf({ expires_at, revoked_at }, NOW_MS);
  expect([found, works(found)]).toEqual([state, working]);
});

test('every scope says what it allows', () => {
  expect(scopeWords('ingest')).toBe('Send telemetry and heartbeats. Ask whether a call may go on, and settle what it cost');
  for (const scope of SCOPES) expect(scopeWords(scope).length).toBeGreaterThan(20);
});

test('a rate limit is told with its units', () => {
  expect(rateLimitWords({ requests_per_minute: 60, bytes_per_second: 1000, burst_seconds: 5 })).toMatch(/^60 requests\/min, \S+ bytes\/s$/);
});
