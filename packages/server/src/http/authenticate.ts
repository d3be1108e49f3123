import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Access } from '@sightglass/contract/routes/defineRoute';
import { isAPIError } from 'better-auth/api';
import type { Context, MiddlewareHandler } from 'hono';
import { ControlError } from '../control/controlError.ts';
import type { ApiKeyStore } from '../apiKeys/apiKeys.ts';
import { jointQuota } from '../apiKeys/jointQuota.ts';
import type { KeyQuota } from '../apiKeys/keyQuota.ts';
import { type Caller, type KeyCaller, loopbackCaller } from '../access/caller.ts';
import { refusedAccess } from '../access/permits.ts';
import { cookieValue, type Sessions, type SignedIn } from '../identity/sessions.ts';
import { otlpFailure } from '../receive/otlp/failureAnswer.ts';
import { type Failure, fail, ok, type Result } from '../result.ts';
import type { AppVariables } from './appTypes.ts';
import { hostOf, isCrossOrigin } from './crossOrigin.ts';
import { extractKey, type HeaderOf, isTelemetryPath } from './extractKey.ts';
import { isLoopbackAddress, isLoopbackHost, peerAddress } from './loopback.ts';
import { problem } from './problem.ts';
import { secureCookie } from './secureCookie.ts';

/** Names the workspace that a member means, by slug; the cookie says the same for a whole browser. */
const WORKSPACE_HEADER = 'x-workspace';
const WORKSPACE_COOKIE = 'sightglass-workspace';

const EVENTS_PATH = /^\/api\/obs\/ingest\/(?:events|heartbeat)$/;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface AuthenticateDependencies {
  keys: Pick<ApiKeyStore, 'authenticate'>;
  sessions: Sessions;
  mode: 'local' | 'required';
  /** Where telemetry without a key goes in `local` mode; asked for with every request, for workspaces come and go. */
  readonly firstWorkspaceId: WorkspaceId;
  /** Whether a workspace is being deleted or is deleted: nobody may use it. */
  isGone?(workspaceId: WorkspaceId): boolean;
  /** What the plan lets all senders of a workspace send together. */
  planQuotaOf?(workspaceId: WorkspaceId): KeyQuota | undefined;
}

/** The parts of a request that say who asks. */
export interface Asking {
  method: string;
  path: string;
  header: HeaderOf;
  /** The other end of the socket; undefined where there is none. */
  peerAddress: string | undefined;
  /** Only read when the request has a cookie. */
  headers(): Headers;
}

/** `setCookies` prolong the session. */
type Identified = Result<{ caller: Caller; setCookies: string[] }>;
export type Identify = (asking: Asking) => Promise<Identified>;
/** Who asks. Fails with `not-signed-in` when nothing was presented, `wrong-credentials` when it was wrong. */
export type Authenticate = (c: Context<{ Variables: AppVariables }>) => Promise<Result<Caller>>;

/** A presented key decides alone, right or wrong; then a session; then, in `local` mode, the loopback peer. */
export function createIdentify(deps: AuthenticateDependencies): Identify {
  const { sessions, mode, isGone = () => false } = deps;
  return async (asking) => {
    const { header, path } = asking;
    if (mode === 'local' && !isLoopbackHost(header('host'))) return foreignHost(header('host'));
    try {
      const key = extractKey(header, path);
      if (key !== undefined) return await callerOfKey(deps, key, asking);
      if (header('cookie') !== undefined) {
        const found = await sessions.find(asking.headers());
        if (found !== undefined) {
          const caller = callerOfMember(found.signedIn, asking, deps);
          return caller.ok ? ok({ caller: caller.value, setCookies: found.setCookies }) : caller;
        }
      }
      if (mode === 'local' && isLoopbackTelemetry(asking)) {
        const origin = header('origin');
        const { firstWorkspaceId } = deps;
        if (isGone(firstWorkspaceId)) return NO_WORKSPACE_YET;
        return origin === undefined || isLoopbackHost(hostOf(origin))
          ? ok({
              caller: { ...loopbackCaller(firstWorkspaceId, ['ingest'], asking.peerAddress), ...quotaFor(deps, firstWorkspaceId) },
              setCookies: [],
            })
          : FOREIGN_ORIGIN;
      }
      return NOT_SIGNED_IN;
    } catch (error) {
      if (error instanceof ControlError || isAPIError(error)) return fail('unavailable', 'The control database does not answer.');
      throw error;
    }
  };
}

const NOT_SIGNED_IN = fail('not-signed-in', 'Send an API key as Authorization: Bearer sg_…, or sign in.');
const NO_WORKSPACE_YET = fail('unavailable', 'The first workspace is being deleted; the next takes its place in a moment.');
const FOREIGN_ORIGIN = fail('foreign-origin', 'The request was made by a page of another site.');
const foreignHost = (host: string | undefined) =>
  fail('foreign-host', `In local mode requests must name this machine (localhost, 127.0.0.1, [::1]), not ${host ?? 'nothing'}.`);

/** What a sender of the workspace may send, by its key and by the plan. */
function quotaFor({ planQuotaOf }: AuthenticateDependencies, workspaceId: WorkspaceId, ofKey?: KeyQuota): { quota?: KeyQuota } {
  const quota = jointQuota(ofKey, planQuotaOf?.(workspaceId));
  return quota === undefined ? {} : { quota };
}

async function callerOfKey(deps: AuthenticateDependencies, key: string, { path, peerAddress: address }: Asking): Promise<Identified> {
  const found = await deps.keys.authenticate(key);
  if (found === undefined || deps.isGone?.(found.workspaceId) === true)
    return fail('wrong-credentials', 'The API key is unknown, revoked or expired.');
  const caller: KeyCaller = { ...found, address: address ?? null, ...quotaFor(deps, found.workspaceId, found.quota) };
  // Where telemetry comes in, the door counts itself, for bytes and items as well, and tells the sender what is left.
  const { quota } = caller;
  const retryAfterSeconds = quota === undefined || takesTelemetry(path) ? 0 : quota.admitRequest();
  return quota === undefined || retryAfterSeconds === 0 ? ok({ caller, setCookies: [] }) : { ok: false, error: overRate(retryAfterSeconds, quota) };
}

/** The failure of a sender that has to wait. */
export const overRate = (retryAfterSeconds: number, quota: KeyQuota): Failure => ({
  code: 'too-many-requests',
  detail: `The rate limit of ${quota.whose()} is reached; wait ${retryAfterSeconds} s.`,
  retryAfterSeconds,
  headers: quota.headers(),
});

function callerOfMember(signedIn: SignedIn, { method, header, peerAddress: address }: Asking, deps: AuthenticateDependencies): Result<Caller> {
  const { user, sessionId } = signedIn;
  const memberships = signedIn.memberships.filter(({ workspaceId }) => deps.isGone?.(workspaceId) !== true);
  const upgrade = header('upgrade') !== undefined;
  if ((upgrade || !SAFE_METHODS.has(method)) && isCrossOrigin(header)) return FOREIGN_ORIGIN;
  const named = header(WORKSPACE_HEADER);
  const remembered = cookieValue(header('cookie'), WORKSPACE_COOKIE);
  const membership = memberships.find(({ slug }) => slug === (named ?? remembered)) ?? (named === undefined ? memberships[0] : undefined);
  if (membership !== undefined) {
    const { workspaceId, permissions, hiddenAgents } = membership;
    const { id: userId, email } = user;
    const quota = quotaFor(deps, workspaceId);
    return ok({ kind: 'member', workspaceId, userId, email, sessionId, permissions, hiddenAgents, address: address ?? null, ...quota });
  }
  if (named !== undefined) return fail('not-found', `You are in no workspace with the slug ${named}.`);
  return fail('missing-scope', 'You are not a member of any workspace; ask an owner to add you.');
}

const takesTelemetry = (path: string): boolean => isTelemetryPath(path) || EVENTS_PATH.test(path);

const isLoopbackTelemetry = ({ path, peerAddress: peer }: Asking): boolean => takesTelemetry(path) && isLoopbackAddress(peer);

/** {@link createIdentify} for HTTP. Routes that answer failures in their own way (OTLP) call it themselves; all others get {@link requireAccess}. */
export function createAuthenticate(deps: AuthenticateDependencies): Authenticate {
  const identify = createIdentify(deps);
  return async (c) => {
    const identified = await identify(askingOf(c));
    if (!identified.ok) return identified;
    for (const cookie of identified.value.setCookies) c.header('set-cookie', secureCookie(c, cookie), { append: true });
    return ok(identified.value.caller);
  };
}

function askingOf(c: Context): Asking {
  return {
    method: c.req.method,
    path: c.req.path,
    header: (name) => c.req.header(name),
    peerAddress: peerAddress(c),
    headers: () => c.req.raw.headers,
  };
}

/** A middleware for a route that not everyone may use: sets `caller`, or answers why the request may not go on, and tells `onRefused`. */
export function requireAccess(
  authenticate: Authenticate,
  access: Exclude<Access, 'everyone' | 'cron'>,
  onRefused: (failure: Failure, path: string, workspaceId: WorkspaceId | null) => void = () => undefined,
): MiddlewareHandler<{ Variables: AppVariables }> {
  return async (c, next) => {
    const caller = await authenticate(c);
    const refused = caller.ok ? refusedAccess(caller.value, access) : caller.error;
    if (refused !== undefined) onRefused(refused, c.req.path, caller.ok ? caller.value.workspaceId : null);
    if (!caller.ok) return problem(c, caller.error);
    if (refused !== undefined) return problem(c, refused);
    c.set('caller', caller.value);
    return next();
  };
}

/** For every path, the UI's files too: in `local` mode a name that merely resolves to this machine is refused (DNS rebinding). */
export function refuseForeignHosts(mode: 'local' | 'required'): MiddlewareHandler<{ Variables: AppVariables }> {
  return async (c, next) => {
    const host = c.req.header('host');
    if (mode !== 'local' || isLoopbackHost(host)) return next();
    const { error } = foreignHost(host);
    return otlpFailure(c, error) ?? problem(c, error);
  };
}
