/** The first start: an owner, a workspace and, when asked for, a key. Later starts only find them. */
import type { FieldError } from '@sightglass/contract/errors';
import type { UserId, WorkspaceId } from '@sightglass/contract/ids';
import { API_KEY_PATTERN } from '@sightglass/contract/routes/apiKeys';
import { SCOPES } from '@sightglass/contract/permissions';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@sightglass/contract/routes/signIn';
import { SlugSchema } from '@sightglass/contract/routes/workspaces';
import { hashPassword } from 'better-auth/crypto';
import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { ADVISORY_LOCKS, lockForTransaction } from '../control/advisoryLock.ts';
import { SYSTEM_ACTOR } from '../access/caller.ts';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { accounts, users } from '../control/tables/people.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import type { InstanceNote } from '../control/workspaceDb.ts';
import { fail, ok, type Result } from '../result.ts';
import { auditedKey, insertKey } from '../apiKeys/apiKeys.ts';
import { createId } from '../prefixedId.ts';
import { insertWorkspace } from '../workspaces/workspaces.ts';

/** `SIGHTGLASS_INIT_*`, as they came. Used on the first start only. */
export interface InstanceInit {
  email?: string | undefined;
  password?: string | undefined;
  workspace?: string | undefined;
  apiKey?: string | undefined;
}

export interface Instance {
  /** The oldest workspace: where telemetry without a key goes in `local` mode. */
  firstWorkspaceId: WorkspaceId;
  /** The oldest instance owner. */
  ownerId: UserId;
  /** False: the owner can sign in by a one-time link only, so one has to be printed. */
  ownerHasPassword: boolean;
  /** True when this very call made them. */
  created: boolean;
}

const DEFAULT_SLUG = 'default';
/** No mail reaches it: it names the owner until the owner names themselves. */
const LOCAL_OWNER_EMAIL = 'owner@localhost';

/**
 * Makes the owner, the first workspace and the key, or finds them when the instance has an owner already;
 * then `init` is ignored. Safe when several instances start at once: one makes, the others find.
 * Fails with `invalid-request` when `init` is not usable; the errors name the variables.
 */
export async function bootstrapInstance(options: {
  control: Pick<ControlConnection, 'changeInstance'>;
  init: InstanceInit;
  clock: () => number;
}): Promise<Result<Instance>> {
  const { control, init, clock } = options;
  const before = await control.changeInstance(SYSTEM_ACTOR, async (tx, note) => ok(await findInstance(tx, note, new Date(clock()))));
  if (!before.ok) return before;
  if (before.value !== undefined) return ok(before.value);
  const errors = initErrors(init);
  if (errors.length > 0) return fail('invalid-request', errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; '), errors);
  // Slow on purpose, so it happens before anything is locked.
  const passwordHash = init.password === undefined ? undefined : await hashPassword(init.password);
  return control.changeInstance(SYSTEM_ACTOR, async (tx, note) => {
    await lockForTransaction(tx, ADVISORY_LOCKS.bootstrap);
    const now = new Date(clock());
    return ok((await findInstance(tx, note, now)) ?? (await createInstance(tx, note, init, passwordHash, now)));
  });
}

async function findInstance(tx: ControlTx, note: InstanceNote, now: Date): Promise<Instance | undefined> {
  const [owner] = await tx
    .select({ id: users.id })
    .from(users)
    .where(eq(users.instanceOwner, true))
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(1);
  if (owner === undefined) return undefined;
  const [password] = await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.userId, owner.id), eq(accounts.providerId, 'credential'), isNotNull(accounts.password)));
  const [oldest] = await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(isNull(workspaces.deletingSince))
    .orderBy(asc(workspaces.createdAt), asc(workspaces.id))
    .limit(1);
  // Whoever deleted every workspace starts again with an empty one.
  const workspace = oldest ?? (await insertWorkspace(tx, note, { slug: DEFAULT_SLUG, name: 'Default', plan: 'free', time_zone: 'UTC' }, now));
  return { firstWorkspaceId: workspace.id as WorkspaceId, ownerId: owner.id as UserId, ownerHasPassword: password !== undefined, created: false };
}

async function createInstance(tx: ControlTx, note: InstanceNote, init: InstanceInit, passwordHash: string | undefined, now: Date): Promise<Instance> {
  const ownerId = createId('user');
  const email = init.email?.trim().toLowerCase() ?? LOCAL_OWNER_EMAIL;
  const moments = { createdAt: now, updatedAt: now };
  await tx.insert(users).values({ id: ownerId, name: 'Owner', email, emailVerified: true, instanceOwner: true, ...moments });
  if (passwordHash !== undefined) {
    await tx
      .insert(accounts)
      .values({ id: crypto.randomUUID(), userId: ownerId, providerId: 'credential', accountId: ownerId, password: passwordHash, ...moments });
  }
  const slug = init.workspace ?? DEFAULT_SLUG;
  const name = slug === DEFAULT_SLUG ? 'Default' : slug;
  note(null, { action: 'user.create', target: ownerId, before: null, after: { email, name: 'Owner', instance_owner: true } });
  const workspace = await insertWorkspace(tx, note, { slug, name, plan: 'free', time_zone: 'UTC' }, now);
  const firstWorkspaceId = workspace.id as WorkspaceId;
  if (init.apiKey !== undefined) {
    const key = await insertKey(tx, init.apiKey, { workspaceId: firstWorkspaceId, name: 'First start', scopes: SCOPES }, ownerId, now);
    note(firstWorkspaceId, { action: 'api_key.create', target: key.id, before: null, after: auditedKey(key) });
  }
  return { firstWorkspaceId, ownerId, ownerHasPassword: passwordHash !== undefined, created: true };
}

function initErrors({ email, password, workspace, apiKey }: InstanceInit): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, message: string) => errors.push({ pointer, message });
  if (email !== undefined && !z.email().safeParse(email.trim()).success) refuse('SIGHTGLASS_INIT_EMAIL', 'must be an e-mail address');
  if (password !== undefined) {
    if (email === undefined) refuse('SIGHTGLASS_INIT_PASSWORD', 'needs SIGHTGLASS_INIT_EMAIL beside it');
    if (password.length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX) {
      refuse('SIGHTGLASS_INIT_PASSWORD', `must have ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters`);
    }
  }
  const slug = SlugSchema.safeParse(workspace ?? DEFAULT_SLUG);
  if (!slug.success) refuse('SIGHTGLASS_INIT_WORKSPACE', slug.error.issues[0]?.message ?? 'is no slug');
  if (apiKey !== undefined && !API_KEY_PATTERN.test(apiKey)) {
    refuse('SIGHTGLASS_INIT_API_KEY', 'must be sg_ and at least 32 (at most 200) of A-Z, a-z, 0-9, _ and -');
  }
  return errors;
}
