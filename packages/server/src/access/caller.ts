import type { ApiKeyId, UserId, WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/routes/defineRoute';
import type { KeyQuota } from '../apiKeys/keyQuota.ts';

/**
 * Who asks. Every request that is not open to everyone has one, bound to exactly one workspace; what it
 * may do is `scopes`, whatever kind it is.
 */
export type Caller = KeyCaller | MemberCaller | LoopbackCaller;

export interface KeyCaller {
  readonly kind: 'key';
  readonly workspaceId: WorkspaceId;
  readonly scopes: ReadonlySet<Scope>;
  readonly keyId: ApiKeyId;
  /** Absent: the key has no rate limit. */
  readonly quota?: KeyQuota;
}

interface MemberCaller {
  readonly kind: 'member';
  readonly workspaceId: WorkspaceId;
  readonly scopes: ReadonlySet<Scope>;
  readonly userId: UserId;
}

/** `local` mode: telemetry from loopback without a key. May only `ingest`. */
export interface LoopbackCaller {
  readonly kind: 'loopback';
  readonly workspaceId: WorkspaceId;
  readonly scopes: ReadonlySet<Scope>;
}

/** Who did something, as rows of the control plane name it: an id of a user or a key; null for nobody in particular. */
export const actorId = (caller: Caller): UserId | ApiKeyId | null =>
  caller.kind === 'member' ? caller.userId : caller.kind === 'key' ? caller.keyId : null;
