/** Links for people who are not signed in: to sign in, and to set a new password. Whoever asks learns nothing of who has an account. */
import type { UserId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { users } from '../control/tables/people.ts';
import { fail, ok, type Result } from '../result.ts';
import { tooManyAttempts } from './attempts.ts';
import type { Identity } from './identity.ts';
import type { Post } from './post.ts';
import { LINK_LIFETIME_MS } from './signInLinks.ts';

/** Within 15 minutes. An address of the network is that of many people, so its bound is loose. */
export const MAILS_MAX = { toAddress: 5, fromPeer: 50 } as const;

export type MailedLinkKind = 'signIn' | 'resetPassword';

export interface MailedLinks {
  /** Whether links can be mailed for a request with this `Host`. */
  areOffered(host: string | undefined): boolean;
  /**
   * Counts, answers, and only then looks whether there is such an account: neither the answer nor its time tells. Fails with
   * `conflict` when this instance cannot mail links, with `too-many-requests` alike for every address.
   */
  ask(kind: MailedLinkKind, email: string, host: string | undefined, peerAddress: string): Promise<Result<undefined>>;
  /** Resolves when what was asked for is done; for tests and for stopping. */
  settled(): Promise<void>;
}

export function createMailedLinks({ control, links, oneTime, attempts, warn }: Identity, post: Post): MailedLinks {
  const { instanceDb: db } = control;
  const inHand = new Set<Promise<void>>();

  async function send(kind: MailedLinkKind, email: string, base: string): Promise<void> {
    const [person] = await db.select({ id: users.id, email: users.email }).from(users).where(eq(users.email, email));
    if (person === undefined) return;
    const userId = person.id as UserId;
    const token = kind === 'signIn' ? await links.create(userId) : await oneTime.create('reset-password', userId, person.email, LINK_LIFETIME_MS);
    await post.sendLink(kind, person.email, { base, token, lifetimeMs: LINK_LIFETIME_MS });
  }

  return {
    areOffered: (host) => post.linkBase(host) !== undefined,
    ask: async (kind, text, host, peerAddress) => {
      const base = post.linkBase(host);
      if (base === undefined) {
        return fail('conflict', 'This instance cannot mail links: its operator has to set SMTP_HOST and SIGHTGLASS_PUBLIC_URL.');
      }
      const email = text.trim().toLowerCase();
      const waitMs = await attempts.count([
        { of: [`mail ${kind}`, email], max: MAILS_MAX.toAddress },
        { of: ['mails from', peerAddress], max: MAILS_MAX.fromPeer },
      ]);
      if (waitMs > 0) return { ok: false, error: tooManyAttempts(waitMs, 'Too many mails were asked for.') };
      const sending = send(kind, email, base).catch((error: unknown) => warn('sign-in: a link could not be mailed', error));
      inHand.add(sending);
      void sending.finally(() => inHand.delete(sending));
      return ok(undefined);
    },
    settled: async () => void (await Promise.all(inHand)),
  };
}
