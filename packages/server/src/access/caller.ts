import type { ApiKeyId, UserId, WorkspaceId } from '@sightglass/contract/ids';
import { type Permission, permissionsOfScopes, type Scope } from '@sightglass/contract/permissions';
import type { KeyQuota } from '../apiKeys/keyQuota.ts';

/**
 * Who asks. Every request that is not open to everyone has one, bound to exactly one workspace; what it
 * may do is `permissions`, whatever kind it is.
 */
export type Caller = KeyCaller | MemberCaller | LoopbackCaller;

interface Asker {
  readonly workspaceId: WorkspaceId;
  readonly permissions: ReadonlySet<Permission>;
  /** Agents whose telemetry is kept from it, because they belong to teams that it is not in. */
  readonly hiddenAgents: readonly string[];
  /** The other end of the socket; null where there is none. */
  readonly address: string | null;
  /** What its key and the plan of its workspace let it send; absent: as much as it likes. */
  readonly quota?: KeyQuota;
}

export interface KeyCaller extends Asker {
  readonly kind: 'key';
  readonly keyId: ApiKeyId;
  readonly keyName: string;
}

/** What a key tells by itself, with its own quota; the door that it came through adds from where, and what the plan lets it send. */
export type AuthenticatedKey = Omit<KeyCaller, 'address'>;

export interface MemberCaller extends Asker {
  readonly kind: 'member';
  readonly userId: UserId;
  readonly email: string;
  /** Of the session that the request came with. */
  readonly sessionId: string;
}

/** `local` mode: telemetry from loopback without a key. */
export interface LoopbackCaller extends Asker {
  readonly kind: 'loopback';
}

/** A caller without a key or a session, with the permissions of `scopes`. */
export const loopbackCaller = (workspaceId: WorkspaceId, scopes: readonly Scope[], address: string | null = null): LoopbackCaller => ({
  kind: 'loopback',
  workspaceId,
  permissions: permissionsOfScopes(scopes),
  hiddenAgents: [],
  address,
});

/** Who did something, as the audit log names it. */
export interface Actor {
  kind: 'member' | 'key' | 'system';
  /** Of a user or a key; null for the program itself. */
  id: string | null;
  /** As it was then: the e-mail of a member, the name of a key. */
  name: string | null;
  address: string | null;
}

/** The program itself: schedules, the first start. */
export const SYSTEM_ACTOR: Actor = { kind: 'system', id: null, name: null, address: null };

export function actorOf(caller: Caller): Actor {
  const { address } = caller;
  switch (caller.kind) {
    case 'member':
      return { kind: 'member', id: caller.userId, name: caller.email, address };
    case 'key':
      return { kind: 'key', id: caller.keyId, name: caller.keyName, address };
    case 'loopback':
      return { kind: 'system', id: null, name: null, address };
  }
}
