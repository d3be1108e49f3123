import { type OutboundFailure, outboundFailure } from './outboundFailure.ts';

/** One request of a chain. */
export interface Hop {
  url: URL;
  method: string;
  headers: Headers;
  body: Uint8Array | null;
}

/** A request whose address has not been checked yet. */
export type UncheckedHop = Omit<Hop, 'url'> & { url: string };

export const REDIRECTS_MAX = 5;

/** All that another origin gets to see. Anything else may be a credential, and a new one should not have to be thought of here. */
const HEADERS_FOR_OTHERS = new Set(['accept', 'accept-language', 'content-type', 'user-agent', 'x-sightglass-signature']);

/**
 * Where an answer leads; null = it is no redirect. Refused: from https to http, an address that is none, and 301, 302,
 * 303 of a request with a body: clients turn these into a GET, and a message would be lost while all looks well.
 * Whether the new address may be reached is checked by who follows it.
 */
export function redirectHop(
  hop: Hop,
  status: number,
  location: string | null,
): { ok: true; value: UncheckedHop } | { ok: false; error: OutboundFailure } | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return null;
  if (!URL.canParse(location, hop.url.href)) return refused('it leads to no valid address', `location of ${hop.url.host} is no address`);
  const url = new URL(location, hop.url);
  if (hop.url.protocol === 'https:' && url.protocol === 'http:')
    return refused('it leads from https to http', `${hop.url.host} to http://${url.host}`);
  const isRead = hop.method === 'GET' || hop.method === 'HEAD';
  if (status < 307 && !isRead) {
    return refused('it would lose the message; enter the address that it leads to', `status ${status} to a ${hop.method} from ${hop.url.host}`);
  }
  const headers = url.origin === hop.url.origin ? hop.headers : new Headers([...hop.headers].filter(([name]) => HEADERS_FOR_OTHERS.has(name)));
  return { ok: true, value: { url: url.href, method: hop.method, headers, body: hop.body } };
}

export const tooManyRedirects = (detail: string) => refused(`it goes on for more than ${REDIRECTS_MAX} steps`, detail).error;

function refused(why: string, detail: string): { ok: false; error: OutboundFailure } {
  return { ok: false, error: outboundFailure('refused-redirect', detail, `The redirect of the address is not followed: ${why}.`) };
}
