import type { OutboundClient } from './outboundClient.ts';

/** What a library's custom-fetch option gets when a request fails; `cause` is the OutboundFailure. */
export class OutboundFetchError extends TypeError {
  override readonly name = 'OutboundFetchError';
}

/** Answers that have no body by the Fetch standard: a Response refuses one. */
const NULL_BODY_STATUS = new Set([101, 103, 204, 205, 304]);

/** As `fetch`; the types of openid-client also know bodies that are undefined or plain bytes, as every fetch takes them. */
export type OutboundFetch = (
  input: string | URL | Request,
  init?: Omit<RequestInit, 'body'> & { body?: RequestInit['body'] | Uint8Array | undefined },
) => Promise<Response>;

/**
 * The client in the shape of `fetch`, for libraries that let their requests be made by others. Differs from `fetch`
 * in what is never done: no private targets, no redirect of a request with a body but by 307 and 308, no decompression.
 */
export function outboundFetch(client: Pick<OutboundClient, 'send'>): OutboundFetch {
  return async (input, init) => {
    const request = new Request(input, init as RequestInit | undefined);
    request.signal.throwIfAborted();
    const result = await client.send({
      url: request.url,
      method: request.method,
      headers: request.headers,
      ...(request.body === null ? {} : { body: new Uint8Array(await request.arrayBuffer()) }),
      signal: request.signal,
      redirect: request.redirect === 'follow' ? 'follow' : 'answer',
    });
    request.signal.throwIfAborted();
    if (!result.ok) throw new OutboundFetchError(result.error.message, { cause: result.error });
    const { status, headers, body, url, redirected } = result.value;
    if (request.redirect === 'error' && status >= 300 && status < 400 && headers.has('location')) {
      throw new OutboundFetchError('The address answered with a redirect.');
    }
    const response = new Response(NULL_BODY_STATUS.has(status) ? null : Buffer.from(body), { status, headers });
    return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
  };
}
