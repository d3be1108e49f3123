/**
 * The private targets that the operator lets this instance call: SIGHTGLASS_OUTBOUND_ALLOW, a list by commas of
 * `host`, `host:port` and networks (CIDR). Pure.
 */
import { isIP } from 'node:net';
import { type Address, isPublicAddress, parseAddress } from './publicAddress.ts';

/** `name` allows whatever the name resolves to; `network` allows addresses, however they were named. Port null = every port. */
export type AllowedTarget =
  | { kind: 'name'; name: string; port: number | null }
  | { kind: 'network'; network: [Address, number]; port: number | null };

export type OutboundAllow = readonly AllowedTarget[];

/** Where a request wants to go. `hostname` as in a URL, brackets or not. */
export interface OutboundTarget {
  hostname: string;
  port: number;
}

/** The list, or the first entry that is none. */
export function parseOutboundAllow(text: string): { ok: true; value: OutboundAllow } | { ok: false; entry: string } {
  const allow: AllowedTarget[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const target = parseEntry(entry);
    if (target === null) return { ok: false, entry };
    allow.push(target);
  }
  return { ok: true, value: allow };
}

/** Whether a connection for this target may go to this address (text, as a resolver gives it). */
export function mayReach(allow: OutboundAllow, target: OutboundTarget, address: string): boolean {
  return isPublicAddress(address) || allow.some((allowed) => isAllowed(allowed, target, address));
}

/** A host name as it is compared: without brackets and the final dot, in lower case. */
export function plainHostname(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isAllowed(allowed: AllowedTarget, target: OutboundTarget, address: string): boolean {
  if (allowed.port !== null && allowed.port !== target.port) return false;
  if (allowed.kind === 'name') return allowed.name === plainHostname(target.hostname);
  const [network, bits] = allowed.network;
  const plain = parseAddress(address);
  return plain !== null && plain.kind() === network.kind() && plain.match(network, bits);
}

const bitsOf = (address: Address) => (address.kind() === 'ipv4' ? 32 : 128);

function parseEntry(entry: string): AllowedTarget | null {
  if (entry.includes('/')) return parseNetwork(entry);
  if (isIP(entry) === 6) return parseHost(`[${entry}]`, null);
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65_535)) return null;
  return parseHost(host, port === undefined ? null : Number(port));
}

function parseNetwork(entry: string): AllowedTarget | null {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  const parsed = parseAddress(address);
  if (parsed === null || Number(bits) > bitsOf(parsed)) return null;
  return { kind: 'network', network: [parsed, Number(bits)], port: null };
}

/** An address allows that address alone. Anything that a URL would read as another host than written is refused (`0x7f.1`, `a b`, `*`). */
function parseHost(host: string, port: number | null): AllowedTarget | null {
  const plain = plainHostname(host);
  if (isIP(plain) !== 0) {
    const address = parseAddress(plain);
    if (address === null || (isIP(plain) === 6) !== host.startsWith('[')) return null;
    return { kind: 'network', network: [address, bitsOf(address)], port };
  }
  if (!/^[\p{L}\p{N}_]([\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}_])?)*$/u.test(plain))
    return null;
  if (!URL.canParse(`http://${plain}/`)) return null;
  const name = new URL(`http://${plain}/`).hostname;
  return isIP(name) === 0 ? { kind: 'name', name, port } : null;
}
