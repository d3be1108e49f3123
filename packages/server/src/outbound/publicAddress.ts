import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ReturnType<typeof ipaddr.parse>;

/**
 * Addresses that look public and are not: they answer only from inside a provider's network, and tell secrets there.
 * 168.63.129.16 is Azure's host agent on every virtual machine.
 */
const INSIDE_PROVIDERS = new Set(['168.63.129.16']);

/**
 * Whether a host on the public internet may be behind the address (as text, without brackets). Everything that is not
 * ordinary unicast is refused: loopback, private, link-local, carrier-grade NAT, benchmarking, documentation, multicast;
 * of IPv6 all outside 2000::/3, and what carries an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo), since
 * a gateway may lead it anywhere. A zone id or what is no plain address is refused.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
 */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  if (address === null || address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
  return !INSIDE_PROVIDERS.has(address.toString());
}

/** A plain address, an IPv4-mapped one as the IPv4 address that it is; null for everything else, zone ids too. */
export function parseAddress(text: string): Address | null {
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return null;
  // In groups only: of `::8.8.8.8`, the compatible form, ipaddr.js would make the mapped one.
  return ipaddr.process(version === 4 ? text : new URL(`http://[${text}]/`).hostname.slice(1, -1));
}
