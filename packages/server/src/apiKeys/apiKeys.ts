import { API_KEY_PATTERN, type ApiKey, type ApiKeyChanges, type CreatedApiKey, type KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import { permissionsOfScopes, type Scope, SCOPES } from '@sightglass/contract/permissions';
import type { ApiKeyId, WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, gt, inArray, sql } from 'drizzle-orm';
import type { ControlConnection, ControlDb } from '../control/connect.ts';
import { followChanges } from '../control/followChanges.ts';
import { type Page, pageAfter, toPage } from '../control/page.ts';
import { apiKeys } from '../control/tables/apiKeys.ts';
import { repeat } from '../repeat.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Actor, AuthenticatedKey } from '../access/caller.ts';
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
}

export interface ApiKeyStore {
  /**
   * Whose key this is; undefined when it is unknown, revoked or expired. A key that is in use costs no
   * query. Rejects when an unknown key has to be looked up and the database does not answer.
   */
  authenticate(key: string): Promise<AuthenticatedKey | undefined>;
  /** The key itself is in this answer alone. */
  create(by: Actor, key: NewKey): Promise<Result<CreatedApiKey>>;
  list(workspaceId: WorkspaceId, page: { limit: number; cursor?: string | undefined }): Promise<Result<Page<ApiKey>>>;
  /** A rate limit that is changed begins full. Other instances keep it within a second. */
  change(workspaceId: WorkspaceId, by: Actor, id: string, changes: ApiKeyChanges): Promise<Result<ApiKey>>;
  /** Once revoked, a key stays so; revoking again changes nothing. Other instances refuse it within a second. */
  revoke(workspaceId: WorkspaceId, by: Actor, id: string): Promise<Result<ApiKey>>;
  /** Writes down when keys were used last; also done every minute and on `stop`. */
  flushLastUsed(): Promise<void>;
  stop(): Promise<void>;
}

type KeyRow = typeof apiKeys.$inferSelect;

const knownScopes = (scopes: string[]): Scope[] => SCOPES.filter((scope) => scopes.includes(scope));
const rfc3339 = (moment: Date | null): string | null => moment?.toISOString() ?? null;

/** What the audit log tells of a key. */
export function auditedKey(row: KeyRow) {
  const { last_used_at: _lastUsedAt, id: _id, created_at: _createdAt, ...told } = apiKeyOf(row);
  return told;
}

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
    keyName: row.name,
    permissions: permissionsOfScopes(knownScopes(row.scopes)),
    hiddenAgents: [],
    ...(quota === undefined ? {} : { quota }),
  },
  hash: Buffer.from(row.hash).toString('base64'),
  expiresAtMs: row.expiresAt?.getTime() ?? null,
  revoked: row.revokedAt !== null,
});

const LIMITS = ['requests_per_minute', 'items_per_second', 'bytes_per_second', 'burst_seconds'] as const;
const sameLimit = (a: KeyRateLimit, b: KeyRateLimit): boolean => LIMITS.every((name) => a[name] === b[name]);

/** Inserts a key with the given text. For use inside a transaction, too. */
export async function insertKey(db: Pick<ControlDb, 'insert'>, text: string, key: NewKey, createdBy: string | null, now: Date): Promise<KeyRow> {
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
      createdBy,
      expiresAt: key.expiresAt ?? null,
    })
    .returning();
  if (row === undefined) throw new Error('An inserted key was not returned');
  return row;
}

/** `clock` answers milliseconds since 1970; `warn` hears of polls that failed. */
export function createApiKeyStore(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace' | 'engine'>;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
}): ApiKeyStore {
  const { control, clock, warn } = options;
  const { instanceDb: db } = control;
  /** Of keys that have a limit, by id: a key that is read again goes on where it was. */
  const quotas = new Map<string, ReturnType<typeof createKeyQuota>>();
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

  /** Writes what `changes` makes of a key; undefined: it is as it shall be. */
  async function changeKey(
    workspaceId: WorkspaceId,
    by: Actor,
    id: string,
    action: string,
    changes: (row: KeyRow) => Partial<KeyRow> | undefined,
  ): Promise<Result<ApiKey>> {
    const own = and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, id));
    const changed = await control.ofWorkspace(workspaceId).change(by, async (tx, note): Promise<Result<KeyRow>> => {
      const [before] = await tx.select().from(apiKeys).where(own).for('update');
      if (before === undefined) return fail('not-found', 'There is no such key in this workspace.');
      const values = changes(before);
      if (values === undefined) return ok(before);
      const [row] = await tx
        .update(apiKeys)
        .set({ ...values, changedAt: sql`now()` })
        .where(own)
        .returning();
      if (row === undefined) throw new Error('A changed key was not returned');
      note({ action, target: id, before: auditedKey(before), after: auditedKey(row) });
      return ok(row);
    });
    if (!changed.ok) return changed;
    cache.apply([takeIn(changed.value)]);
    return ok(apiKeyOf(changed.value));
  }

  const authenticated = (entry: KeyEntry | undefined): AuthenticatedKey | undefined => {
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
    create: async (by, key) => {
      const now = new Date(clock());
      if (key.expiresAt != null && key.expiresAt <= now) {
        return fail('invalid-request', 'expires_at lies in the past.', [{ pointer: '/expires_at', message: 'must lie in the future' }]);
      }
      const text = createKeyText();
      const made = await control.ofWorkspace(key.workspaceId).change(by, async (tx, note) => {
        const row = await insertKey(tx, text, key, by.id, now);
        note({ action: 'api_key.create', target: row.id, before: null, after: auditedKey(row) });
        return ok({ ...apiKeyOf(row), key: text });
      });
      cache.forget(hashKey(text).toString('base64'));
      return made;
    },
    list: async (workspaceId, { limit, cursor }) => {
      const after = pageAfter(cursor, apiKeys);
      if (!after.ok) return after;
      const { where, order } = after.value;
      const rows = await control.ofWorkspace(workspaceId).read((tx) =>
        tx
          .select()
          .from(apiKeys)
          .where(and(eq(apiKeys.workspaceId, workspaceId), where))
          .orderBy(...order)
          .limit(limit + 1),
      );
      return ok(toPage(rows, limit, apiKeyOf));
    },
    change: (workspaceId, by, id, { name, rate_limit: rateLimit }) =>
      changeKey(workspaceId, by, id, 'api_key.change', () => ({
        ...(name === undefined ? {} : { name }),
        ...(rateLimit === undefined ? {} : { rateLimit }),
      })),
    revoke: (workspaceId, by, id) =>
      changeKey(workspaceId, by, id, 'api_key.revoke', ({ revokedAt }) => (revokedAt === null ? { revokedAt: new Date(clock()) } : undefined)),
    flushLastUsed,
    stop: async () => {
      await Promise.all([stopFollowing(), stopFlushing()]);
      await flushLastUsed().catch((error: unknown) => warn('API keys: the last use could not be written', error));
    },
  };
}
