import { allowInsecureRequests, type Configuration, clientCredentialsGrant, customFetch, discovery } from 'openid-client';
import { afterEach, describe, expect, it } from 'vitest';
import { parseOutboundAllow } from './outboundAllow.ts';
import { createOutboundClient } from './outboundClient.ts';
import { OutboundFetchError, outboundFetch } from './outboundFetch.ts';
import { startRecordingServer } from './testing/recordingServer.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serve(answer: NonNullable<Parameters<typeof startRecordingServer>[0]>['answer'] & {}) {
  const server = await startRecordingServer({ answer });
  closers.push(server.close);
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}

function fetchAllowing(allowed: string) {
  const allow = parseOutboundAllow(allowed);
  return outboundFetch(createOutboundClient({ allow: allow.ok ? allow.value : [] }));
}

describe('outboundFetch', () => {
  it('sends and reads as fetch does', async () => {
    const { url, requests } = await serve((_request, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"a":"ü"}');
    });
    const fetchOutside = fetchAllowing('127.0.0.1');
    const response = await fetchOutside(new URL(url), {
      method: 'post',
      body: new URLSearchParams({ a: 'b c' }),
      headers: { authorization: 'Basic x' },
    });
    expect([response.status, response.ok, response.url, response.redirected]).toEqual([201, true, `${url}/`, false]);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ a: 'ü' });
    const headers = { authorization: 'Basic x', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
    expect(requests).toMatchObject([{ method: 'POST', body: 'a=b+c', headers }]);
  });

  it.each([204, 304])('answers %d without a body', async (status) => {
    const { url } = await serve((_request, response) => void response.writeHead(status).end());
    expect(await fetchAllowing('127.0.0.1')(url)).toMatchObject({ status, body: null });
  });

  it('treats redirects as told', async () => {
    const { url } = await serve(({ path }, response) => {
      if (path === '/end') response.end('end');
      else response.writeHead(302, { location: '/end' }).end();
    });
    const fetchOutside = fetchAllowing('127.0.0.1');
    expect(await fetchOutside(url)).toMatchObject({ status: 200, redirected: true, url: `${url}/end` });
    expect(await fetchOutside(url, { redirect: 'manual' })).toMatchObject({ status: 302 });
    await expect(fetchOutside(url, { redirect: 'error' })).rejects.toThrow(OutboundFetchError);
  });

  it('fails with a generic message, and with the reason as its cause', async () => {
    const { url, connections } = await serve((_request, response) => void response.end());
    const refused = fetchAllowing('')(url);
    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toMatchObject({ cause: { reason: 'refused-target', retryable: false } });
    expect(connections()).toBe(0);
  });

  it('throws the reason of the signal that aborted it', async () => {
    const { url } = await serve(() => undefined);
    const cancel = new AbortController();
    const pending = fetchAllowing('127.0.0.1')(url, { signal: cancel.signal });
    cancel.abort(new Error('no longer needed'));
    await expect(pending).rejects.toThrow('no longer needed');
    await expect(fetchAllowing('127.0.0.1')(url, { signal: cancel.signal })).rejects.toThrow('no longer needed');
  });
});

describe('a sign-in provider through openid-client', () => {
  async function startProvider() {
    const provider = await serve(({ path }, response) => {
      const url = `http://127.0.0.1:${provider.port}`;
      const answer = path.startsWith('/.well-known/')
        ? { issuer: url, token_endpoint: `${url}/token` }
        : { access_token: 'token', token_type: 'bearer' };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    return provider;
  }

  const discover = (url: string, fetchOutside: ReturnType<typeof outboundFetch>): Promise<Configuration> =>
    discovery(new URL(url), 'client', 'secret', undefined, { execute: [allowInsecureRequests], [customFetch]: fetchOutside });

  it('is discovered and asked for a token when it is allowed', async () => {
    const { url, requests } = await startProvider();
    const configuration = await discover(url, fetchAllowing('127.0.0.1/32'));
    expect(configuration.serverMetadata().issuer).toBe(url);
    expect(await clientCredentialsGrant(configuration)).toMatchObject({ access_token: 'token' });
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /.well-known/openid-configuration', 'POST /token']);
    expect(requests[1]?.body).toContain('client_secret=secret');
  });

  it('is not called when it is private and not allowed', async () => {
    const { url, connections } = await startProvider();
    await expect(discover(url, fetchAllowing(''))).rejects.toThrow('may not be called from here');
    expect(connections()).toBe(0);
  });
});
