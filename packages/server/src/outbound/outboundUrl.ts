import { isIP } from 'node:net';
import { mayReach, type OutboundAllow, type OutboundTarget, plainHostname } from './outboundAllow.ts';
import { type OutboundFailure, outboundFailure } from './outboundFailure.ts';

/** Longer addresses are mistakes or attacks; the longest that senders of webhooks hand out are some hundred. */
export const URL_CHARACTERS_MAX = 2_048;

export type ReadUrl = { ok: true; value: URL } | { ok: false; error: OutboundFailure };

/**
 * The check of an address that needs no network: at save, before each request and at each redirect. It refuses what
 * is no http or https address, credentials, and hosts that are addresses in any form that URLs take (decimal, octal,
 * hex, short, full-width: the URL parser makes them plain) unless public or allowed. Names are checked when they are
 * resolved; `localhost` is one that is known.
 */
export function readOutboundUrl(text: string, allow: OutboundAllow): ReadUrl {
  if (text.length > URL_CHARACTERS_MAX) return invalid(`An address may have at most ${URL_CHARACTERS_MAX} characters.`);
  // The parser would leave out what stands here, so that a person and the program read different addresses.
  if (/[\u0000-\u0020\u007f\\]/.test(text) || !URL.canParse(text)) return invalid('Enter a whole address that begins with https:// or http://.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('Only addresses that begin with https:// or http:// can be called.');
  if (url.username !== '' || url.password !== '') return invalid('Leave user name and password out of the address.');
  url.hash = '';
  const target = targetOf(url);
  const known = knownAddresses(target.hostname);
  if (known.length > 0 && !known.some((address) => mayReach(allow, target, address))) {
    const error = outboundFailure('refused-target', `${target.hostname}:${target.port} is not public and not in SIGHTGLASS_OUTBOUND_ALLOW`);
    return { ok: false, error: { ...error, message: PRIVATE_TARGET } };
  }
  return { ok: true, value: url };
}

/** Said of addresses that a person has written, where it tells them nothing that they do not know. */
export const PRIVATE_TARGET =
  'This address is private or loopback and may not be called from here. The operator of this instance can list it in SIGHTGLASS_OUTBOUND_ALLOW.';

/** Host (no brackets, no final dot) and port, also when the port is the scheme's own. */
export function targetOf(url: URL): OutboundTarget {
  return { hostname: plainHostname(url.hostname), port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port) };
}

/** Addresses of a host that need no resolver. RFC 6761 gives `localhost` and all below it to loopback. */
export function knownAddresses(hostname: string): string[] {
  if (isIP(hostname) !== 0) return [hostname];
  return hostname === 'localhost' || hostname.endsWith('.localhost') ? ['127.0.0.1', '::1'] : [];
}

function invalid(message: string): ReadUrl {
  return { ok: false, error: outboundFailure('invalid-url', message, message) };
}
