import { isAPIError } from 'better-auth/api';
import { PEER_ADDRESS_HEADER } from './auth.ts';

/** `code`: better-auth's own name of the refusal, empty when it has none. */
export type AuthCall<T> = { ok: true; value: T } | { ok: false; code: string };

/** Calls an endpoint of better-auth. Not ok when it refused what was presented; anything else that goes wrong is thrown. */
export async function callAuth<T>(call: () => Promise<T>): Promise<AuthCall<T>> {
  try {
    return { ok: true, value: await call() };
  } catch (error) {
    if (!isAPIError(error) || error.statusCode < 400 || error.statusCode >= 500) throw error;
    return { ok: false, code: String(error.body?.code ?? '') };
  }
}

/** The request's headers, with the other end of the socket as better-auth is to note it. */
export function withPeer(headers: Headers, peerAddress: string): Headers {
  const own = new Headers(headers);
  own.set(PEER_ADDRESS_HEADER, peerAddress);
  return own;
}
