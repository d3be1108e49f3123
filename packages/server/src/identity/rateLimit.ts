/** Tokens that are left, and when they were counted (ms). Refills evenly up to one minute's worth. */
export interface Bucket {
  tokens: number;
  countedAtMs: number;
}

export const fullBucket = (perMinute: number, nowMs: number): Bucket => ({ tokens: perMinute, countedAtMs: nowMs });

/** Takes one token out of `bucket`. Answers 0, or the milliseconds until there is one. */
export function takeToken(bucket: Bucket, perMinute: number, nowMs: number): number {
  const perMs = perMinute / 60_000;
  bucket.tokens = Math.min(perMinute, bucket.tokens + Math.max(0, nowMs - bucket.countedAtMs) * perMs);
  bucket.countedAtMs = nowMs;
  if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs);
  bucket.tokens -= 1;
  return 0;
}
