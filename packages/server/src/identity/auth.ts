/**
 * better-auth, set up for Sightglass: accounts, passwords and sessions in our own tables. Its endpoints are
 * called as functions; none of its HTTP routes is open, so only what our routes offer can be reached.
 */
import { createHmac } from 'node:crypto';
import { betterAuth, type BetterAuthPlugin } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import type { ControlDb } from '../control/connect.ts';
import { accounts, sessions, users, verifications } from '../control/tables/people.ts';
import { createId } from '../prefixedId.ts';
import type { SignInLinks } from './signInLinks.ts';

/** Carries the address of the socket's other end into better-auth, which would believe `X-Forwarded-For`. */
export const PEER_ADDRESS_HEADER = 'x-sightglass-peer';
export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 128;

export type Auth = ReturnType<typeof createAuth>;

export function createAuth(options: { db: ControlDb; secret: string; links: SignInLinks; warn: (message: string, error: unknown) => void }) {
  const { db, secret, links, warn } = options;
  return betterAuth({
    appName: 'Sightglass',
    secret,
    // Nothing is built from it; left out, better-auth would take it from each request.
    baseURL: 'http://sightglass.invalid',
    basePath: '/api/auth',
    database: drizzleAdapter(db, { provider: 'pg', schema: { user: users, session: sessions, account: accounts, verification: verifications } }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: PASSWORD_CHARS_MIN, maxPasswordLength: PASSWORD_CHARS_MAX },
    plugins: [signInLinkPlugin(links)],
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
      cookiePrefix: cookiePrefix(secret),
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
    },
  });
}

/** Cookies do not tell ports apart: two instances on one host would sign each other out under one name. */
const cookiePrefix = (secret: string): string => `sightglass-${createHmac('sha256', secret).update('cookie name').digest('hex').slice(0, 8)}`;

/** Signing in by a one-time link, as an endpoint of better-auth, so that its session hooks hold for links too. */
const signInLinkPlugin = (links: SignInLinks) =>
  ({
    id: 'sign-in-link',
    endpoints: {
      signInWithLink: createAuthEndpoint('/sign-in/link', { method: 'POST', body: z.object({ token: z.string() }) }, async (ctx) => {
        const userId = await links.consume(ctx.body.token);
        const user = userId === undefined ? null : await ctx.context.internalAdapter.findUserById(userId);
        if (user === null) throw new APIError('UNAUTHORIZED', { message: 'The link was used or is too old' });
        const session = await ctx.context.internalAdapter.createSession(user.id);
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ user: { id: user.id, email: user.email, name: user.name } });
      }),
    },
  }) satisfies BetterAuthPlugin;
