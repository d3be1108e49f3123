import { describe, expect, it } from 'vitest';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { createEventKeys } from './eventKeys.ts';

const mine = testWorkspace('mine');
const other = testWorkspace('other');
const key = (n: number) => n.toString(16).padStart(32, '0');

function keysOver(stored: Set<string> = new Set()) {
  const asked: string[] = [];
  const keys = createEventKeys({
    findStored: (workspaceId, wanted) => {
      asked.push(...wanted);
      return Promise.resolve(new Set(wanted.filter((one) => stored.has(`${workspaceId}:${one}`))));
    },
  });
  const frame = (...eventKeys: string[]) => [{ workspaceId: mine, notes: { eventKeys } }];
  return { keys, stored, asked, frame };
}

describe('what is known of an event', () => {
  it('is nothing before, and everything from its acknowledgement on', async () => {
    const { keys, stored, frame } = keysOver();
    const first = await keys.claim(mine, [key(1)]);
    expect([...(first?.known ?? [])]).toEqual([]);
    first?.release([key(1)]);
    expect([...((await keys.claim(mine, [key(1)]))?.known ?? [])]).toEqual([key(1)]);
    stored.add(`${mine}:${key(1)}`);
    keys.forget(frame(key(1)));
    expect([...((await keys.claim(mine, [key(1)]))?.known ?? [])]).toEqual([key(1)]);
  });

  it('is kept apart by workspace', async () => {
    const { keys } = keysOver(new Set([`${mine}:${key(1)}`]));
    expect((await keys.claim(other, [key(1)]))?.known.size).toBe(0);
    expect((await keys.claim(mine, [key(1)]))?.known.size).toBe(1);
  });

  it('is what an earlier process left in the journal', async () => {
    const { keys, asked, frame } = keysOver();
    keys.remember(frame(key(1), key(2)));
    expect([...((await keys.claim(mine, [key(1), key(3)]))?.known ?? [])]).toEqual([key(1)]);
    expect(asked).toEqual([key(3)]);
  });

  it('waits for a request that has the key in hand', async () => {
    const { keys } = keysOver();
    const first = await keys.claim(mine, [key(1), key(2)]);
    let told = false;
    const second = keys.claim(mine, [key(2), key(3)]).then((claim) => {
      told = true;
      return claim;
    });
    await keys.claim(mine, [key(4)]);
    expect(told).toBe(false);
    first?.release([key(1), key(2)]);
    expect([...((await second)?.known ?? [])]).toEqual([key(2)]);
  });

  it('cannot be told when that request kept nothing', async () => {
    const { keys } = keysOver();
    const first = await keys.claim(mine, [key(1)]);
    const second = keys.claim(mine, [key(1), key(2)]);
    first?.release([]);
    expect(await second).toBeUndefined();
    const third = await keys.claim(mine, [key(1), key(2)]);
    expect(third?.known.size).toBe(0);
  });

  it('cannot be told while the store does not answer, unless nothing need be asked', async () => {
    const keys = createEventKeys({ findStored: () => Promise.reject(new Error('down')) });
    expect(await keys.claim(mine, [key(1)])).toBeUndefined();
    expect((await keys.claim(mine, []))?.known.size).toBe(0);
    keys.remember([{ workspaceId: mine, notes: { eventKeys: [key(2)] } }]);
    expect((await keys.claim(mine, [key(2)]))?.known.size).toBe(1);
  });

  it('ends for every one of many requests that want the same keys in any order', async () => {
    const { keys } = keysOver();
    const wanted = Array.from({ length: 60 }, (_, i) => [key(i % 7), key((i * 3) % 7), key((i * 5) % 7)]);
    let events = 0;
    await Promise.all(
      wanted.map(async (own) => {
        const claim = await keys.claim(mine, own);
        await Promise.resolve();
        const fresh = [...new Set(own)].filter((one) => claim !== undefined && !claim.known.has(one));
        events += fresh.length;
        claim?.release(fresh);
      }),
    );
    expect(events).toBe(7);
  });
});
