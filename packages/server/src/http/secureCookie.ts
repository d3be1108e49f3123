import type { Context } from 'hono';

/** Adds `Secure` when the browser reached us by TLS, ours or that of a proxy in front. */
export function secureCookie(c: Context, cookie: string): string {
  const byTls = c.req.url.startsWith('https:') || c.req.header('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase() === 'https';
  return byTls ? `${cookie}; Secure` : cookie;
}
