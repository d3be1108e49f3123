import { permissionsOfScopes } from '@sightglass/contract/permissions';
import { SYSTEM_ACTOR } from '../access/caller.ts';
import { createHash } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { type ControlEngine, describeOnControlEngines } from '../../test/controlEngines.ts';
import { apiKeys } from '../control/tables/apiKeys.ts';
import { type ApiKeyStore, createApiKeyStore, type NewKey } from './apiKeys.ts';
import { insertWorkspace } from '../workspaces/workspaces.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 9);
const stores: ApiKeyStore[] = [];

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
});

function storeOn(control: ReturnType<ControlEngine['connection']>) {
  const time = { nowMs: NOW_MS };
  const store = createApiKeyStore({
    control,
    clock: () => time.nowMs,
    warn: (message, error) => {
      throw new Error(message, { cause: error });
    },
  });
  stores.push(store);
  return { store, time };
}

let workspaceCount = 0;
async function newWorkspace(engine: ControlEngine): Promise<WorkspaceId> {
  const workspace = { slug: `keys-${++workspaceCount}`, name: 'Keys', plan: 'free', time_zone: 'UTC' } as const;
  return (await insertWorkspace(engine.connection().instanceDb, () => undefined, workspace, new Date(NOW_MS))).id as WorkspaceId;
}

async function newKey(store: ApiKeyStore, workspaceId: WorkspaceId, more: Partial<NewKey> = {}) {
  const created = await store.create(SYSTEM_ACTOR, { workspaceId, name: 'a key', scopes: ['read', 'ingest'], ...more });
  if (!created.ok) throw new Error(created.error.detail);
  return created.value;
}

describeOnControlEngines('API keys', (engine) => {
  test('a new key works at once, with its workspace and scopes', async () => {
    const { store } = storeOn(engine.connection());
    const workspaceId = await newWorkspace(engine);
    const { key, id } = await newKey(store, workspaceId);
    expect(key).toMatch(/^sg_[A-Za-z0-9_-]{43}$/);
    expect(await store.authenticate(key)).toEqual({
      kind: 'key',
      keyId: id,
      keyName: 'a key',
      workspaceId,
      permissions: permissionsOfScopes(['ingest', 'read']),
      hiddenAgents: [],
    });
  });

  test('only its SHA-256 is stored', async () => {
    const { store } = storeOn(engine.connection());
    const { key, id, prefix } = await newKey(store, await newWorkspace(engine));
    const [row] = await engine.connection().instanceDb.select().from(apiKeys).where(eq(apiKeys.id, id));
    expect(Buffer.from(row?.hash ?? [])).toEqual(createHash('sha256').update(key).digest());
    expect(prefix).toBe(key.slice(0, 8));
    expect(JSON.stringify(row)).not.toContain(key.slice(0, 12));
  });

  test('unknown keys and texts that are no keys are nobody’s', async () => {
    const { store } = storeOn(engine.connection());
    for (const text of ['', 'sg_', 'sg_short', `sg_${'x'.repeat(43)}`, `sg_${'x'.repeat(300)}`, `sg_${'x'.repeat(42)}'`, 'Bearer']) {
      expect(await store.authenticate(text)).toBeUndefined();
    }
  });

  test('a revoked key fails at once, stays revoked, and is still listed', async () => {
    const { store, time } = storeOn(engine.connection());
    const workspaceId = await newWorkspace(engine);
    const { key, id } = await newKey(store, workspaceId);
    expect(await store.authenticate(key)).toBeDefined();
    const revoked = await store.revoke(workspaceId, SYSTEM_ACTOR, id);
    expect(await store.authenticate(key)).toBeUndefined();
    time.nowMs += 1_000;
    expect(await store.revoke(workspaceId, SYSTEM_ACTOR, id)).toEqual(revoked);
    expect(revoked).toMatchObject({ ok: true, value: { id, revoked_at: '2026-11-20T09:00:00.000Z' } });
    const page = await store.list(workspaceId, { limit: 10 });
    expect(page.ok && page.value.items.map((item) => item.id)).toEqual([id]);
  });

  test('another workspace can neither revoke nor list it', async () => {
    const { store } = storeOn(engine.connection());
    const { key, id } = await newKey(store, await newWorkspace(engine));
    const other = await newWorkspace(engine);
    expect(await store.revoke(other, SYSTEM_ACTOR, id)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await store.list(other, { limit: 10 })).toEqual({ ok: true, value: { items: [], next_cursor: null } });
    expect(await store.authenticate(key)).toBeDefined();
  });

  test('an expired key fails, and none can be made that has expired already', async () => {
    const { store, time } = storeOn(engine.connection());
    const workspaceId = await newWorkspace(engine);
    const { key } = await newKey(store, workspaceId, { expiresAt: new Date(NOW_MS + 1_000) });
    expect(await store.authenticate(key)).toBeDefined();
    time.nowMs += 1_000;
    expect(await store.authenticate(key)).toBeUndefined();
    const late = await store.create(SYSTEM_ACTOR, { workspaceId, name: 'late', scopes: ['read'], expiresAt: new Date(NOW_MS) });
    expect(late).toMatchObject({ ok: false, error: { code: 'invalid-request', errors: [{ pointer: '/expires_at' }] } });
  });

  test('the list is paged, newest first, without gaps when many were made in one millisecond', async () => {
    const { store, time } = storeOn(engine.connection());
    const workspaceId = await newWorkspace(engine);
    const made: string[] = [];
    for (let i = 0; i < 7; i++) {
      if (i === 5) time.nowMs += 1;
      made.push((await newKey(store, workspaceId)).id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(workspaceId, { limit: 3, cursor });
      if (!page.ok) throw new Error(page.error.detail);
      seen.push(...page.value.items.map((item) => item.id));
      cursor = page.value.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.slice(0, 2).sort()).toEqual(made.slice(5).sort());
    expect([...seen].sort()).toEqual([...made].sort());
    for (const broken of ['x', 'bm90IGpzb24', Buffer.from('[1e300,"a"]').toString('base64url'), Buffer.from('["a",1]').toString('base64url')]) {
      expect(await store.list(workspaceId, { limit: 3, cursor: broken })).toMatchObject({ ok: false, error: { code: 'invalid-request' } });
    }
  });

  test('the last use is written when it is flushed, and never goes back', async () => {
    const { store, time } = storeOn(engine.connection());
    const workspaceId = await newWorkspace(engine);
    const { key, id } = await newKey(store, workspaceId);
    const lastUsed = async () => {
      const page = await store.list(workspaceId, { limit: 10 });
      return page.ok ? page.value.items.find((item) => item.id === id)?.last_used_at : undefined;
    };
    await store.authenticate(key);
    expect(await lastUsed()).toBeNull();
    await store.flushLastUsed();
    expect(await lastUsed()).toBe('2026-11-20T09:00:00.000Z');
    time.nowMs -= 5_000;
    await store.authenticate(key);
    await store.flushLastUsed();
    expect(await lastUsed()).toBe('2026-11-20T09:00:00.000Z');
  });

  test('a rate limit holds for its key alone, also when the key is read again', async () => {
    const { store, time } = storeOn(engine.connection());
    const workspaceId = await newWorkspace(engine);
    const { key } = await newKey(store, workspaceId, { rateLimit: { requests_per_minute: 2 } });
    const limited = await store.authenticate(key);
    expect([1, 2, 3].map(() => limited?.quota?.admitRequest())).toEqual([0, 0, 30]);
    expect((await store.authenticate((await newKey(store, workspaceId)).key))?.quota).toBeUndefined();
    // After a minute an entry is read again.
    time.nowMs += 61_000;
    const again = await store.authenticate(key);
    expect(again).not.toBe(limited);
    expect(again?.quota).toBe(limited?.quota);
  });

  test('a rate limit can be set, changed and taken away; one that is changed begins full', async () => {
    const { store } = storeOn(engine.connection());
    const workspaceId = await newWorkspace(engine);
    const { key, id } = await newKey(store, workspaceId);
    expect((await store.authenticate(key))?.quota).toBeUndefined();
    const limit = { items_per_second: 5, burst_seconds: 2 };
    expect(await store.change(workspaceId, SYSTEM_ACTOR, id, { rate_limit: limit })).toMatchObject({
      ok: true,
      value: { id, name: 'a key', rate_limit: limit },
    });
    const limited = await store.authenticate(key);
    limited?.quota?.tookItems(100);
    expect(limited?.quota?.admitTelemetry()).toBeGreaterThan(0);
    expect(await store.change(workspaceId, SYSTEM_ACTOR, id, { name: 'renamed' })).toMatchObject({ value: { name: 'renamed', rate_limit: limit } });
    expect((await store.authenticate(key))?.quota?.admitTelemetry()).toBeGreaterThan(0);
    await store.change(workspaceId, SYSTEM_ACTOR, id, { rate_limit: { items_per_second: 6 } });
    expect((await store.authenticate(key))?.quota?.admitTelemetry()).toBe(0);
    expect(await store.change(workspaceId, SYSTEM_ACTOR, id, { rate_limit: null })).toMatchObject({ value: { rate_limit: null } });
    expect((await store.authenticate(key))?.quota).toBeUndefined();
  });

  test('a key of another workspace cannot be changed', async () => {
    const { store } = storeOn(engine.connection());
    const { id } = await newKey(store, await newWorkspace(engine));
    expect(await store.change(await newWorkspace(engine), SYSTEM_ACTOR, id, { name: 'mine' })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
  });

  test('a key that another instance revoked fails here within a second', async (context) => {
    if (engine.another === undefined) return context.skip('the embedded engine has one process');
    const workspaceId = await newWorkspace(engine);
    const { store: here } = storeOn(engine.connection());
    const { store: there } = storeOn(await engine.another());
    const { key, id } = await newKey(there, workspaceId);
    expect(await here.authenticate(key)).toBeDefined();
    const revokedAt = performance.now();
    await there.revoke(workspaceId, SYSTEM_ACTOR, id);
    await vi.waitFor(async () => expect(await here.authenticate(key)).toBeUndefined(), { timeout: 5_000, interval: 10 });
    console.info(`revoked on one instance, refused on the other after ${Math.round(performance.now() - revokedAt)} ms`);
  });
});
