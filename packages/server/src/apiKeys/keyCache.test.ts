import type { ApiKeyId, WorkspaceId } from '@sightglass/contract/ids';
import { permissionsOfScopes } from '@sightglass/contract/permissions';
import { expect, test } from 'vitest';
import { createKeyCache, type KeyEntry } from './keyCache.ts';

const entry = (hash: string, more: Partial<KeyEntry> = {}): KeyEntry => ({
  caller: {
    kind: 'key',
    keyId: `key_${hash}` as ApiKeyId,
    workspaceId: 'wsp_a' as WorkspaceId,
    keyName: 'a key',
    permissions: permissionsOfScopes(['read']),
    hiddenAgents: [],
  },
  hash,
  expiresAtMs: null,
  revoked: false,
  ...more,
});

/** A cache over `stored`, with a clock and a record of what was asked. */
function cacheOver(stored: Map<string, KeyEntry>) {
  const state = { nowMs: 0, asked: [] as string[][], down: false };
  const load = async (hashes: string[]) => {
    state.asked.push(hashes);
    if (state.down) throw new Error('down');
    return hashes.flatMap((hash) => stored.get(hash) ?? []);
  };
  return { state, cache: createKeyCache(load, () => state.nowMs) };
}

test('a key in use costs one query a minute', async () => {
  const { state, cache } = cacheOver(new Map([['a', entry('a')]]));
  expect((await cache.find('a'))?.hash).toBe('a');
  state.nowMs = 59_999;
  expect(cache.find('a')).toMatchObject({ hash: 'a' });
  expect(state.asked).toHaveLength(1);
  state.nowMs = 60_000;
  await cache.find('a');
  expect(state.asked).toHaveLength(2);
});

test('an unknown key is asked for once a second, and works as soon as it exists', async () => {
  const stored = new Map<string, KeyEntry>();
  const { state, cache } = cacheOver(stored);
  expect(await cache.find('a')).toBeUndefined();
  stored.set('a', entry('a'));
  state.nowMs = 999;
  expect(cache.find('a')).toBeUndefined();
  state.nowMs = 1_000;
  expect((await cache.find('a'))?.hash).toBe('a');
});

test('a flood of wrong keys is one query at a time', async () => {
  const { state, cache } = cacheOver(new Map());
  await Promise.all(Array.from({ length: 500 }, (_, i) => cache.find(`wrong-${i}`)));
  expect(state.asked.length).toBeLessThanOrEqual(2);
  expect(state.asked.flat()).toHaveLength(500);
});

test('a change from outside holds at once, for keys in use only', async () => {
  const { state, cache } = cacheOver(new Map([['a', entry('a')]]));
  await cache.find('a');
  cache.apply([entry('a', { revoked: true }), entry('never asked for')]);
  expect(cache.find('a')).toBeUndefined();
  expect(state.asked).toHaveLength(1);
});

test('a key stops at the moment that it expires', async () => {
  const { state, cache } = cacheOver(new Map([['a', entry('a', { expiresAtMs: 5_000 })]]));
  state.nowMs = 4_999;
  expect(await cache.find('a')).toBeDefined();
  state.nowMs = 5_000;
  expect(cache.find('a')).toBeUndefined();
});

test('while the database is down known keys go on for five minutes, unknown ones are an error', async () => {
  const { state, cache } = cacheOver(new Map([['a', entry('a')]]));
  await cache.find('a');
  state.down = true;
  await expect(cache.find('b')).rejects.toThrow('down');
  state.nowMs = 299_999;
  expect(await cache.find('a')).toBeDefined();
  state.nowMs = 300_000;
  await expect(cache.find('a')).rejects.toThrow('down');
  state.down = false;
  expect(await cache.find('a')).toBeDefined();
});

test('after changes may have been missed every key is asked for again', async () => {
  const stored = new Map([['a', entry('a')]]);
  const { cache } = cacheOver(stored);
  await cache.find('a');
  stored.set('a', entry('a', { revoked: true }));
  cache.distrust();
  expect(await cache.find('a')).toBeUndefined();
});
