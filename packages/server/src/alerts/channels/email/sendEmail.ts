import type { Mailer } from '../../../mail/mailer.ts';
import type { Sender } from '../sender.ts';
import { composeEmail } from './composeEmail.ts';

/** Within what `senders.ts` allows, so that a mail that was given up is not sent after all. */
const MAIL_MS = 9_000;

export const createEmailSender =
  (mailer: Pick<Mailer, 'send'>): Sender<'email'> =>
  async ({ to }, message, links) => {
    const sent = await mailer.send({ ...composeEmail(message, links), to, timeoutMs: MAIL_MS });
    return sent.ok ? { ok: true } : { ok: false, error: sent.error.message };
  };
