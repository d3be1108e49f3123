/** RFC 3339 UTC of Unix nanoseconds, with as many fraction digits as matter: `2026-11-20T09:00:00.1234Z`. */
export function formatTimestamp(unixNs: bigint): string {
  const seconds = unixNs / 1_000_000_000n;
  const fraction = (unixNs % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}
