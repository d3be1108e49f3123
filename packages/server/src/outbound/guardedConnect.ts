import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import { mayReach, type OutboundAllow } from './outboundAllow.ts';
import { type OutboundFailure, outboundFailure } from './outboundFailure.ts';
import { knownAddresses } from './outboundUrl.ts';

/** Every address of a name, in the order in which they are to be tried. Throws when there is none. */
export type ResolveName = (hostname: string) => Promise<string[]>;

/** As the system resolves names: its hosts file, then DNS. */
export const resolveBySystem: ResolveName = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address);

/** A connection that was not made, with the reason that its request shall give. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
  readonly failure: OutboundFailure;
  constructor(failure: OutboundFailure) {
    super(failure.detail);
    this.failure = failure;
  }
}

/**
 * The check at connect, the last before a socket is made. A host is resolved once; the socket goes to the addresses
 * that were checked and to none that a second look-up would give (DNS rebinding). Of several addresses those that may
 * not be reached are left out. Hosts that are addresses never meet a resolver, so they are checked here, too.
 */
export function guardedConnect(options: {
  allow: OutboundAllow;
  resolve: ResolveName;
  connectTimeoutMs: number;
  signal: AbortSignal;
  /** PEM, beside the well-known authorities; what NODE_EXTRA_CA_CERTS gives holds as well only when this is absent. */
  extraCa?: string;
}): buildConnector.connector {
  const { allow, resolve, connectTimeoutMs, signal } = options;
  const tls = options.extraCa === undefined ? {} : { ca: [...rootCertificates, options.extraCa] };
  async function connect(request: buildConnector.Options, callback: buildConnector.Callback): Promise<void> {
    const port = Number(request.port || (request.protocol === 'https:' ? 443 : 80));
    let addresses: string[];
    try {
      addresses = await permittedAddresses(request.hostname, port, allow, resolve);
      // A slow resolver may answer after its request has been given up.
      signal.throwIfAborted();
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
      return;
    }
    const base = { ...tls, autoSelectFamily: true, timeout: connectTimeoutMs, maxCachedSessions: 0 };
    buildConnector({ ...base, lookup: pinnedLookup(addresses) })(request, callback);
  }
  return (request, callback) => void connect(request, callback);
}

/** What a socket gets for a look-up: the addresses that were checked, whatever the name. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, done) => {
    if (all === true) done(null, answers);
    else done(null, answers[0]?.address ?? '', answers[0]?.family);
  };
}

/** @throws NotConnected when the name has no address, or none that may be reached */
export async function permittedAddresses(hostname: string, port: number, allow: OutboundAllow, resolve: ResolveName): Promise<string[]> {
  const addresses = isIP(hostname) === 0 ? await resolved(hostname, resolve) : knownAddresses(hostname);
  const permitted = addresses.filter((address) => mayReach(allow, { hostname, port }, address));
  if (permitted.length === 0) {
    throw new NotConnected(
      outboundFailure('refused-target', `${hostname}:${port} is ${addresses.join(', ')}: not public, not in SIGHTGLASS_OUTBOUND_ALLOW`),
    );
  }
  return permitted;
}

async function resolved(hostname: string, resolve: ResolveName): Promise<string[]> {
  const addresses = await resolve(hostname).catch((error: unknown) => {
    throw new NotConnected(outboundFailure('unresolvable', `${hostname}: ${error instanceof Error ? error.message : String(error)}`));
  });
  if (addresses.length === 0) throw new NotConnected(outboundFailure('unresolvable', `${hostname} has no address`));
  return addresses;
}
