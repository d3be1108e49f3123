/** Why a request to the outside did not succeed, in one shape for all that send. Pure. */

export type OutboundFailureReason =
  | 'invalid-url'
  | 'invalid-request'
  | 'refused-target'
  | 'unresolvable'
  | 'unreachable'
  | 'untrusted-certificate'
  | 'time-out'
  | 'refused-redirect'
  | 'too-large'
  | 'broken-answer'
  | 'status'
  | 'cancelled';

export interface OutboundFailure {
  /** For code and log. It tells inner names from unused ones: never show it to who may not see the network. */
  reason: OutboundFailureReason;
  /** For everyone: generic, without inner addresses. */
  message: string;
  /** For the log: hosts, addresses, the system's own words. Never headers or bodies. */
  detail: string;
  /** Whether the same request may succeed later. */
  retryable: boolean;
  /** What a 429 or 503 asked for, when it did. */
  retryAfterSeconds?: number;
}

const MESSAGES: Record<Exclude<OutboundFailureReason, 'invalid-url' | 'refused-redirect' | 'status'>, string> = {
  'invalid-request': 'The request could not be written: a header or the method is not valid.',
  'refused-target': 'The address cannot be reached from here, or may not be.',
  unresolvable: 'The address cannot be reached from here, or may not be.',
  unreachable: 'The address cannot be reached from here, or may not be.',
  'untrusted-certificate': 'The certificate of the address is not trusted.',
  'time-out': 'The address did not answer in time.',
  'too-large': 'The answer is larger than is accepted.',
  'broken-answer': 'The connection broke, or the answer was no valid HTTP.',
  cancelled: 'The request was cancelled.',
};

const RETRYABLE = new Set<OutboundFailureReason>(['unresolvable', 'unreachable', 'untrusted-certificate', 'time-out', 'broken-answer', 'cancelled']);

export function outboundFailure(reason: keyof typeof MESSAGES, detail: string): OutboundFailure;
export function outboundFailure(reason: 'invalid-url' | 'refused-redirect', detail: string, message: string): OutboundFailure;
export function outboundFailure(reason: Exclude<OutboundFailureReason, 'status'>, detail: string, message?: string): OutboundFailure {
  const generic: Record<string, string> = MESSAGES;
  return { reason, message: message ?? generic[reason] ?? '', detail, retryable: RETRYABLE.has(reason) };
}

/**
 * An answer that is not 2xx as a failure, for senders that only want to know whether it arrived; undefined = it did.
 * 408, 425, 429 and 5xx (but 501 and 505, which will not change) may go better later.
 */
export function failureOfStatus(answer: { status: number; headers: Headers }): OutboundFailure | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const retryable = [408, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
  const failure: OutboundFailure = { reason: 'status', message: `The address answered ${status}.`, detail: `status ${status}`, retryable };
  const wait = headers.get('retry-after') ?? '';
  return retryable && /^\d{1,6}$/.test(wait) ? { ...failure, retryAfterSeconds: Number(wait) } : failure;
}

/** Whether an error's code is about TLS: how certificates fail in Node (`X509_V_ERR_*` and its own), or a handshake. */
export const isTlsCode = (code: string) => /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|ERR_TLS|ERR_SSL/.test(code);
const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EHOSTDOWN', 'ENETDOWN', 'EINVAL']);

/** What undici, the socket or TLS threw, as a failure. Unknown errors count as a broken answer. */
export function failureOfError(error: unknown): OutboundFailure {
  const { code, name, message } = describe(error);
  const detail = `${code || name}: ${message}`;
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return outboundFailure('invalid-request', detail);
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return outboundFailure('time-out', detail);
  if (isTlsCode(code)) return outboundFailure('untrusted-certificate', detail);
  if (UNREACHABLE.has(code)) return outboundFailure('unreachable', detail);
  return outboundFailure('broken-answer', detail);
}

/** Several addresses tried give an AggregateError; its first error tells most. */
function describe(error: unknown): { code: string; name: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', name: 'unknown', message: String(error) };
  const code = (error as NodeJS.ErrnoException).code;
  return { code: typeof code === 'string' ? code : '', name: error.name, message: error.message };
}
