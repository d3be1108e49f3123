/** Single sign-on by OpenID Connect: authorization code with PKCE, state and nonce (OAuth 2.0 Security BCP, RFC 9700). */
import type { SignInError } from '@sightglass/contract/routes/signIn';
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { OutboundClient } from '../../outbound/outboundClient.ts';
import type { SecretBox } from '../../secretBox.ts';
import { cookieValue } from '../sessions.ts';
import { cookiePrefix } from '../auth.ts';
import type { SignIn } from '../signIn.ts';
import { type Claims, personOfClaims } from './personOfClaims.ts';
import { configureProvider } from './providerConfiguration.ts';
import { type KnownProvider, type ProviderStore, redirectUriOf } from './providerStore.ts';
import { localPath, openState, SIGN_ON_LIFETIME_MS, sealState } from './signOnState.ts';

/** Within 15 minutes from one address: many people may share it. */
const STARTS_MAX = 300;

/** Where the browser goes next: to the provider or a page of ours, or to the sign-in page with why not. */
export type SignOnStep = { to: string; setCookies: string[] } | { error: SignInError; setCookies: string[] };

export interface SingleSignOn {
  /** `base`: what addresses of this instance begin with; undefined when that is not known. */
  start(providerId: string, request: { base: string | undefined; returnTo: string | undefined; peerAddress: string }): Promise<SignOnStep>;
  /** `search`: the query of the address that the provider has sent the browser to. */
  finish(providerId: string, request: { search: string; headers: Headers; peerAddress: string }): Promise<SignOnStep>;
}

/** The page of the UI that asks for the code of the second factor. */
export const SECOND_STEP_PAGE = '/sign-in?step=code';

export function createSingleSignOn(options: {
  signIn: SignIn;
  store: ProviderStore;
  outbound: Pick<OutboundClient, 'send'>;
  box: SecretBox;
}): SingleSignOn {
  const { signIn, store, outbound, box } = options;
  const { control, secret, secureCookies, attempts, oneTime, clock, warn } = signIn.identity;
  const cookieName = `${cookiePrefix(secret, secureCookies)}.oidc`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secureCookies ? '; Secure' : ''}`;
  const clear = `${cookieName}=; Max-Age=0; ${attributes}`;

  const usable = (provider: KnownProvider | undefined): (KnownProvider & { clientSecret: string }) | undefined =>
    provider?.enabled === true && provider.clientSecret !== undefined ? { ...provider, clientSecret: provider.clientSecret } : undefined;

  async function askedClaims(
    provider: KnownProvider & { clientSecret: string },
    flow: NonNullable<ReturnType<typeof openState>>,
    search: string,
  ): Promise<Claims> {
    const configuration = await configureProvider(provider, provider.clientSecret, outbound);
    const tokens = await authorizationCodeGrant(configuration, new URL(`${flow.redirectUri}${search}`), {
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      pkceCodeVerifier: flow.codeVerifier,
      idTokenExpected: true,
    });
    const idToken = tokens.claims();
    if (idToken === undefined) throw new Error('The provider sent no id token');
    const isComplete = idToken.email !== undefined && idToken.email_verified !== undefined;
    const asked = isComplete || configuration.serverMetadata().userinfo_endpoint === undefined;
    const person = asked ? idToken : { ...(await fetchUserInfo(configuration, tokens.access_token, idToken.sub)), iss: idToken.iss };
    return {
      issuer: idToken.iss,
      subject: idToken.sub,
      email: typeof person.email === 'string' ? person.email : null,
      // Some providers write it as a text.
      emailVerified: person.email_verified === true || (person.email_verified as unknown) === 'true',
      name: typeof person.name === 'string' ? person.name : null,
    };
  }

  return {
    start: async (providerId, { base, returnTo, peerAddress }) => {
      const failed = (error: SignInError): SignOnStep => ({ error, setCookies: [] });
      if (base === undefined) return failed('no-address');
      const provider = usable(await store.find(providerId));
      if (provider === undefined) return failed('provider-gone');
      if ((await attempts.count([{ of: ['single sign-on from', peerAddress], max: STARTS_MAX }])) > 0) return failed('too-many');
      try {
        const configuration = await configureProvider(provider, provider.clientSecret, outbound);
        const codeVerifier = randomPKCECodeVerifier();
        const flow = {
          providerId,
          state: randomState(),
          nonce: randomNonce(),
          codeVerifier,
          redirectUri: redirectUriOf(base, providerId),
          returnTo: localPath(returnTo),
          expiresAtMs: clock() + SIGN_ON_LIFETIME_MS,
        };
        const to = buildAuthorizationUrl(configuration, {
          redirect_uri: flow.redirectUri,
          scope: [...new Set(['openid', ...provider.scopes])].join(' '),
          response_type: 'code',
          state: flow.state,
          nonce: flow.nonce,
          code_challenge: await calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
        });
        return { to: to.href, setCookies: [`${cookieName}=${sealState(box, flow)}; Max-Age=${SIGN_ON_LIFETIME_MS / 1000}; ${attributes}`] };
      } catch (error) {
        warn(`single sign-on: ${provider.name} could not be asked`, withoutSecrets(error));
        return failed('provider-failed');
      }
    },

    finish: async (providerId, { search, headers, peerAddress }) => {
      const failed = (error: SignInError): SignOnStep => ({ error, setCookies: [clear] });
      const flow = openState(box, cookieValue(headers.get('cookie'), cookieName), clock());
      if (flow === undefined || flow.providerId !== providerId) return failed('expired');
      // Looked at before the answer is used, so that a callback which is sent twice is worth nothing the second time.
      if (new URLSearchParams(search).get('state') !== flow.state) return failed('expired');
      if (!(await oneTime.claim(`single sign-on ${flow.state}`, SIGN_ON_LIFETIME_MS))) return failed('expired');
      const provider = usable(await store.find(providerId));
      if (provider === undefined) return failed('provider-gone');
      let claims: Claims;
      try {
        claims = await askedClaims(provider, flow, search);
      } catch (error) {
        if (error instanceof AuthorizationResponseError) return failed('provider-refused');
        warn(`single sign-on: the answer of ${provider.name} was not taken`, withoutSecrets(error));
        return failed('provider-failed');
      }
      const person = await personOfClaims({ control, clock }, provider, claims, peerAddress);
      if (!person.ok) return failed(person.error);
      const begun = await signIn.withProvider(person.userId, provider.name, headers, peerAddress);
      if (!begun.ok) return failed('no-account');
      const { user, setCookies } = begun.value;
      const to = user === null ? `${SECOND_STEP_PAGE}&return_to=${encodeURIComponent(flow.returnTo)}` : flow.returnTo;
      return { to, setCookies: [...setCookies, clear] };
    },
  };
}

/** What a library throws may hold the whole answer, tokens included; the log gets its words alone. */
function withoutSecrets(error: unknown): Error {
  const words: string[] = [];
  for (let at: unknown = error; at instanceof Error && words.length < 4; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? `${at.code}: ` : '';
    words.push(`${code}${at.message}`);
  }
  return new Error(words.join('; ') || 'unknown');
}
