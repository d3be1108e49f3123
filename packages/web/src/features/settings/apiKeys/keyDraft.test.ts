import { KeyRateLimitSchema } from '@sightglass/contract/routes/apiKeys';
import { expect, test } from 'vitest';
import { buildChanges, buildKey, emptyDraft, EXPIRIES, type KeyDraft, RATES, ratesOf } from './keyDraft.ts';

const NOW_MS = Date.UTC(2026, 10, 20);
const build = (changes: Partial<KeyDraft>) => buildKey({ ...emptyDraft(), name: 'collector', ...changes }, 'UTC', NOW_MS);
const pointers = (changes: Partial<KeyDraft>) => {
  const built = build(changes);
  return 'errors' in built ? built.errors.map(({ pointer }) => pointer) : [];
};
const { rates: none } = emptyDraft();

test('a key may send only and ends after 90 days, unless one says otherwise', () => {
  expect(build({ name: ' collector ' })).toEqual({
    body: { name: 'collector', scopes: ['ingest'], expires_at: '2027-02-18T00:00:00.000Z', rate_limit: null },
  });
});

test('a key may have no end, or a day of its own', () => {
  expect(build({ expiry: 'never' })).toMatchObject({ body: { expires_at: null } });
  expect(build({ expiry: 'typed', expiresOn: '2027-01-31 18:00' })).toMatchObject({ body: { expires_at: '2027-01-31T18:00:00.000Z' } });
  expect(EXPIRIES.map(({ value }) => value)).toContain(emptyDraft().expiry);
});

test.each<[Partial<KeyDraft>, string[]]>([
  [{ name: '  ' }, ['/name']],
  [{ scopes: [] }, ['/scopes']],
  [{ expiry: 'typed', expiresOn: '2026-11-19' }, ['/expires_at']],
  [{ expiry: 'typed', expiresOn: 'some day' }, ['/expires_at']],
  [{ rates: { ...none, requests_per_minute: '0' } }, ['/rate_limit/requests_per_minute']],
  [{ rates: { ...none, items_per_second: 'many' } }, ['/rate_limit/items_per_second']],
  [{ rates: { ...none, burst_seconds: '5' } }, ['/rate_limit/burst_seconds']],
  [{ name: '', scopes: [], rates: { ...none, burst_seconds: '3601' } }, ['/name', '/rate_limit/burst_seconds', '/scopes']],
])('%j is refused by name', (changes, wrong) => {
  expect(pointers(changes)).toEqual(wrong);
});

test('a rate limit comes back as it was typed, and can be taken away', () => {
  const limit = { requests_per_minute: 600, burst_seconds: 5 };
  const rates = ratesOf({ rate_limit: limit });
  expect(buildChanges('a', rates)).toEqual({ body: { name: 'a', rate_limit: limit } });
  expect(buildChanges('a', none)).toEqual({ body: { name: 'a', rate_limit: null } });
});

test('the limits of the fields are those of the API', () => {
  for (const { name, max } of RATES) {
    const beside = { requests_per_minute: 1 };
    expect(KeyRateLimitSchema.safeParse({ ...beside, [name]: max }).success).toBe(true);
    expect(KeyRateLimitSchema.safeParse({ ...beside, [name]: max + 1 }).success).toBe(false);
  }
});
