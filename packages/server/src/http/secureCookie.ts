import type { Context } from 'hono';

/** Adds `Secure` when the browser reached us by TLS, ours or that of a proxy in front. A cookie that has it (see `AuthOptions`) stays as it is. */
export function secureCookie(c: Context, cookie: string): string {
  if (/; *secure(?:;|$)/i.test(cookie)) return cookie;
  const byTls = c.req.url.startsWith('https:') || c.req.header('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase() === 'https';
  return byTls ? `${cookie}; Secure` : cookie;
}

export function setCookies(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header('set-cookie', secureCookie(c, cookie), { append: true });
}
