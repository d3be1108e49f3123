/** Times that clients write as text where they should have written nanoseconds. */

const ISO_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Unix nanoseconds of an ISO 8601 time, in JSON quotes or not; without a zone it is UTC. Undefined for anything else. */
export function isoTimeNs(text: string): bigint | undefined {
  const match = ISO_TIME.exec(text.trim().replace(/^"|"$/g, ''));
  if (match === null) return undefined;
  const [, seconds = '', fraction = '', zone = 'Z'] = match;
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/**
 * Milliseconds from the span's start to the time at which its first token came. Undefined when that time
 * lies before the start: then it belongs to another call (Mastra repeats the first call's time on the later ones).
 */
export function msToFirstToken(firstTokenTime: string | undefined, startNs: bigint): number | undefined {
  const firstTokenNs = firstTokenTime === undefined ? undefined : isoTimeNs(firstTokenTime);
  if (firstTokenNs === undefined || firstTokenNs < startNs) return undefined;
  return Number(firstTokenNs - startNs) / 1e6;
}
