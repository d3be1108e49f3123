import type { ApiKeyId, UserId, WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/routes/defineRoute';

/**
 * Who asks. Every request that is not open to everyone has one, bound to exactly one workspace; what it
 * may do is `scopes`, whatever kind it is.
 */
export type Caller =
  | { kind: 'key'; workspaceId: WorkspaceId; scopes: ReadonlySet<Scope>; keyId: ApiKeyId }
  | { kind: 'member'; workspaceId: WorkspaceId; scopes: ReadonlySet<Scope>; userId: UserId }
  /** `local` mode: telemetry from loopback without a key. May only `ingest`. */
  | { kind: 'loopback'; workspaceId: WorkspaceId; scopes: ReadonlySet<Scope> };
