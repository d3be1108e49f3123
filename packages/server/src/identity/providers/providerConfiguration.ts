import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import { outboundFetch } from '../../outbound/outboundFetch.ts';
import { mayBeInsecure } from './providerIssuer.ts';
import type { KnownProvider } from './providerStore.ts';

/**
 * The provider as it describes itself now. It is asked each time: sign-ins are rare, and so a key or an address that the provider has
 * changed is used from the next sign-in on. Rejects when it cannot be asked or describes another issuer.
 */
export async function configureProvider(
  { issuer, clientId }: Pick<KnownProvider, 'issuer' | 'clientId'>,
  clientSecret: string,
  outbound: Pick<OutboundClient, 'send'>,
): Promise<Configuration> {
  const fetchOutside = outboundFetch(outbound);
  const execute = mayBeInsecure(issuer) ? [allowInsecureRequests] : [];
  const found = await discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, [customFetch]: fetchOutside });
  const metadata = found.serverMetadata();
  // Absent means basic (OpenID Connect Discovery 1.0, section 3). Where both are offered, the body needs no escaping on which people differ.
  const inBody = metadata.token_endpoint_auth_methods_supported?.includes('client_secret_post') ?? false;
  const authentication = inBody ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
  const configuration = new Configuration(metadata, clientId, clientSecret, authentication);
  configuration[customFetch] = fetchOutside;
  for (const set of execute) set(configuration);
  // Otherwise the signature of an id token that came by TLS is not looked at.
  enableNonRepudiationChecks(configuration);
  return configuration;
}
