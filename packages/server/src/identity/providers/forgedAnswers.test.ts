import { rmSync } from 'node:fs';
import type { IdentityProvider } from '@sightglass/contract/routes/identityProviders';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyControlDir, TEST_SECRET } from '../../../test/emptyControl.ts';
import { type ControlConnection, connectControl } from '../../control/connect.ts';
import { type AccountProgram, BASE, startAccountProgram } from '../testing/accountProgram.ts';
import { type Forgery, type ForgingProvider, startForgingProvider } from './testing/forgingProvider.ts';

const CLIENT = { id: 'sightglass', secret: 'a client secret of the test' };
const HOUR_SECONDS = 3_600;
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('answers of a provider that are not what they should be', () => {
  let dataDir: string;
  let control: ControlConnection;
  let program: AccountProgram;
  let forging: ForgingProvider;
  let provider: IdentityProvider;
  beforeAll(async () => {
    dataDir = await emptyControlDir();
    control = await connectControl({ dataDir, secret: TEST_SECRET });
    forging = await startForgingProvider(CLIENT);
    program = await startAccountProgram(control, { publicUrl: BASE });
    const owner = await program.signedIn();
    const body = { name: 'Forger', issuer: forging.issuer, client_id: CLIENT.id, client_secret: CLIENT.secret };
    provider = (await owner.ask<IdentityProvider>('POST', '/api/obs/identity-providers', body)).body;
  });
  afterAll(async () => {
    program.stop();
    await forging.stop();
    await control.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    program.warnings.length = 0;
  });

  async function signOn(forgery: Forgery, atStart: Forgery = {}, more = '') {
    const browser = program.openBrowser();
    forging.forge(atStart);
    const address = (await browser.ask('GET', `/api/auth/oidc/${provider.id}/start`)).headers.get('location') ?? '';
    if (!address.startsWith(forging.issuer)) return address;
    forging.begin(address, forgery);
    const state = encodeURIComponent(new URL(address).searchParams.get('state') ?? '');
    const back = await browser.ask('GET', `/api/auth/oidc/${provider.id}/callback?code=a-code&state=${state}${more}`);
    const me = await browser.ask('GET', '/api/obs/me');
    expect(me.status).toBe(back.headers.get('location') === '/' ? 200 : 401);
    return back.headers.get('location');
  }

  test('the right answer is taken, or the others would prove nothing', async () => {
    expect(await signOn({})).toBe('/');
    expect(forging.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining(['POST /token', 'GET /keys', 'GET /userinfo']),
    );
  });

  test.each<[string, Forgery]>([
    ['the nonce of another sign-in', { claims: { nonce: 'of another sign-in' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer', { claims: { iss: 'https://login.example.com' } }],
    ['another audience', { claims: { aud: 'another client' } }],
    ['an audience among others without saying for whom', { claims: { aud: ['another client', 'sightglass'], azp: 'another client' } }],
    ['a token that has ended', { claims: { exp: nowSeconds() - HOUR_SECONDS, iat: nowSeconds() - 2 * HOUR_SECONDS } }],
    ['a token without an end', { claims: { exp: undefined } }],
    ['a token that is not valid yet', { claims: { nbf: nowSeconds() + HOUR_SECONDS } }],
    ['no subject', { claims: { sub: undefined } }],
    ['the signature of a stranger', { signedBy: 'stranger' }],
    ['no signature', { signedBy: 'nobody' }],
    ['an algorithm that was not agreed on', { signedBy: 'client secret' }],
    ['a key that the provider does not have', { header: { kid: 'unknown' } }],
    ['userinfo of somebody else', { userinfo: { sub: 'somebody else', email: 'ada@example.com' } }],
    ['a description of another issuer', { metadata: { issuer: 'https://login.example.com' } }],
    ['keys at a private address', { metadata: { jwks_uri: 'http://10.0.0.1/keys' } }],
    ['a place for codes at a private address', { metadata: { token_endpoint: 'http://169.254.169.254/token' } }],
  ])('%s is refused', async (_what, forgery) => {
    expect(await signOn(forgery)).toBe('/sign-in?error=provider-failed');
    expect(program.warnings).toHaveLength(1);
    for (const hidden of ['a-code', 'an access token', CLIENT.secret]) expect(program.warnings.join()).not.toContain(hidden);
  });

  test('an answer that says it comes from another issuer is refused where the provider says its own', async () => {
    const says = { metadata: { authorization_response_iss_parameter_supported: true } };
    expect(await signOn(says, says, `&iss=${encodeURIComponent('https://login.example.com')}`)).toBe('/sign-in?error=provider-failed');
    expect(await signOn(says, says)).toBe('/sign-in?error=provider-failed');
    expect(await signOn(says, says, `&iss=${encodeURIComponent(forging.issuer)}`)).toBe('/');
  });

  test('a provider without an address for people to sign in at is not begun with', async () => {
    expect(await signOn({}, { metadata: { authorization_endpoint: undefined } })).toBe('/sign-in?error=provider-failed');
  });

  test('an error of the provider that nobody here has asked for does nothing', async () => {
    const browser = program.openBrowser();
    const back = await browser.ask('GET', `/api/auth/oidc/${provider.id}/callback?error=access_denied&state=made-up`);
    expect(back.headers.get('location')).toBe('/sign-in?error=expired');
  });

  test('keys that are changed between two sign-ins, and during one, are the ones that count', async () => {
    expect(await signOn({})).toBe('/');
    forging.rotateKeys();
    expect(await signOn({})).toBe('/');
    const browser = program.openBrowser();
    forging.forge({});
    const address = (await browser.ask('GET', `/api/auth/oidc/${provider.id}/start`)).headers.get('location') ?? '';
    forging.rotateKeys();
    forging.begin(address, {});
    const state = encodeURIComponent(new URL(address).searchParams.get('state') ?? '');
    expect((await browser.ask('GET', `/api/auth/oidc/${provider.id}/callback?code=c&state=${state}`)).headers.get('location')).toBe('/');
  });
});
