import { expect, it } from 'vitest';
import { fail, ok } from '../result.ts';
import { createRecentAnswers } from './recentAnswers.ts';

function answersAt(start: number) {
  let atMs = start;
  let worked = 0;
  const answers = createRecentAnswers<number>(() => atMs, 2_000);
  return { ask: (key: string) => answers(key, async () => ok(++worked)), later: (ms: number) => (atMs += ms), answers, worked: () => worked };
}

it('those who ask at the same time share the work', async () => {
  const { ask, worked } = answersAt(0);
  expect(await Promise.all([ask('a'), ask('a'), ask('a')])).toEqual([ok(1), ok(1), ok(1)]);
  expect(worked()).toBe(1);
});

it('an answer holds until its time is over', async () => {
  const { ask, later } = answersAt(0);
  await ask('a');
  later(1_999);
  expect(await ask('a')).toEqual(ok(1));
  later(1);
  expect(await ask('a')).toEqual(ok(2));
});

it('keys have answers of their own', async () => {
  const { ask } = answersAt(0);
  expect([await ask('a'), await ask('b'), await ask('a')]).toEqual([ok(1), ok(2), ok(1)]);
});

it('a failure is not kept, whether told or thrown', async () => {
  const { answers, ask } = answersAt(0);
  expect(await answers('a', async () => fail('query-too-expensive', 'too much'))).toMatchObject({ ok: false });
  await expect(answers('a', () => Promise.reject(new Error('the store is down')))).rejects.toThrow('the store is down');
  expect(await ask('a')).toEqual(ok(1));
});

it('more keys than it holds push the oldest out', async () => {
  const { ask } = answersAt(0);
  for (let i = 0; i <= 1_000; i++) await ask(`key ${i}`);
  expect(await ask('key 1000')).toEqual(ok(1_001));
  expect(await ask('key 0')).toEqual(ok(1_002));
});
