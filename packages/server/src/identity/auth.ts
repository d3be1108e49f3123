/**
 * better-auth, set up for Sightglass: accounts, passwords, sessions and second factors in our own tables. Its endpoints are
 * called as functions; none of its HTTP routes is open, so only what our routes offer can be reached.
 */
import { createHmac } from 'node:crypto';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@sightglass/contract/routes/signIn';
import { betterAuth, type BetterAuthPlugin } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { z } from 'zod';
import type { ControlDb } from '../control/connect.ts';
import { accounts, sessions, twoFactors, users, verifications } from '../control/tables/people.ts';
import { createId } from '../prefixedId.ts';
import { newBackupCodes } from './backupCodes.ts';

/** Carries the address of the socket's other end into better-auth, which would believe `X-Forwarded-For`. */
export const PEER_ADDRESS_HEADER = 'x-sightglass-peer';
/** A session ends when it was not used for this long … */
export const SESSION_LIFETIME_SECONDS = 7 * 24 * 3600;
/** … and is prolonged by whatever uses it, at most once in this time. */
export const SESSION_RENEWAL_SECONDS = 24 * 3600;
/** How long a first step waits for the second. */
export const SECOND_FACTOR_WAIT_SECONDS = 600;

export type Auth = ReturnType<typeof createAuth>;

export interface AuthOptions {
  db: ControlDb;
  secret: string;
  /** True when people reach us by https alone: cookies are `Secure` and bound to the host by the prefix `__Host-` (RFC 6265bis). */
  secureCookies: boolean;
  warn: (message: string, error: unknown) => void;
}

export function createAuth({ db, secret, secureCookies, warn }: AuthOptions) {
  return betterAuth({
    appName: 'Sightglass',
    secret,
    // Nothing is built from it; left out, better-auth would take it from each request.
    baseURL: 'http://sightglass.invalid',
    basePath: '/api/auth',
    database: drizzleAdapter(db, {
      provider: 'pg',
      schema: { user: users, session: sessions, account: accounts, verification: verifications, twoFactor: twoFactors },
    }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: PASSWORD_CHARS_MIN, maxPasswordLength: PASSWORD_CHARS_MAX },
    session: { expiresIn: SESSION_LIFETIME_SECONDS, updateAge: SESSION_RENEWAL_SECONDS },
    plugins: [sessionPlugin(), secondFactorPlugin()],
    // Our own throttle counts across instances and by the socket's address.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      log: (_level, message, ...details) =>
        warn(
          `sign-in: ${message}`,
          details.find((detail) => detail instanceof Error),
        ),
    },
    advanced: {
      database: { generateId: ({ model }) => (model === 'user' ? createId('user') : crypto.randomUUID()) },
      ipAddress: { ipAddressHeaders: [PEER_ADDRESS_HEADER] },
      cookiePrefix: cookiePrefix(secret, secureCookies),
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/', secure: secureCookies },
    },
  });
}

/** Cookies do not tell ports apart: two instances on one host would sign each other out under one name. */
export const cookiePrefix = (secret: string, secureCookies: boolean): string =>
  `${secureCookies ? '__Host-' : ''}sightglass-${createHmac('sha256', secret).update('cookie name').digest('hex').slice(0, 8)}`;

/** Where a session begins for somebody whose identity was proven in another way than by password. */
const PROVEN_PATH = '/sign-in/proven';
const FIRST_STEPS = new Set(['/sign-in/email', PROVEN_PATH]);
const TWO_FACTOR_COOKIE = 'two_factor';

/** Begins a session for somebody whose identity is known. An endpoint of better-auth, so that its session hooks hold. */
const beginSession = <Path extends string>(path: Path) =>
  createAuthEndpoint(path, { method: 'POST', body: z.object({ userId: z.string() }) }, async (ctx) => {
    const user = await ctx.context.internalAdapter.findUserById(ctx.body.userId);
    if (user === null) throw new APIError('UNAUTHORIZED', { message: 'There is no such person any more' });
    await setSessionCookie(ctx, { session: await ctx.context.internalAdapter.createSession(user.id), user });
    return ctx.json({ user: { id: user.id, email: user.email, name: user.name } });
  });

const sessionPlugin = () =>
  ({
    id: 'sightglass-sessions',
    endpoints: {
      /** A link or a provider has proven who it is. Asks for the second factor, when there is one. */
      signInProven: beginSession(PROVEN_PATH),
      /** For somebody who was signed in and whose sessions were all ended. */
      renewSession: beginSession('/session/renew'),
      /** Who has made the first step, as the cookie of the second says. */
      personInBetween: createAuthEndpoint('/two-factor/person', { method: 'GET', requireHeaders: true }, async (ctx) => {
        const cookie = ctx.context.createAuthCookie(TWO_FACTOR_COOKIE);
        const challenge = await ctx.getSignedCookie(cookie.name, ctx.context.secret);
        const waiting = challenge ? await ctx.context.internalAdapter.findVerificationValue(challenge) : null;
        const user = waiting === null ? null : await ctx.context.internalAdapter.findUserById(waiting.value);
        return ctx.json(user === null ? null : { id: user.id, email: user.email, cookieName: cookie.name });
      }),
    },
  }) satisfies BetterAuthPlugin;

/** better-auth asks for the second step after passwords only; here after each first step. */
function secondFactorPlugin() {
  const plugin = twoFactor({
    allowPasswordless: true,
    backupCodeOptions: { customBackupCodesGenerate: newBackupCodes },
    twoFactorCookieMaxAge: SECOND_FACTOR_WAIT_SECONDS,
    accountLockout: { maxFailedAttempts: 10, durationSeconds: 900 },
  });
  const [afterFirstStep] = plugin.hooks.after;
  if (afterFirstStep === undefined) throw new Error('The plugin has no hook after sign-in');
  const after = [
    { matcher: ({ path }: { path?: string | undefined }) => path !== undefined && FIRST_STEPS.has(path), handler: afterFirstStep.handler },
  ];
  return { ...plugin, hooks: { after } };
}
