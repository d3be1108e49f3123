import type { UserId } from '@sightglass/contract/ids';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { TEST_SECRET } from '../../../test/emptyControl.ts';
import { type BaseAddressOf, createBaseAddress } from '../../baseAddress.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { createApp } from '../../http/app.ts';
import { createAuthenticate } from '../../http/authenticate.ts';
import { accountRoutes } from '../../http/routes/accounts.ts';
import { identityRoutes } from '../../http/routes/identity.ts';
import { createApiKeyStore } from '../../apiKeys/apiKeys.ts';
import type { Mail } from '../../mail/mailer.ts';
import { createOutboundClient } from '../../outbound/outboundClient.ts';
import { parseOutboundAllow } from '../../outbound/outboundAllow.ts';
import { bootstrapInstance } from '../bootstrap.ts';
import { createSignIn } from '../signIn.ts';

export const EMAIL = 'ada@example.com';
export const PASSWORD = 'correct horse battery';
export const BASE = 'http://localhost:4318';

interface Problem {
  code: string;
  detail: string;
  errors: { pointer: string; message: string }[];
}
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body & Problem;
}

export interface Browser {
  /** Cookies are kept, as a browser keeps them. `BASE` stands for paths. */
  ask<Body = object>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<Body>>;
  cookies: Map<string, string>;
}

/** The real application on an emptied control plane, with an owner who has a password; mails are kept, time is that of `Date`. */
export async function startAccountProgram(
  control: ControlConnection,
  options: { publicUrl?: string; auth?: 'local' | 'required'; mailDelivers?: boolean; outboundAllow?: string } = {},
) {
  const { publicUrl, auth = 'required', mailDelivers = true, outboundAllow = '127.0.0.1' } = options;
  await control.instanceDb.execute(sql`TRUNCATE workspaces, users, sign_in_failures, verifications, identity_providers CASCADE`);
  const clock = () => Date.now();
  const warnings: string[] = [];
  const warn = (message: string, error: unknown) => void warnings.push(`${message}: ${error instanceof Error ? error.message : String(error)}`);
  const made = await bootstrapInstance({ control, init: { email: EMAIL, password: PASSWORD }, clock });
  if (!made.ok) throw new Error(made.error.detail);
  const { ownerId, firstWorkspaceId } = made.value;
  const signIn = await createSignIn({ control, secret: TEST_SECRET, clock, warn, secureCookies: publicUrl?.startsWith('https:') ?? false });
  const keys = createApiKeyStore({ control, clock, warn });
  const mails: Mail[] = [];
  const mailer = {
    delivers: mailDelivers,
    send: async (mail: Mail) => {
      mails.push(mail);
      return { ok: true as const, value: { accepted: [String(mail.to)], refused: [] } };
    },
  };
  const allow = parseOutboundAllow(outboundAllow);
  const outbound = createOutboundClient({ allow: allow.ok ? allow.value : [] });
  const baseAddressOf: BaseAddressOf = createBaseAddress({ publicUrl, auth });
  const authenticate = createAuthenticate({ keys, sessions: signIn.sessions, mode: auth, firstWorkspaceId });
  const app = createApp({ log: pino({ level: 'silent' }), authenticate });
  identityRoutes(app, { control, keys, authMode: auth, version: '0.1.0' });
  accountRoutes(app, { signIn, mailer, outbound, baseAddressOf });

  const openBrowser = (peer = '192.0.2.7', userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'): Browser => {
    const cookies = new Map<string, string>();
    return {
      cookies,
      ask: async <Body>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const init: RequestInit = {
          method,
          headers: {
            host: 'localhost:4318',
            'user-agent': userAgent,
            ...(cookie === '' ? {} : { cookie }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        };
        const response = await app.request(`${BASE}${path}`, init, { incoming: { socket: { remoteAddress: peer } } });
        for (const line of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (/max-age=0/i.test(line)) cookies.delete(name);
          else cookies.set(name, value);
        }
        const text = await response.text();
        const isJson = response.headers.get('content-type')?.includes('json') === true;
        return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : {}) as Body & Problem };
      },
    };
  };

  return {
    ownerId: ownerId as UserId,
    firstWorkspaceId,
    mails,
    warnings,
    openBrowser,
    signIn,
    keys,
    /** The token of the newest mail. */
    mailedToken: () => /#token=([\w-]+)/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '',
    /** Signed in by password. */
    signedIn: async (peer?: string) => {
      const browser = openBrowser(peer);
      const answer = await browser.ask('POST', '/api/auth/sign-in/email', { email: EMAIL, password: PASSWORD });
      if (answer.status !== 200) throw new Error(`Signing in answered ${answer.status}: ${answer.body.detail}`);
      return browser;
    },
    stop: () => {
      keys.stop();
      outbound.close();
    },
  };
}
export type AccountProgram = Awaited<ReturnType<typeof startAccountProgram>>;
