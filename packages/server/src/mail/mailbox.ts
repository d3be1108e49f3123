import { domainToASCII } from 'node:url';

/** Where a mail goes or comes from. */
export interface Mailbox {
  /** Shown beside the address; empty = none. */
  name: string;
  address: string;
}

/** RFC 5321 4.5.3.1.3: a path has at most 256 characters, two of them the brackets. */
const ADDRESS_CHARACTERS_MAX = 254;

/**
 * One address, or `Name <address>`; null when it is neither. Stricter than RFC 5322 on purpose: no quoted local parts,
 * comments, groups, lists or line breaks, so that nothing of it can become another header, recipient or SMTP command.
 */
export function parseMailbox(text: string): Mailbox | null {
  const [, name = '', bracketed] = /^([^<>]*)<([^<>]+)>$/.exec(text.trim()) ?? [];
  const address = (bracketed ?? text).trim();
  const plainName = name.trim().replace(/^"(.*)"$/, '$1');
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\]/u.test(plainName)) return null;
  return isAddress(address) ? { name: plainName, address } : null;
}

/** `local@domain`; letters of every script, digits and the signs of RFC 5322's atoms before the @, a host name behind it. */
function isAddress(address: string): boolean {
  const [, local = '', domain = ''] = /^([^@]+)@([^@]+)$/.exec(address) ?? [];
  if (address.length > ADDRESS_CHARACTERS_MAX || local.length > 64) return false;
  if (!/^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local)) return false;
  return /^[\p{L}\p{N}\p{M}.-]+$/u.test(domain) && /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/.test(domainToASCII(domain));
}
