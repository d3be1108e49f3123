/** People of a running program, who came by invitation. */
import { expect } from 'vitest';
import { type Client, createClient, type Target } from './apiClient.ts';

const PASSWORD = 'four horses of one battery';

/** Invites somebody, who accepts with a password of their own; answers their `Cookie`. The program has to be in local mode, where no mail is sent. */
export async function joinAs(target: Target, owner: Client, email: string, role: string): Promise<string> {
  const { link } = await owner.post<{ link: string | null }>('/api/obs/invitations', { email, role });
  const token = new URL(link ?? '', target.address).searchParams.get('token');
  const answer = await createClient(target).postJson('/api/auth/invitation/accept', { token, name: email, password: PASSWORD });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return answer.headers
    .getSetCookie()
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ');
}

/** Somebody with a session, as a browser sends it. */
export function sessionClient(target: Target, cookie: string): Client {
  const client = createClient(target);
  const { host } = new URL(target.address);
  const asBrowser = { cookie, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
  return {
    ...client,
    send: (path, init = {}) => client.send(path, { ...init, headers: { ...asBrowser, ...(init.headers as Record<string, string> | undefined) } }),
  };
}
