import { type Config, isLoopbackHost } from './config.ts';

/** What links to this instance begin with, for a request with this `Host`; undefined when it cannot be known. */
export type BaseAddressOf = (host: string | undefined) => string | undefined;

/**
 * The address that the operator has set, or in `local` mode the loopback address that was asked. Anybody can write anything into `Host`,
 * and a mail whose link leads elsewhere would hand its token over, so in `required` mode it is not believed.
 */
export function createBaseAddress({ publicUrl, auth }: Pick<Config, 'publicUrl' | 'auth'>): BaseAddressOf {
  return (host) => {
    if (publicUrl !== undefined) return publicUrl;
    if (auth !== 'local' || host === undefined || !URL.canParse(`http://${host}`)) return undefined;
    const { origin, hostname } = new URL(`http://${host}`);
    // Whatever the parser would mend is no host that a browser sends.
    return isLoopbackHost(hostname) && origin === `http://${host.toLowerCase()}` ? origin : undefined;
  };
}
