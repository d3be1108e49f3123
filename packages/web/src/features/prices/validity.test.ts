import { expect, it } from 'vitest';
import { validityWords } from './validity.ts';

it.each([
  [null, null, 'always'],
  ['2026-08-01T00:00:00Z', null, 'since 2026-08-01'],
  [null, '2026-08-01T00:00:00Z', 'until 2026-08-01'],
  ['2026-01-01T00:00:00Z', '2026-08-01T06:30:00Z', '2026-01-01 – 2026-08-01 06:30'],
])('from %s to %s is “%s”', (effective_from, effective_to, words) => {
  expect(validityWords({ effective_from, effective_to }, 'UTC')).toBe(words);
});

it('days are those of the reader', () => {
  expect(validityWords({ effective_from: '2026-08-01T00:00:00Z', effective_to: null }, 'America/New_York')).toBe('since 2026-07-31 20:00');
});
