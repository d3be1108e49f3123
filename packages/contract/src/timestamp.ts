/** RFC 3339 UTC of Unix nanoseconds, with as many fraction digits as matter: `2026-11-20T09:00:00.1234Z`. */
export function formatTimestamp(unixNs: bigint): string {
  const seconds = unixNs / 1_000_000_000n;
  const fraction = (unixNs % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** Unix nanoseconds of RFC 3339 with any offset; undefined for anything else, impossible dates included. */
export function parseTimestamp(text: string): bigint | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', offset = ''] = match;
  const wholeMs = Date.parse(`${whole}${offset}`);
  // Date.parse rolls 31 February over to March; a date that does not come back as written is none.
  if (Number.isNaN(wholeMs) || new Date(Date.parse(`${whole}Z`)).toISOString().slice(0, 19) !== whole) return undefined;
  return BigInt(wholeMs) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
