import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';

export const CLIENT = { id: 'sightglass', secret: 'a client secret of the test: with/odd+signs%' };

export interface ProviderPerson {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

/** A certified OpenID Connect provider on loopback; whoever comes is signed in as `person`, without being asked. */
export async function startRealProvider() {
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => (handle === undefined ? response.writeHead(503).end() : handle(request, response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let person: ProviderPerson = { sub: 'nobody' };
  let refuses = false;

  /** Begins, or begins again with other keys. */
  const serve = (redirectUri: string, kid: string) => {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [redirectUri],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      adapter: InMemory,
      jwks: { keys: [{ ...keyNamed(kid), kid, alg: 'RS256', use: 'sig' }] },
      cookies: { keys: ['a key for the cookies of the provider'] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      findAccount: (_ctx, accountId) => ({ accountId, claims: async () => ({ ...person }) }),
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    });
    const answer = provider.callback();
    handle = (request, response) =>
      void (request.url?.startsWith('/interaction/') === true ? interact(provider, request, response) : answer(request, response));
  };

  async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (refuses) return provider.interactionFinished(request, response, { error: 'access_denied' });
    const { prompt, params } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    const grant = new provider.Grant({ accountId: person.sub, clientId: String(params.client_id) });
    grant.addOIDCScope('openid email profile');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  }

  return {
    issuer,
    serve,
    signsIn: (next: ProviderPerson) => {
      person = next;
      refuses = false;
    },
    refuses: () => {
      refuses = true;
    },
    /** Goes through the provider's pages, and answers the address at which it sends the browser back. */
    visit: async (address: string): Promise<URL> => {
      const cookies = new Map<string, string>();
      let url = new URL(address);
      for (let hop = 0; hop < 10 && url.origin === issuer; hop += 1) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
        for (const line of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const location = response.headers.get('location');
        if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`);
        url = new URL(location, url);
      }
      return url;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type RealProvider = Awaited<ReturnType<typeof startRealProvider>>;

const keys = new Map<string, JsonWebKey>();
/** Making one takes long, and each test may have the same. */
function keyNamed(kid: string): JsonWebKey {
  const key = keys.get(kid) ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  keys.set(kid, key);
  return key;
}

const stored = new Map<string, AdapterPayload>();
/** What the provider remembers while the test runs. */
class InMemory implements Adapter {
  constructor(private readonly model: string) {}
  private key(id: string): string {
    return `${this.model}:${id}`;
  }
  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    stored.set(this.key(id), payload);
  }
  async find(id: string): Promise<AdapterPayload | undefined> {
    return stored.get(this.key(id));
  }
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...stored].find(([key, payload]) => key.startsWith(`${this.model}:`) && payload.uid === uid)?.[1];
  }
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }
  async consume(id: string): Promise<void> {
    const payload = stored.get(this.key(id));
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id: string): Promise<void> {
    stored.delete(this.key(id));
  }
  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key);
  }
}
