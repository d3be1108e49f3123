import { expect, test } from 'vitest';
import { problemsOf, slugOf } from './workspaceDraft.ts';

test.each([
  ['Acme', 'acme'],
  ['  Ästhetik & Co. ', 'asthetik-co'],
  ['日本', ''],
  ['x'.repeat(70), 'x'.repeat(63)],
  [`${'x'.repeat(62)} y`, 'x'.repeat(62)],
])('%j becomes the slug %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('what the server would refuse is said before it is asked', () => {
  const sound = { name: 'Acme', slug: 'acme', timeZone: 'Europe/Vienna', plan: 'free' } as const;
  expect(problemsOf(sound)).toEqual([]);
  const wrong = problemsOf({ ...sound, name: '  ', slug: '-acme', timeZone: 'Mars' });
  expect(wrong.map(({ pointer }) => pointer)).toEqual(['/name', '/slug', '/time_zone']);
});
