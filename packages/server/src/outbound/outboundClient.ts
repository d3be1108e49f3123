/**
 * The one way to the outside: everything in the product that calls an address which a person or a program has given
 * (webhooks, chat channels, identity providers) sends it here. Checked at save (`checkUrl`), at connect and at every
 * redirect. A request has a connection of its own, so that what was checked is what is used.
 */
import { Client } from 'undici';
import { fail, ok, type Result } from '../result.ts';
import { guardedConnect, NotConnected, permittedAddresses, type ResolveName, resolveBySystem } from './guardedConnect.ts';
import type { OutboundAllow } from './outboundAllow.ts';
import { failureOfError, type OutboundFailure, outboundFailure } from './outboundFailure.ts';
import { PRIVATE_TARGET, readOutboundUrl, targetOf } from './outboundUrl.ts';
import { readAnswerBody } from './readAnswerBody.ts';
import { type Hop, REDIRECTS_MAX, redirectHop, tooManyRedirects, type UncheckedHop } from './redirectHop.ts';

export interface OutboundLimits {
  /** TCP and TLS to one host. */
  connectTimeoutMs: number;
  /** Everything: names, connections, redirects, the whole answer. */
  timeoutMs: number;
  /** Of the answer's body. */
  bodyBytesMax: number;
  /** How long `checkUrl` waits for the resolver. A name that is not resolved by then passes: each connect checks again. */
  checkTimeoutMs: number;
}

export const OUTBOUND_LIMITS: OutboundLimits = { connectTimeoutMs: 5_000, timeoutMs: 10_000, bodyBytesMax: 1_048_576, checkTimeoutMs: 2_000 };

/** What a request may not say: it is about the connection, or would name another host than was checked. */
const HEADERS_OF_CONNECTION = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

export interface OutboundRequest {
  url: string;
  /** Absent = GET, or POST when there is a body. */
  method?: string;
  headers?: Record<string, string> | Headers;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** Absent = `follow`, at most 5 steps, each checked. `answer` = a redirect is an answer like any other. */
  redirect?: 'follow' | 'answer';
  /** A body beyond bodyBytesMax: absent = `fail`; `cut` = take its beginning, for senders to whom the status is all that matters. */
  excess?: 'fail' | 'cut';
  limits?: Partial<OutboundLimits>;
}

export interface OutboundAnswer {
  /** Any, 4xx and 5xx too; `failureOfStatus` makes a failure of those. */
  status: number;
  headers: Headers;
  /** As sent: no encoding is offered, so none is expected. */
  body: Uint8Array;
  /** Whether `excess: 'cut'` left something out. */
  bodyIsCut: boolean;
  /** Of the last hop. */
  url: string;
  redirected: boolean;
}

export type OutboundResult = { ok: true; value: OutboundAnswer } | { ok: false; error: OutboundFailure };

type Step = OutboundResult | { ok: true; next: UncheckedHop };

export interface OutboundClient {
  /**
   * For forms: the address in its plain form, or a field error at `pointer`. A name that resolves to nothing but
   * private addresses is refused; one that does not resolve now is not.
   */
  checkUrl(text: string, pointer: string): Promise<Result<string>>;
  /** Never throws. */
  send(request: OutboundRequest): Promise<OutboundResult>;
  /** Ends what is under way; later requests are cancelled at once. */
  close(): void;
}

export function createOutboundClient(options: {
  allow: OutboundAllow;
  userAgent?: string;
  resolve?: ResolveName;
  limits?: Partial<OutboundLimits>;
  extraCa?: string;
}): OutboundClient {
  const { allow, resolve = resolveBySystem, userAgent = 'Sightglass', extraCa } = options;
  const active = new Set<AbortController>();
  let isClosed = false;

  /** One request and its answer, or where it leads. The body of a redirect is not read. */
  async function step(hop: Hop, request: OutboundRequest, limits: OutboundLimits, signal: AbortSignal): Promise<Step> {
    const { connectTimeoutMs } = limits;
    const connect = guardedConnect({ allow, resolve, connectTimeoutMs, signal, ...(extraCa === undefined ? {} : { extraCa }) });
    // The signal bounds the whole; no time-outs of its parts beside it, and no connection kept for another request.
    const client = new Client(hop.url.origin, { connect, pipelining: 0, headersTimeout: 0, bodyTimeout: 0 });
    // undici heeds the signal of a request only once it is connected.
    const giveUp = () => void client.destroy(signal.reason as Error, () => undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const answer = await client.request({
        path: `${hop.url.pathname}${hop.url.search}`,
        method: hop.method as 'POST',
        headers: Object.fromEntries(hop.headers),
        body: hop.body,
        signal,
      });
      const status = answer.statusCode;
      const headers = headersOf(answer.headers);
      const next = request.redirect === 'answer' ? null : redirectHop(hop, status, headers.get('location'));
      if (next !== null) {
        answer.body.on('error', () => undefined).destroy();
        return next.ok ? { ok: true, next: next.value } : next;
      }
      const read = await readAnswerBody(answer.body, limits.bodyBytesMax);
      if (read.isCut && request.excess !== 'cut') return { ok: false, error: outboundFailure('too-large', `more than ${limits.bodyBytesMax} bytes`) };
      return { ok: true, value: { status, headers, body: read.bytes, bodyIsCut: read.isCut, url: hop.url.href, redirected: false } };
    } catch (error) {
      if (error instanceof NotConnected) return { ok: false, error: error.failure };
      return { ok: false, error: signal.aborted ? failureOfAbort(signal) : failureOfError(error) };
    } finally {
      signal.removeEventListener('abort', giveUp);
      client.destroy().catch(() => undefined);
    }
  }

  async function followed(request: OutboundRequest, limits: OutboundLimits, signal: AbortSignal): Promise<OutboundResult> {
    const first = firstHop(request, userAgent);
    if (!first.ok) return first;
    let hop = first.value;
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      const url = readOutboundUrl(hop.url, allow);
      // Where a redirect leads is not what the sender wrote: it learns no more of it than of any other address.
      if (!url.ok) return { ok: false, error: redirects === 0 ? url.error : outboundFailure('refused-target', `redirect: ${url.error.detail}`) };
      const done = await step({ ...hop, url: url.value }, request, limits, signal);
      if (!done.ok) return { ok: false, error: { ...done.error, detail: `${url.value.host}: ${done.error.detail}` } };
      if ('value' in done) return { ok: true, value: { ...done.value, redirected: redirects > 0 } };
      hop = done.next;
    }
    return { ok: false, error: tooManyRedirects(`it ended at ${new URL(hop.url).host}`) };
  }

  async function send(request: OutboundRequest): Promise<OutboundResult> {
    const limits = { ...OUTBOUND_LIMITS, ...options.limits, ...request.limits };
    const ending = new AbortController();
    const cancel = () => ending.abort(new DOMException('cancelled by the caller', 'AbortError'));
    const timer = setTimeout(() => ending.abort(new DOMException(`not done after ${limits.timeoutMs} ms`, 'TimeoutError')), limits.timeoutMs);
    request.signal?.addEventListener('abort', cancel, { once: true });
    active.add(ending);
    if (isClosed || request.signal?.aborted === true) cancel();
    try {
      return ending.signal.aborted ? { ok: false, error: failureOfAbort(ending.signal) } : await followed(request, limits, ending.signal);
    } finally {
      active.delete(ending);
      request.signal?.removeEventListener('abort', cancel);
      clearTimeout(timer);
    }
  }

  async function checkUrl(text: string, pointer: string): Promise<Result<string>> {
    const url = readOutboundUrl(text, allow);
    const refused = (message: string) => fail('invalid-request', message, [{ pointer, message }]);
    if (!url.ok) return refused(url.error.message);
    const { hostname, port } = targetOf(url.value);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, options.limits?.checkTimeoutMs ?? OUTBOUND_LIMITS.checkTimeoutMs, null);
    });
    const resolved = permittedAddresses(hostname, port, allow, resolve).then(
      () => null,
      (error: unknown) => (error instanceof NotConnected ? error.failure : null),
    );
    const failure = await Promise.race([resolved, tooLate]);
    clearTimeout(timer);
    return failure?.reason === 'refused-target' ? refused(PRIVATE_TARGET) : ok(url.value.href);
  }

  function close(): void {
    isClosed = true;
    for (const ending of active) ending.abort(new DOMException('Sightglass is stopping', 'AbortError'));
  }

  return { checkUrl, send, close };
}

function firstHop(request: OutboundRequest, userAgent: string): { ok: true; value: UncheckedHop } | { ok: false; error: OutboundFailure } {
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : (request.body ?? null);
  const method = (request.method ?? (body === null ? 'GET' : 'POST')).toUpperCase();
  try {
    const headers = new Headers(request.headers);
    for (const name of HEADERS_OF_CONNECTION) headers.delete(name);
    headers.set('accept-encoding', 'identity');
    if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
    return { ok: true, value: { url: request.url, method, headers, body } };
  } catch (error) {
    return { ok: false, error: outboundFailure('invalid-request', error instanceof Error ? error.message : String(error)) };
  }
}

function failureOfAbort({ reason }: AbortSignal): OutboundFailure {
  const isTimeOut = reason instanceof Error && reason.name === 'TimeoutError';
  return outboundFailure(isTimeOut ? 'time-out' : 'cancelled', reason instanceof Error ? reason.message : String(reason));
}

function headersOf(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  return headers;
}
