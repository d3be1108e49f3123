import { expect, it } from 'vitest';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { groupLookups } from './groupedLookups.ts';

const mine = testWorkspace('mine');
const other = testWorkspace('other');

it('asks once for all that was wanted while it was asking, and by workspace', async () => {
  const asked: string[] = [];
  let answer: (() => void)[] = [];
  const find = groupLookups(async (workspaceId, keys) => {
    asked.push(`${workspaceId}: ${keys.join()}`);
    await new Promise<void>((resolve) => answer.push(resolve));
    return new Set(keys.filter((key) => key !== 'new'));
  });
  const answerAll = async () => {
    while (answer.length === 0) await Promise.resolve();
    const waiting = answer;
    answer = [];
    for (const resolve of waiting) resolve();
  };
  const first = find(mine, ['a']);
  await Promise.resolve();
  const later = [find(mine, ['b', 'new']), find(mine, ['c']), find(other, ['a'])];
  await answerAll();
  expect([...(await first)]).toEqual(['a']);
  await answerAll();
  await answerAll();
  const [b, c, foreign] = await Promise.all(later);
  expect([b?.has('b'), b?.has('new'), c?.has('c'), foreign?.has('a')]).toEqual([true, false, true, true]);
  expect(asked.toSorted()).toEqual(['wsp_mine: a', 'wsp_mine: b,new,c', 'wsp_other: a']);
});

it('a look-up that failed does not keep the next one from being made', async () => {
  let fails = true;
  const find = groupLookups((_, keys) => (fails ? Promise.reject(new Error('down')) : Promise.resolve(new Set(keys))));
  await expect(Promise.all([find(mine, ['a']), find(mine, ['b'])])).rejects.toThrow('down');
  fails = false;
  expect([...(await find(mine, ['a']))]).toEqual(['a']);
});
