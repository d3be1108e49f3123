import type { IdentityProviderCheck } from '@sightglass/contract/routes/identityProviders';
import type { Configuration } from 'openid-client';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import { configureProvider } from './providerConfiguration.ts';
import type { KnownProvider } from './providerStore.ts';

type Finding = IdentityProviderCheck['findings'][number];

/** Asks the provider for its description and its keys, and says in words whether sign-in can work. Signs nobody in. */
export async function checkProvider(
  provider: KnownProvider,
  base: string | undefined,
  outbound: Pick<OutboundClient, 'send'>,
): Promise<IdentityProviderCheck> {
  const findings: Finding[] = [];
  const find = (ok: boolean, text: string) => findings.push({ ok, text });
  if (base === undefined) find(false, 'SIGHTGLASS_PUBLIC_URL is not set, so the provider cannot send people back here.');
  if (provider.clientSecret === undefined) {
    find(false, 'The client secret was encrypted with another secret of this instance. Enter it again.');
    return { ok: false, findings };
  }
  try {
    const configuration = await configureProvider(provider, provider.clientSecret, outbound);
    find(true, `The provider describes itself as ${configuration.serverMetadata().issuer}.`);
    findings.push(...describe(configuration), await lookAtKeys(configuration, outbound));
  } catch (error) {
    find(false, `The provider could not be asked: ${wordsOf(error)}`);
  }
  return { ok: findings.every(({ ok }) => ok), findings };
}

function describe(configuration: Configuration): Finding[] {
  const { authorization_endpoint, token_endpoint, response_types_supported, code_challenge_methods_supported, scopes_supported } =
    configuration.serverMetadata();
  const found: Finding[] = [];
  const find = (ok: boolean, good: string, bad: string) => found.push({ ok, text: ok ? good : bad });
  const endpoints = authorization_endpoint !== undefined && token_endpoint !== undefined;
  find(endpoints, 'It names where people sign in and where codes are exchanged.', 'It names no authorization_endpoint or no token_endpoint.');
  find(response_types_supported?.includes('code') ?? true, 'It answers with codes.', 'It does not offer the response type code.');
  if (code_challenge_methods_supported === undefined) find(true, 'It does not say whether it checks PKCE; it is sent anyway.', '');
  else find(code_challenge_methods_supported.includes('S256'), 'It checks PKCE.', 'It does not offer PKCE with S256.');
  find(
    scopes_supported?.includes('email') ?? true,
    'It can tell e-mail addresses.',
    'It does not offer the scope email, so people cannot be told by it.',
  );
  return found;
}

async function lookAtKeys(configuration: Configuration, outbound: Pick<OutboundClient, 'send'>): Promise<Finding> {
  const { jwks_uri } = configuration.serverMetadata();
  if (jwks_uri === undefined) return { ok: false, text: 'It names no jwks_uri, so its signatures cannot be checked.' };
  const answer = await outbound.send({ url: jwks_uri });
  if (!answer.ok) return { ok: false, text: `Its keys could not be had: ${answer.error.message}` };
  const count = keysIn(answer.value.body);
  return count > 0
    ? { ok: true, text: `It has ${count} ${count === 1 ? 'key' : 'keys'} to sign with.` }
    : { ok: false, text: 'Its jwks_uri holds no keys.' };
}

function keysIn(body: Uint8Array): number {
  try {
    const { keys } = JSON.parse(Buffer.from(body).toString('utf8')) as { keys?: unknown };
    return Array.isArray(keys) ? keys.length : 0;
  } catch {
    return 0;
  }
}

/** The outermost words, and those of what was outside us where they say more. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason.';
  const { message, cause } = error;
  const inner = cause !== null && typeof cause === 'object' && 'message' in cause && typeof cause.message === 'string' ? cause.message : message;
  return (inner === message ? message : `${message} (${inner})`).slice(0, 500);
}
