import { changeApiKey, createApiKey, listApiKeys, revokeApiKey } from '@sightglass/contract/routes/apiKeys';
import { SIGN_IN_LINK_PATH, signInWithPassword, signOut } from '@sightglass/contract/routes/signIn';
import { getMe } from '@sightglass/contract/routes/workspace';
import type { Context } from 'hono';
import type { ControlConnection } from '../../control/connect.ts';
import { actorOf } from '../../access/caller.ts';
import type { ApiKeyStore } from '../../apiKeys/apiKeys.ts';
import { describeCaller } from '../../access/describeCaller.ts';
import type { SignedInAnswer, SignIn } from '../../identity/signIn.ts';
import { createApiKeyIn } from '../../workspaces/workspaces.ts';
import { fail } from '../../result.ts';
import type { App } from '../appTypes.ts';
import { isCrossOrigin } from '../crossOrigin.ts';
import { peerAddress } from '../loopback.ts';
import { problem } from '../problem.ts';
import { secureCookie } from '../secureCookie.ts';

export interface IdentityRouteDependencies {
  control: Pick<ControlConnection, 'instanceDb'>;
  keys: ApiKeyStore;
  signIn: SignIn;
  authMode: 'local' | 'required';
  /** Of the running program, as `/api/obs/me` shows it. */
  version: string;
}

/** Where the UI asks for e-mail and password; `?error=link` says that a link did not work. */
const SIGN_IN_PAGE = '/sign-in';

export function identityRoutes(app: App, deps: IdentityRouteDependencies): void {
  const { control, keys, signIn } = deps;
  const { instanceDb } = control;

  app.openapi(getMe, async (c) => c.json(await describeCaller(instanceDb, c.get('caller'), deps), 200));

  app.openapi(listApiKeys, async (c) => {
    const page = await keys.list(c.get('caller').workspaceId, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createApiKey, async (c) => {
    const created = await createApiKeyIn({ instanceDb, keys }, c.get('caller'), undefined, c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(changeApiKey, async (c) => {
    const { caller } = c.var;
    const changed = await keys.change(caller.workspaceId, actorOf(caller), c.req.valid('param').id, c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(revokeApiKey, async (c) => {
    const { caller } = c.var;
    const revoked = await keys.revoke(caller.workspaceId, actorOf(caller), c.req.valid('param').id);
    return revoked.ok ? c.json(revoked.value, 200) : problem(c, revoked.error);
  });

  app.openapi(signInWithPassword, async (c) => {
    if (isCrossOrigin((name) => c.req.header(name))) return problem(c, fail('foreign-origin', 'Sign in on our own page.').error);
    const answer = await signIn.withPassword(c.req.valid('json'), c.req.raw.headers, peerAddress(c) ?? 'unknown');
    if (!answer.ok) return problem(c, answer.error);
    setCookies(c, answer.value);
    return c.json({ user: answer.value.user }, 200);
  });
  app.openapi(signOut, async (c) => {
    if (isCrossOrigin((name) => c.req.header(name))) return problem(c, fail('foreign-origin', 'Sign out on our own page.').error);
    setCookies(c, await signIn.signOut(c.req.raw.headers, peerAddress(c) ?? 'unknown'));
    return c.json({ signed_out: true } as const, 200);
  });

  app.get(SIGN_IN_LINK_PATH, async (c) => {
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    // A preview that is fetched ahead must not use up the link.
    if (c.req.method === 'HEAD' || c.req.header('sec-purpose')?.includes('prefetch') === true) return c.body(null, 204);
    const answer = await signIn.withLink(c.req.query('token') ?? '', c.req.raw.headers, peerAddress(c) ?? 'unknown');
    if (answer.ok) {
      setCookies(c, answer.value);
      return c.redirect('/', 303);
    }
    // Opened again in the browser that used it: nothing is lost.
    const session = await signIn.sessions.find(c.req.raw.headers);
    return c.redirect(session === undefined ? `${SIGN_IN_PAGE}?error=link` : '/', 303);
  });
}

function setCookies(c: Context, { setCookies: cookies }: Pick<SignedInAnswer, 'setCookies'>): void {
  for (const cookie of cookies) c.header('set-cookie', secureCookie(c, cookie), { append: true });
}
