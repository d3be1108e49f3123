import { API_KEY_PATTERN, type ApiKey, type ApiKeyChanges, type CreatedApiKey, type KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import { type Scope, SCOPES } from '@sightglass/contract/routes/defineRoute';
import type { ApiKeyId, WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { ControlConnection, ControlDb } from '../control/connect.ts';
import { followChanges } from '../control/followChanges.ts';
import { type Page, pageAfter, toPage } from '../control/page.ts';
import { apiKeys } from '../control/schema.ts';
import { repeat } from '../repeat.ts';
import { fail, ok, type Result } from '../result.ts';
import type { KeyCaller } from '../access/caller.ts';
import { createKeyCache, type KeyEntry } from './keyCache.ts';
import { createKeyQuota, type KeyQuota } from './keyQuota.ts';
import { createKeyText, hashKey, keyPrefix } from './keyText.ts';
import { createId } from '../prefixedId.ts';

const LAST_USED_FLUSH_MS = 60_000;

export interface NewKey {
  workspaceId: WorkspaceId;
  name: string;
  scopes: readonly Scope[];
  expiresAt?: Date | null | undefined;
  rateLimit?: KeyRateLimit | null | undefined;
  /** Id of the user or key that makes it. */
  createdBy?: string | null | undefined;
}

export interface ApiKeyStore {
  /**
   * Whose key this is; undefined when it is unknown, revoked or expired. A key that is in use costs no
   * query. Rejects when an unknown key has to be looked up and the database does not answer.
   */
  authenticate(key: string): Promise<KeyCaller | undefined>;
  /** The key itself is in this answer alone. */
  create(key: NewKey): Promise<Result<CreatedApiKey>>;
  list(workspaceId: WorkspaceId, page: { limit: number; cursor?: string | undefined }): Promise<Result<Page<ApiKey>>>;
  /** A rate limit that is changed begins full. Other instances keep it within a second. */
  change(workspaceId: WorkspaceId, id: string, changes: ApiKeyChanges): Promise<Result<ApiKey>>;
  /** Once revoked, a key stays so; revoking again changes nothing. Other instances refuse it within a second. */
  revoke(workspaceId: WorkspaceId, id: string): Promise<Result<ApiKey>>;
  /** Writes down when keys were used last; also done every minute and on `stop`. */
  flushLastUsed(): Promise<void>;
  stop(): Promise<void>;
}

type KeyRow = typeof apiKeys.$inferSelect;

const knownScopes = (scopes: string[]): Scope[] => SCOPES.filter((scope) => scopes.includes(scope));
const rfc3339 = (moment: Date | null): string | null => moment?.toISOString() ?? null;

/** A key as the API shows it: never its hash. */
const apiKeyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  scopes: knownScopes(row.scopes),
  prefix: row.prefix,
  created_at: row.createdAt.toISOString(),
  last_used_at: rfc3339(row.lastUsedAt),
  expires_at: rfc3339(row.expiresAt),
  revoked_at: rfc3339(row.revokedAt),
  rate_limit: row.rateLimit,
});

const entryOf = (row: KeyRow, quota: KeyQuota | undefined): KeyEntry => ({
  caller: {
    kind: 'key',
    // The ids were made by createId and the columns hold nothing else.
    keyId: row.id as ApiKeyId,
    workspaceId: row.workspaceId as WorkspaceId,
    scopes: new Set(knownScopes(row.scopes)),
    ...(quota === undefined ? {} : { quota }),
  },
  hash: Buffer.from(row.hash).toString('base64'),
  expiresAtMs: row.expiresAt?.getTime() ?? null,
  revoked: row.revokedAt !== null,
});

const LIMITS = ['requests_per_minute', 'items_per_second', 'bytes_per_second', 'burst_seconds'] as const;
const sameLimit = (a: KeyRateLimit, b: KeyRateLimit): boolean => LIMITS.every((name) => a[name] === b[name]);

/** Inserts a key with the given text. For use inside a transaction, too. */
export async function insertKey(db: Pick<ControlDb, 'insert'>, text: string, key: NewKey, now: Date): Promise<KeyRow> {
  const [row] = await db
    .insert(apiKeys)
    .values({
      id: createId('apiKey'),
      workspaceId: key.workspaceId,
      name: key.name,
      hash: hashKey(text),
      prefix: keyPrefix(text),
      scopes: knownScopes([...key.scopes]),
      rateLimit: key.rateLimit ?? null,
      createdAt: now,
      createdBy: key.createdBy ?? null,
      expiresAt: key.expiresAt ?? null,
    })
    .returning();
  if (row === undefined) throw new Error('An inserted key was not returned');
  return row;
}

/** `clock` answers milliseconds since 1970; `warn` hears of polls that failed. */
export function createApiKeyStore(options: {
  control: Pick<ControlConnection, 'db' | 'engine'>;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
}): ApiKeyStore {
  const { control, clock, warn } = options;
  const { db } = control;
  /** Of keys that have a limit, by id: a key that is read again goes on where it was. */
  const quotas = new Map<string, KeyQuota>();
  let used = new Map<string, number>();

  const cache = createKeyCache(async (hashes) => {
    const rows = await db
      .select()
      .from(apiKeys)
      .where(
        inArray(
          apiKeys.hash,
          hashes.map((hash) => Buffer.from(hash, 'base64')),
        ),
      );
    return rows.map(takeIn);
  }, clock);

  /** The entry of a row; its rate limit holds from here on. */
  const takeIn = (row: KeyRow): KeyEntry => entryOf(row, quotaFor(row));

  function quotaFor({ id, rateLimit, revokedAt }: KeyRow): KeyQuota | undefined {
    if (rateLimit === null || revokedAt !== null) {
      quotas.delete(id);
      return undefined;
    }
    const held = quotas.get(id);
    if (held !== undefined && sameLimit(held.limit, rateLimit)) return held;
    const quota = createKeyQuota(rateLimit, clock);
    quotas.set(id, quota);
    return quota;
  }

  const flushLastUsed = async () => {
    if (used.size === 0) return;
    const batch = used;
    used = new Map();
    const ids = sql.param([...batch.keys()]);
    const moments = sql.param([...batch.values()].map((usedAtMs) => new Date(usedAtMs).toISOString()));
    await db.execute(
      sql`UPDATE api_keys SET last_used_at = greatest(api_keys.last_used_at, used.at)
          FROM unnest(${ids}::text[], ${moments}::timestamptz[]) AS used (id, at) WHERE api_keys.id = used.id`,
    );
  };

  const stopFollowing = followChanges({
    control,
    clock,
    read: async (since) => {
      if (since === 'all') return cache.distrust();
      const rows = await db
        .select()
        .from(apiKeys)
        .where(gt(apiKeys.changedAt, sql`now() - ${since.interval}::interval`));
      cache.apply(rows.map(takeIn));
    },
    failed: (error) => warn('API keys: changes could not be read', error),
  });
  const stopFlushing = repeat(LAST_USED_FLUSH_MS, flushLastUsed, (error) => warn('API keys: the last use could not be written', error));

  const authenticated = (entry: KeyEntry | undefined): KeyCaller | undefined => {
    if (entry === undefined) return undefined;
    used.set(entry.caller.keyId, clock());
    return entry.caller;
  };

  return {
    authenticate: (key) => {
      if (!API_KEY_PATTERN.test(key)) return Promise.resolve(undefined);
      const found = cache.find(hashKey(key).toString('base64'));
      return found instanceof Promise ? found.then(authenticated) : Promise.resolve(authenticated(found));
    },
    create: async (key) => {
      const now = new Date(clock());
      if (key.expiresAt != null && key.expiresAt <= now) {
        return fail('invalid-request', 'expires_at lies in the past.', [{ pointer: '/expires_at', message: 'must lie in the future' }]);
      }
      const text = createKeyText();
      const row = await insertKey(db, text, key, now);
      cache.forget(hashKey(text).toString('base64'));
      return ok({ ...apiKeyOf(row), key: text });
    },
    list: async (workspaceId, { limit, cursor }) => {
      const after = pageAfter(cursor, apiKeys);
      if (!after.ok) return after;
      const { where, order } = after.value;
      const rows = await db
        .select()
        .from(apiKeys)
        .where(and(eq(apiKeys.workspaceId, workspaceId), where))
        .orderBy(...order)
        .limit(limit + 1);
      return ok(toPage(rows, limit, apiKeyOf));
    },
    change: async (workspaceId, id, { name, rate_limit: rateLimit }) => {
      const [row] = await db
        .update(apiKeys)
        .set({ ...(name === undefined ? {} : { name }), ...(rateLimit === undefined ? {} : { rateLimit }), changedAt: sql`now()` })
        .where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id)))
        .returning();
      if (row === undefined) return fail('not-found', 'There is no such key in this workspace.');
      cache.apply([takeIn(row)]);
      return ok(apiKeyOf(row));
    },
    revoke: async (workspaceId, id) => {
      const own = and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id));
      await db
        .update(apiKeys)
        .set({ revokedAt: new Date(clock()), changedAt: sql`now()` })
        .where(and(own, isNull(apiKeys.revokedAt)));
      const [row] = await db.select().from(apiKeys).where(own);
      if (row === undefined) return fail('not-found', 'There is no such key in this workspace.');
      cache.apply([takeIn(row)]);
      return ok(apiKeyOf(row));
    },
    flushLastUsed,
    stop: async () => {
      await Promise.all([stopFollowing(), stopFlushing()]);
      await flushLastUsed().catch((error: unknown) => warn('API keys: the last use could not be written', error));
    },
  };
}
