import { isLoopbackHost } from '../../config.ts';

/** Why an issuer is refused, in words that follow "The issuer …"; undefined when it may be one (OpenID Connect Discovery 1.0, section 3). */
export function providerProblem(issuer: string): string | undefined {
  if (!URL.canParse(issuer)) return 'must be an address that begins with https://';
  const url = new URL(issuer);
  if (url.search !== '' || url.hash !== '') return 'must not have a ? or #';
  if (url.pathname.endsWith('/.well-known/openid-configuration')) return 'is the part before /.well-known/openid-configuration';
  if (url.protocol !== 'https:' && !mayBeInsecure(issuer)) return 'must begin with https://';
  return undefined;
}

/** Without TLS only what does not leave this machine. */
export const mayBeInsecure = (issuer: string): boolean => isLoopbackHost(new URL(issuer).hostname);
