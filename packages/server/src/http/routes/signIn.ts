/** Signing in and out. Everything here is open to everyone, so each change is taken from our own pages alone. */
import {
  finishSingleSignOn,
  getSignInMethods,
  mailPasswordReset,
  mailSignInLink,
  resetPassword,
  SIGN_IN_LINK_PATH,
  type SignInError,
  signInWithLink,
  signInWithPassword,
  signInWithSecondFactor,
  signOut,
  startSingleSignOn,
} from '@sightglass/contract/routes/signIn';
import type { Context } from 'hono';
import type { BaseAddressOf } from '../../baseAddress.ts';
import type { MailedLinkKind, MailedLinks } from '../../identity/mailedLinks.ts';
import type { Passwords } from '../../identity/passwords.ts';
import type { ProviderStore } from '../../identity/providers/providerStore.ts';
import { SECOND_STEP_PAGE, type SignOnStep, type SingleSignOn } from '../../identity/providers/singleSignOn.ts';
import type { FirstStep, SignIn } from '../../identity/signIn.ts';
import { type Failure, fail, type Result } from '../../result.ts';
import type { App } from '../appTypes.ts';
import { isCrossOrigin } from '../crossOrigin.ts';
import { peerAddress } from '../loopback.ts';
import { problem } from '../problem.ts';
import { setCookies } from '../secureCookie.ts';

export interface SignInRouteDependencies {
  signIn: SignIn;
  mailedLinks: MailedLinks;
  passwords: Pick<Passwords, 'reset'>;
  singleSignOn: SingleSignOn;
  providers: Pick<ProviderStore, 'offered'>;
  baseAddressOf: BaseAddressOf;
}

const signInPage = (error: SignInError) => `/sign-in?error=${error}`;

export const foreignOrigin = (c: Context): Failure | undefined =>
  isCrossOrigin((name) => c.req.header(name)) ? fail('foreign-origin', 'This is done on our own pages only.').error : undefined;
export const peerOf = (c: Context): string => peerAddress(c) ?? 'unknown';

export function signInRoutes(app: App, deps: SignInRouteDependencies): void {
  const { signIn, mailedLinks, passwords, singleSignOn, providers, baseAddressOf } = deps;

  app.openapi(getSignInMethods, async (c) => {
    const offered = baseAddressOf(c.req.header('host')) === undefined ? [] : await providers.offered();
    return c.json({ mail_link: mailedLinks.areOffered(c.req.header('host')), providers: offered }, 200);
  });

  const firstStep = (c: Context, answer: Result<FirstStep>) => {
    if (!answer.ok) return problem(c, answer.error);
    const { user, setCookies: cookies } = answer.value;
    setCookies(c, cookies);
    return user === null ? c.json({ second_factor_needed: true } as const, 202) : c.json({ user }, 200);
  };

  app.openapi(signInWithPassword, async (c) => {
    const foreign = foreignOrigin(c);
    if (foreign !== undefined) return problem(c, foreign);
    return firstStep(c, await signIn.withPassword(c.req.valid('json'), c.req.raw.headers, peerOf(c)));
  });
  app.openapi(signInWithLink, async (c) => {
    const foreign = foreignOrigin(c);
    if (foreign !== undefined) return problem(c, foreign);
    return firstStep(c, await signIn.withLink(c.req.valid('json').token, c.req.raw.headers, peerOf(c)));
  });
  app.openapi(signInWithSecondFactor, async (c) => {
    const foreign = foreignOrigin(c);
    if (foreign !== undefined) return problem(c, foreign);
    const answer = await signIn.withCode(c.req.valid('json').code, c.req.raw.headers, peerOf(c));
    if (!answer.ok) return problem(c, answer.error);
    setCookies(c, answer.value.setCookies);
    return c.json({ user: answer.value.user }, 200);
  });
  app.openapi(signOut, async (c) => {
    const foreign = foreignOrigin(c);
    if (foreign !== undefined) return problem(c, foreign);
    setCookies(c, (await signIn.signOut(c.req.raw.headers, peerOf(c))).setCookies);
    return c.json({ signed_out: true } as const, 200);
  });

  const mail = async (c: Context, kind: MailedLinkKind, email: string) => {
    const failure = foreignOrigin(c);
    if (failure !== undefined) return problem(c, failure);
    const asked = await mailedLinks.ask(kind, email, c.req.header('host'), peerOf(c));
    return asked.ok ? c.json({ accepted: true } as const, 202) : problem(c, asked.error);
  };
  app.openapi(mailSignInLink, (c) => mail(c, 'signIn', c.req.valid('json').email));
  app.openapi(mailPasswordReset, (c) => mail(c, 'resetPassword', c.req.valid('json').email));
  app.openapi(resetPassword, async (c) => {
    const foreign = foreignOrigin(c);
    if (foreign !== undefined) return problem(c, foreign);
    const { token, new_password } = c.req.valid('json');
    const reset = await passwords.reset(token, new_password, peerOf(c));
    return reset.ok ? c.body(null, 204) : problem(c, reset.error);
  });

  const step = (c: Context, next: SignOnStep) => {
    setCookies(c, next.setCookies);
    return c.redirect('to' in next ? next.to : signInPage(next.error), 303);
  };
  app.openapi(startSingleSignOn, async (c) => {
    const base = baseAddressOf(c.req.header('host'));
    const { return_to } = c.req.valid('query');
    return step(c, await singleSignOn.start(c.req.valid('param').id, { base, returnTo: return_to, peerAddress: peerOf(c) }));
  });
  app.openapi(finishSingleSignOn, async (c) => {
    const { search } = new URL(c.req.url);
    return step(c, await singleSignOn.finish(c.req.valid('param').id, { search, headers: c.req.raw.headers, peerAddress: peerOf(c) }));
  });

  app.get(SIGN_IN_LINK_PATH, async (c) => {
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    // A preview that is fetched ahead must not use up the link.
    if (c.req.method === 'HEAD' || c.req.header('sec-purpose')?.includes('prefetch') === true) return c.body(null, 204);
    const answer = await signIn.withLink(c.req.query('token') ?? '', c.req.raw.headers, peerOf(c));
    if (answer.ok) {
      setCookies(c, answer.value.setCookies);
      return c.redirect(answer.value.user === null ? SECOND_STEP_PAGE : '/', 303);
    }
    // Opened again in the browser that used it: nothing is lost.
    const session = await signIn.sessions.find(c.req.raw.headers);
    return c.redirect(session === undefined ? signInPage('link') : '/', 303);
  });
}
