import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  readInvitation,
  resendInvitation,
  revokeInvitation,
} from '@sightglass/contract/routes/invitations';
import type { Context } from 'hono';
import type { BaseAddressOf } from '../../baseAddress.ts';
import { fail } from '../../result.ts';
import type { Accepting } from '../../workspaces/invitations/acceptInvitation.ts';
import type { Inviter, Invitations } from '../../workspaces/invitations/invitations.ts';
import type { App, AppVariables } from '../appTypes.ts';
import { isCrossOrigin } from '../crossOrigin.ts';
import { peerAddress } from '../loopback.ts';
import { problem } from '../problem.ts';
import { secureCookie } from '../secureCookie.ts';

export interface InvitationRouteDependencies {
  invitations: Invitations;
  accepting: Accepting;
  baseAddressOf: BaseAddressOf;
}

export function invitationRoutes(app: App, { invitations, accepting, baseAddressOf }: InvitationRouteDependencies): void {
  /**
   * The link leads to the address that the operator has set, else to the one by which whoever invites has reached us: they are
   * signed in and may as well tell people another one.
   */
  const inviterOf = (c: Context<{ Variables: AppVariables }>): Inviter => {
    const { protocol, host } = new URL(c.req.url);
    const byTls = protocol === 'https:' || c.req.header('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase() === 'https';
    return { caller: c.var.caller, address: baseAddressOf(host) ?? `${byTls ? 'https' : 'http'}://${host}` };
  };
  app.openapi(listInvitations, async (c) => {
    const page = await invitations.list(c.var.caller.workspaceId, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createInvitation, async (c) => {
    const created = await invitations.create(inviterOf(c), c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(resendInvitation, async (c) => {
    const sent = await invitations.resend(inviterOf(c), c.req.valid('param').id);
    return sent.ok ? c.json(sent.value, 200) : problem(c, sent.error);
  });
  app.openapi(revokeInvitation, async (c) => {
    const revoked = await invitations.revoke(c.var.caller, c.req.valid('param').id);
    return revoked.ok ? c.body(null, 204) : problem(c, revoked.error);
  });

  app.openapi(readInvitation, async (c) => {
    const offer = await accepting.read(c.req.valid('json').token, c.req.raw.headers, peerAddress(c) ?? 'unknown');
    return offer.ok ? c.json(offer.value, 200) : problem(c, offer.error);
  });
  app.openapi(acceptInvitation, async (c) => {
    if (isCrossOrigin((name) => c.req.header(name))) return problem(c, fail('foreign-origin', 'Accept on our own page.').error);
    const joined = await accepting.accept(c.req.valid('json'), c.req.raw.headers, peerAddress(c) ?? 'unknown');
    if (!joined.ok) return problem(c, joined.error);
    const { user, workspace, setCookies } = joined.value;
    for (const cookie of setCookies) c.header('set-cookie', secureCookie(c, cookie), { append: true });
    return c.json({ user, workspace }, 200);
  });
}
