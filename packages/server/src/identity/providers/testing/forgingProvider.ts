import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { startRecordingServer } from '../../../outbound/testing/recordingServer.ts';

type Part = Record<string, unknown>;

/** What a provider that means harm, or has been taken over, may answer. Everything that is not said is right. */
export interface Forgery {
  /** Claims of the id token to change; undefined takes one out. */
  claims?: Part;
  header?: Part;
  /** Who signs: the provider's key, another under the same id, nobody, or the client secret (HS256). */
  signedBy?: 'provider' | 'stranger' | 'nobody' | 'client secret';
  /** Of the description. */
  metadata?: Part;
  /** The person that userinfo tells of. */
  userinfo?: Part;
}

const base64url = (part: Part | Buffer): string => (Buffer.isBuffer(part) ? part : Buffer.from(JSON.stringify(part))).toString('base64url');
const newKey = (): { privateKey: KeyObject; publicKey: KeyObject } => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A server that speaks as much of OpenID Connect as is needed to lie in it. */
export async function startForgingProvider(client: { id: string; secret: string }) {
  const stranger = newKey();
  let key = newKey();
  let kid = 'first';
  let forgery: Forgery = {};
  let nonce = '';
  const server = await startRecordingServer({
    answer: ({ path }, response) => {
      const answer = answerTo(path);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
    },
  });
  const issuer = `http://127.0.0.1:${server.port}`;

  function answerTo(path: string): Part | undefined {
    if (path === '/.well-known/openid-configuration') {
      return {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        subject_types_supported: ['public'],
        ...forgery.metadata,
      };
    }
    if (path === '/keys') return { keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] };
    if (path === '/token') return { access_token: 'an access token', token_type: 'bearer', id_token: idToken() };
    if (path === '/userinfo') return { sub: 'ada', email: 'ada@example.com', email_verified: true, ...forgery.userinfo };
    return undefined;
  }

  function idToken(): string {
    const now = Math.floor(Date.now() / 1000);
    const signedBy = forgery.signedBy ?? 'provider';
    const header = { alg: signedBy === 'nobody' ? 'none' : signedBy === 'client secret' ? 'HS256' : 'RS256', kid, ...forgery.header };
    const claims = { iss: issuer, sub: 'ada', aud: client.id, iat: now, exp: now + 60, nonce, ...forgery.claims };
    const content = `${base64url(header)}.${base64url(claims)}`;
    if (signedBy === 'nobody') return `${content}.`;
    if (signedBy === 'client secret') return `${content}.${base64url(createHmac('sha256', client.secret).update(content).digest())}`;
    const by = signedBy === 'stranger' ? stranger.privateKey : key.privateKey;
    return `${content}.${base64url(createSign('RSA-SHA256').update(content).sign(by))}`;
  }

  return {
    issuer,
    requests: server.requests,
    /** Takes the nonce of the address to which a sign-in was sent, as the provider would. */
    begin: (address: string, next: Forgery) => {
      nonce = new URL(address).searchParams.get('nonce') ?? '';
      forgery = next;
    },
    forge: (next: Forgery) => {
      forgery = next;
    },
    rotateKeys: () => {
      key = newKey();
      kid = `${kid}, next`;
    },
    stop: server.close,
  };
}
export type ForgingProvider = Awaited<ReturnType<typeof startForgingProvider>>;
