import type { NodemailerError } from 'nodemailer/lib/errors';
import { isTlsCode } from '../outbound/outboundFailure.ts';

/** Why a mail did not leave. */
export interface MailFailure {
  /** `not-configured`: SMTP_HOST is unset. `invalid`: an address of ours is none. `busy`: too many wait. `refused`: the server said no. `unreachable`: it could not be asked. */
  reason: 'not-configured' | 'invalid' | 'busy' | 'refused' | 'unreachable';
  /** For people: what happened and what helps, without the server's own words. */
  message: string;
  /** For the log: codes and what the server said. */
  detail: string;
  /** Whether the same mail may be taken later. */
  retryable: boolean;
}

const LOGIN_CODES = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2']);
/** Failures of our own message, before any server was asked. */
const MESSAGE_CODES = new Set(['EFILEACCESS', 'EURLACCESS', 'ECONFIG', 'EMAXRECIPIENTS']);

/**
 * What nodemailer threw, as a failure. What the server refuses for good (5xx) is not tried again, with one exception: a
 * sign-in or a certificate is mended by the operator, and mails that wait for that are better late than lost.
 */
export function mailFailureOf(error: unknown): MailFailure {
  const {
    code = '',
    responseCode,
    response,
    permanent,
    message,
    name,
    originalCode = '',
  }: Partial<NodemailerError> = error instanceof Error ? error : {};
  const detail = [code, responseCode, response ?? message ?? String(error)].filter((part) => part !== undefined && part !== '').join(' ');
  if (LOGIN_CODES.has(code)) {
    return {
      reason: 'refused',
      message: 'The mail server refused the sign-in; the operator can correct SMTP_USER and SMTP_PASSWORD.',
      detail,
      retryable: true,
    };
  }
  if (code === 'ETLS' || isTlsCode(originalCode)) {
    return {
      reason: 'unreachable',
      message: 'The mail server offers no trusted TLS; the operator can look at its certificate and SMTP_PORT.',
      detail,
      retryable: true,
    };
  }
  if (responseCode !== undefined) return refusalOf(responseCode, permanent ?? false, detail);
  if (MESSAGE_CODES.has(code)) return { reason: 'invalid', message: 'The mail could not be written.', detail, retryable: false };
  const isLate = code === 'ETIMEDOUT' || code === 'EABORT' || name === 'TimeoutError';
  return {
    reason: 'unreachable',
    message: `The mail server ${isLate ? 'did not answer in time' : 'could not be reached'}.`,
    detail,
    retryable: true,
  };
}

/** An answer of the mail server to a mail or to one of its recipients. */
export function refusalOf(responseCode: number, permanent: boolean, detail: string): MailFailure {
  const message = permanent ? `The mail server refused the mail (${responseCode}).` : `The mail server does not take the mail now (${responseCode}).`;
  return { reason: 'refused', message, detail, retryable: !permanent };
}
