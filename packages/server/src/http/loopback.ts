import type { Context } from 'hono';

/** 127.0.0.0/8, also as it appears on a dual-stack socket, and ::1. */
const LOOPBACK_ADDRESS = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/i;
const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

export const isLoopbackAddress = (address: string | undefined): boolean => address !== undefined && LOOPBACK_ADDRESS.test(address);

/** Whether a `Host` header names this machine itself, with any port. A name that merely resolves to it does not count (DNS rebinding). */
export const isLoopbackHost = (host: string | undefined): boolean => host !== undefined && LOOPBACK_NAME.test(host.replace(/:\d{1,5}$/, ''));

/** The other end of the request's socket, as node's server has it; undefined where there is no socket. */
export function peerAddress(c: Context): string | undefined {
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  return env?.incoming?.socket?.remoteAddress;
}
