/** Mail by the operator's SMTP server: the one way by which mails leave. */
import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { type Config, isLoopbackHost, type SmtpConfig } from '../config.ts';
import { htmlOfText } from './htmlOfText.ts';
import { type Mailbox, parseMailbox } from './mailbox.ts';
import { type MailFailure, mailFailureOf, refusalOf } from './mailFailure.ts';

export interface Mail {
  /** `name@example.com` or `Name <name@example.com>`, one or several; each sees the others. */
  to: string | readonly string[];
  /** One line: line breaks and control characters become spaces. */
  subject: string;
  text: string;
  /** Absent = made of the text. Whoever gives it has escaped what is not theirs. */
  html?: string;
  /** Names the conversation that it belongs to: programs show mails of the same one together. Absent = it stands alone. */
  thread?: string;
  /** How long it may take, waiting for its turn included. Absent = a minute. */
  timeoutMs?: number;
}

export interface SentMail {
  /** Addresses that the server took. */
  accepted: string[];
  /** Addresses that it did not take while it took others. */
  refused: { address: string; error: MailFailure }[];
}

export type MailResult = { ok: true; value: SentMail } | { ok: false; error: MailFailure };

export interface Mailer {
  /** Whether mails reach anybody: sent, or (in `local` mode) shown in the log. Features that need mail say so when they do not. */
  delivers: boolean;
  /** Never throws. Ok = the server took it for at least one recipient. */
  send(mail: Mail): Promise<MailResult>;
  /** Lets mails in hand finish for some seconds, then closes the connections. */
  stop(): Promise<void>;
}

export interface MailLimits {
  /** To a connection, and to the server's greeting. */
  connectTimeoutMs: number;
  /** One mail, waiting for its turn included. */
  sendTimeoutMs: number;
  stopTimeoutMs: number;
  recipientsMax: number;
  /** Mails in hand or waiting, over all who send. */
  pendingMax: number;
}

const MAIL_LIMITS: MailLimits = { connectTimeoutMs: 10_000, sendTimeoutMs: 60_000, stopTimeoutMs: 5_000, recipientsMax: 50, pendingMax: 1_000 };

/** Three connections keep a slow server from holding all mails, without looking like a flood. */
const CONNECTIONS_MAX = 3;
const SUBJECT_CHARACTERS_MAX = 500;

export function createMailer(config: Pick<Config, 'smtp' | 'auth'>, log: Pick<Logger, 'info' | 'warn'>, limits: Partial<MailLimits> = {}): Mailer {
  const { smtp, auth } = config;
  if (smtp !== undefined) return createSmtpMailer(smtp, log, { ...MAIL_LIMITS, ...limits });
  return {
    delivers: auth === 'local',
    send: async (mail) => {
      const to = recipientsOf(mail.to, limits.recipientsMax ?? MAIL_LIMITS.recipientsMax);
      if (!to.ok) return to;
      if (auth !== 'local') return failed('not-configured', 'No mail server is set up; the operator can set SMTP_HOST.', 'SMTP_HOST is not set');
      const accepted = to.value.map(({ address }) => address);
      log.info({ mail: { to: accepted, subject: oneLine(mail.subject), text: mail.text } }, 'a mail that is not sent, because SMTP_HOST is not set');
      return { ok: true, value: { accepted, refused: [] } };
    },
    stop: async () => undefined,
  };
}

function createSmtpMailer(smtp: SmtpConfig, log: Pick<Logger, 'warn'>, limits: MailLimits): Mailer {
  const transport = createTransport({
    ...transportOptions(smtp, limits),
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    // A connection that breaks while a mail is on it: once more, and then it is for the sender to decide.
    maxRequeues: 1,
    idleTimeout: 30_000,
  });
  // A pooled connection that breaks while nothing is on it; the next mail opens another.
  transport.on('error', (error) => log.warn({ err: error }, 'mail server'));
  const inHand = new Set<Promise<MailResult>>();
  const stopping = new AbortController();

  async function deliver(mail: Mail): Promise<MailResult> {
    const to = recipientsOf(mail.to, limits.recipientsMax);
    if (!to.ok) return to;
    if (inHand.size >= limits.pendingMax) return failed('busy', 'Too many mails are waiting for the mail server.', `${inHand.size} mails wait`, true);
    const giveUp = new AbortController();
    const end = () => giveUp.abort(stopping.signal.reason);
    const timeoutMs = Math.min(mail.timeoutMs ?? limits.sendTimeoutMs, limits.sendTimeoutMs);
    const timer = setTimeout(() => giveUp.abort(new DOMException(`not sent after ${timeoutMs} ms`, 'TimeoutError')), timeoutMs);
    stopping.signal.addEventListener('abort', end, { once: true });
    if (stopping.signal.aborted) end();
    try {
      const info = await transport.sendMail({ ...messageOf(mail, smtp.from, to.value), signal: giveUp.signal });
      const refused = (info.rejectedErrors ?? []).map((error) => ({
        address: error.recipient ?? '',
        error: refusalOf(error.responseCode ?? 0, error.permanent ?? false, error.response ?? error.message),
      }));
      return { ok: true, value: { accepted: info.accepted, refused } };
    } catch (error) {
      return { ok: false, error: mailFailureOf(error) };
    } finally {
      clearTimeout(timer);
      stopping.signal.removeEventListener('abort', end);
    }
  }

  return {
    delivers: true,
    send: (mail) => {
      const sending = deliver(mail);
      inHand.add(sending);
      return sending.finally(() => inHand.delete(sending));
    },
    stop: async () => {
      const timer = setTimeout(() => stopping.abort(new DOMException('Sightglass is stopping', 'AbortError')), limits.stopTimeoutMs);
      await Promise.all(inHand);
      clearTimeout(timer);
      stopping.abort(new DOMException('Sightglass has stopped', 'AbortError'));
      transport.close();
    },
  };
}

/**
 * Port 465 speaks TLS from the start; every other begins in the clear and upgrades when the server can. A password is never
 * sent in the clear, but to this machine itself, whose certificate need not be trusted either: nobody is in between.
 */
export function transportOptions({ host, port, login }: SmtpConfig, { connectTimeoutMs }: Pick<MailLimits, 'connectTimeoutMs'>) {
  const isLocal = isLoopbackHost(host);
  return {
    host,
    port,
    secure: port === 465,
    requireTLS: port !== 465 && login !== undefined && !isLocal,
    tls: { rejectUnauthorized: !isLocal },
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: 30_000,
    socketCloseTimeout: 1_000,
  };
}

/** Addresses as objects and a subject of one line, so that nothing that is given can become a header or a recipient. */
function messageOf(mail: Mail, from: Mailbox, to: Mailbox[]) {
  return {
    from,
    to,
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html ?? htmlOfText(mail.text),
    // RFC 3834: out-of-office programs do not answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...(mail.thread === undefined ? {} : threadOf(mail.thread, from)),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A mail that nobody was sent, to which all of the thread answer (RFC 5322, 3.6.4). A hash: threads are named by what people and telemetry wrote. */
function threadOf(thread: string, from: Mailbox): { inReplyTo: string; references: string } {
  const domain = domainToASCII(from.address.slice(from.address.lastIndexOf('@') + 1));
  const id = `<${createHash('sha256').update(thread).digest('hex').slice(0, 40)}@${domain}>`;
  return { inReplyTo: id, references: id };
}

function recipientsOf(to: string | readonly string[], recipientsMax: number): { ok: true; value: Mailbox[] } | { ok: false; error: MailFailure } {
  const texts = typeof to === 'string' ? [to] : to;
  if (texts.length === 0 || texts.length > recipientsMax) {
    return failed('invalid', `A mail needs 1 to ${recipientsMax} recipients.`, `${texts.length} recipients`);
  }
  const mailboxes: Mailbox[] = [];
  for (const text of texts) {
    const mailbox = parseMailbox(text);
    if (mailbox === null) return failed('invalid', `${JSON.stringify(text.slice(0, 100))} is no mail address.`, 'a recipient is no address');
    mailboxes.push(mailbox);
  }
  return { ok: true, value: mailboxes };
}

function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return plain.length > SUBJECT_CHARACTERS_MAX ? `${plain.slice(0, SUBJECT_CHARACTERS_MAX - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : plain;
}

function failed(reason: MailFailure['reason'], message: string, detail: string, retryable = false): { ok: false; error: MailFailure } {
  return { ok: false, error: { reason, message, detail, retryable } };
}
