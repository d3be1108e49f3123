const YEAR_SECONDS = 365 * 86_400;

/** The server reads the choice from the cookie. */
export function rememberWorkspace(slug: string): void {
  document.cookie = `sightglass-workspace=${encodeURIComponent(slug)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/**
 * Shows another workspace in this browser from now on. Everything read for the workspace before must go, so the page begins anew.
 */
export function switchWorkspace(slug: string): void {
  rememberWorkspace(slug);
  location.assign('/');
}
