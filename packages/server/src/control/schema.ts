/**
 * The tables of the control plane. After a change: `npx drizzle-kit generate --name <intent>` in
 * packages/server, read the SQL, commit it. Forward only; the previous release must be able to run beside it.
 */
import { HEARTBEAT_STATUSES } from '@sightglass/contract/event';
import type { NewPrice } from '@sightglass/contract/price';
import type { KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import type { Recompute, RecomputeResult } from '@sightglass/contract/routes/pricing';
import { PLANS } from '@sightglass/contract/routes/workspaces';
import { sql } from 'drizzle-orm';
import { boolean, check, customType, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { ROLES } from '../access/roles.ts';

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
/** Milliseconds, as JavaScript's clock has them: a time that was read equals the one that is stored, in cursors too. */
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const createdAt = () => moment('created_at').notNull().defaultNow();

const RECOMPUTE_STATES = ['running', 'done', 'failed', 'cancelled'] as const;
const oneOf = (column: string, values: readonly string[]) => sql.raw(`"${column}" in (${values.map((value) => `'${value}'`).join(', ')})`);

/** The tenant. `firstTraceAt` stands once, when the first span of the workspace has been received. */
export const workspaces = pgTable(
  'workspaces',
  {
    id: text('id').primaryKey(),
    slug: text('slug').notNull().unique(),
    name: text('name').notNull(),
    plan: text('plan', { enum: PLANS }).notNull().default('free'),
    timeZone: text('time_zone').notNull().default('UTC'),
    firstTraceAt: moment('first_trace_at'),
    createdAt: createdAt(),
  },
  (table) => [index('workspaces_created').on(table.createdAt, table.id), check('workspaces_plan', oneOf('plan', PLANS))],
);

/** People. The first five columns and the three tables that follow are what better-auth reads and writes. */
export const users = pgTable('users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  createdAt: createdAt(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
  /** May create workspaces and grant the scope `instance`. */
  instanceOwner: boolean('instance_owner').notNull().default(false),
});

/** Signed-in browsers. The cookie holds the token signed with the instance's secret; the token alone opens nothing. */
export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token: text('token').notNull().unique(),
    expiresAt: moment('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [index('sessions_user').on(table.userId)],
);

/** Ways to sign in: `provider_id = 'credential'` holds the password's hash. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    providerId: text('provider_id').notNull(),
    accountId: text('account_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: moment('access_token_expires_at'),
    refreshTokenExpiresAt: moment('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [index('accounts_user').on(table.userId), uniqueIndex('accounts_provider').on(table.providerId, table.accountId)],
);

export const verifications = pgTable(
  'verifications',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: moment('expires_at').notNull(),
    createdAt: createdAt(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [index('verifications_identifier').on(table.identifier)],
);

export const members = pgTable(
  'members',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role', { enum: ROLES }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.userId] }),
    index('members_user').on(table.userId),
    check('members_role', oneOf('role', ROLES)),
  ],
);

/** Links that sign in once. Only the SHA-256 of the token is here; the row goes when it is used. */
export const signInLinks = pgTable('sign_in_links', {
  tokenHash: bytea('token_hash').primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  expiresAt: moment('expires_at').notNull(),
});

/** Failed sign-ins per subject (an account from an address, an account, an address) in the window that began at `window_start`. */
export const signInFailures = pgTable('sign_in_failures', {
  subject: text('subject').primaryKey(),
  failures: integer('failures').notNull(),
  windowStart: moment('window_start').notNull(),
});

/** API keys: never the key, only its SHA-256 and its first characters. `changedAt` tells other instances what to read again. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    hash: bytea('hash').notNull().unique(),
    prefix: text('prefix').notNull(),
    scopes: text('scopes').array().notNull(),
    rateLimit: jsonb('rate_limit').$type<KeyRateLimit>(),
    createdAt: createdAt(),
    /** Id of the user or key that made it; null when it came with the first start. */
    createdBy: text('created_by'),
    expiresAt: moment('expires_at'),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [index('api_keys_workspace').on(table.workspaceId, table.createdAt, table.id), index('api_keys_changed').on(table.changedAt)],
);

/** Agents, created on first sight in telemetry. What a heartbeat said is kept as it came: `heartbeat_metadata` is JSON text. */
export const agents = pgTable(
  'agents',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** The sender's own name for it. */
    agentId: text('agent_id').notNull(),
    firstSeenAt: moment('first_seen_at').notNull(),
    /** Written often, so no index may hold it. */
    lastSeenAt: moment('last_seen_at').notNull(),
    lastHeartbeatAt: moment('last_heartbeat_at'),
    status: text('status', { enum: HEARTBEAT_STATUSES }),
    heartbeatMetadata: text('heartbeat_metadata'),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.agentId] }),
    index('agents_first_seen').on(table.workspaceId, table.firstSeenAt, table.agentId),
    check('agents_status', oneOf('status', HEARTBEAT_STATUSES)),
  ],
);

/** Settings by name, each a JSON value that its own schema reads (`settings/settingsStore.ts`). `updatedAt` tells other instances what to read again. */
export const workspaceSettings = pgTable(
  'workspace_settings',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    value: jsonb('value').notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    /** Id of the user or key that changed it last. */
    updatedBy: text('updated_by'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.name] }), index('workspace_settings_updated').on(table.updatedAt)],
);

/** Keys with which workspaces encrypt what they store, wrapped under the instance's secret. The one that is not retired is for new data. */
export const dataKeys = pgTable(
  'data_keys',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** Nonce, AES-256-GCM ciphertext, tag. */
    wrappedKey: bytea('wrapped_key').notNull(),
    createdAt: createdAt(),
    /** Id of the user or key that made it. */
    createdBy: text('created_by'),
    retiredAt: moment('retired_at'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [index('data_keys_workspace').on(table.workspaceId), index('data_keys_changed').on(table.changedAt)],
);

/**
 * Prices that workspaces have set. A row is never changed and never deleted, only retired, when it is replaced or removed: it goes on
 * explaining the costs that were made with it. `changedAt` tells other instances what to read again.
 */
export const prices = pgTable(
  'prices',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    content: jsonb('content').$type<NewPrice>().notNull(),
    createdAt: createdAt(),
    /** Id of the user or key that set it. */
    createdBy: text('created_by'),
    retiredAt: moment('retired_at'),
    retiredBy: text('retired_by'),
    changedAt: moment('changed_at').notNull().defaultNow(),
  },
  (table) => [index('prices_workspace').on(table.workspaceId, table.createdAt, table.id), index('prices_changed').on(table.changedAt)],
);

/**
 * Stored calls that are priced again. Who works on one holds it until `heldUntil` and moves that on; one whose holder has gone is
 * taken up by the next. `progressNs` (Unix nanoseconds): everything before has been done.
 */
export const recomputeJobs = pgTable(
  'recompute_jobs',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    input: jsonb('input').$type<Pick<Recompute, 'filters' | 'include_reported'>>().notNull(),
    fromNs: text('from_ns').notNull(),
    toNs: text('to_ns').notNull(),
    state: text('state', { enum: RECOMPUTE_STATES }).notNull().default('running'),
    progressNs: text('progress_ns').notNull(),
    done: integer('done').notNull().default(0),
    remaining: integer('remaining').notNull().default(0),
    /** What changes, found before anything is changed. */
    result: jsonb('result').$type<RecomputeResult>(),
    error: text('error'),
    createdAt: createdAt(),
    createdBy: text('created_by'),
    finishedAt: moment('finished_at'),
    heldUntil: moment('held_until').notNull(),
  },
  (table) => [
    index('recompute_jobs_workspace').on(table.workspaceId, table.createdAt, table.id),
    check('recompute_jobs_state', oneOf('state', RECOMPUTE_STATES)),
  ],
);

/** What was changed in the control plane: who, when, before and after. Rows are only ever added. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    /** Id of the user or key; null for the program itself. */
    actor: text('actor'),
    /** A verb on a noun: `price.set`. */
    action: text('action').notNull(),
    /** Id of what was changed. */
    target: text('target').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
  },
  (table) => [index('audit_entries_workspace').on(table.workspaceId, table.createdAt, table.id)],
);
