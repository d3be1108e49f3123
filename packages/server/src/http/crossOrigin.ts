import type { HeaderOf } from './extractKey.ts';

/**
 * Whether another site's page made this request with our cookie. Browsers say so in `Sec-Fetch-Site` (on
 * https and localhost) or at least send `Origin` with everything but plain reads; a request with neither is
 * not a browser's. The cookie is `SameSite=Lax` besides; this covers other ports of the same host.
 */
export function isCrossOrigin(header: HeaderOf): boolean {
  const site = header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = header('origin');
  return origin !== undefined && hostOf(origin) !== header('host')?.toLowerCase();
}

/** Host and port of an `Origin` header; undefined for `null` and whatever else is no origin. */
export function hostOf(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
}
