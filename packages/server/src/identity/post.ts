import type { Mailer } from '../mail/mailer.ts';
import type { BaseAddressOf } from '../baseAddress.ts';
import { confirmEmailMail, type Notice, noticeMail, resetPasswordMail, signInLinkMail } from './mails.ts';

const MAILS = { signIn: signInLinkMail, resetPassword: resetPasswordMail, confirmEmail: confirmEmailMail } as const;

/** How identity writes to people. */
export interface Post {
  /** What links for a request with this `Host` begin with; undefined when none can be mailed. */
  linkBase(host: string | undefined): string | undefined;
  /** Whether mails reach anybody. */
  delivers: boolean;
  /** Rejects when it could not be sent; the error has nothing of the link. */
  sendLink(kind: keyof typeof MAILS, to: string, link: { base: string; token: string; lifetimeMs: number }): Promise<void>;
  /** Tells the person of a change, without waiting; a mail that cannot be sent is warned of. */
  notify(to: string, notice: Notice): void;
}

export function createPost(options: {
  mailer: Pick<Mailer, 'delivers' | 'send'>;
  baseAddressOf: BaseAddressOf;
  warn: (message: string, error: unknown) => void;
}): Post {
  const { mailer, baseAddressOf, warn } = options;
  const tell = async (to: string, notice: Notice) => {
    const sent = await mailer.send({ to, ...noticeMail(notice, baseAddressOf(undefined)) });
    if (!sent.ok) warn('sign-in: a mail about a change of an account could not be sent', new Error(sent.error.detail));
  };
  return {
    linkBase: (host) => (mailer.delivers ? baseAddressOf(host) : undefined),
    delivers: mailer.delivers,
    sendLink: async (kind, to, { base, token, lifetimeMs }) => {
      const sent = await mailer.send({ to, ...MAILS[kind](base, token, lifetimeMs) });
      if (!sent.ok) throw new Error(`A mail to sign in could not be sent: ${sent.error.detail}`);
    },
    notify: (to, notice) => {
      if (mailer.delivers) void tell(to, notice);
    },
  };
}
