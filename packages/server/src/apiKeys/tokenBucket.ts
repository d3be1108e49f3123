/**
 * A token bucket: refills evenly, holds no more than its capacity, and may be taken below zero. What is taken is often
 * known only afterwards (the bytes of a body, the items in it), so one may take as long as a token is there, and whoever
 * comes next waits until the debt is paid. Over time the rate is kept exactly.
 */
export interface TokenBucket {
  readonly perSecond: number;
  readonly capacity: number;
  /** Negative: a debt. */
  tokens: number;
  /** Unix milliseconds. */
  countedAtMs: number;
}

/** Sums of fractions miss a whole token by less than this. */
const ROUNDING = 1e-6;

export const fullBucket = (perSecond: number, capacity: number, nowMs: number): TokenBucket => ({
  perSecond,
  capacity,
  tokens: capacity,
  countedAtMs: nowMs,
});

/** Whole tokens that are there; 0 while there is a debt. A clock that goes back gives nothing and takes nothing. */
export function tokensLeft(bucket: TokenBucket, nowMs: number): number {
  const elapsedSeconds = Math.max(0, nowMs - bucket.countedAtMs) / 1000;
  bucket.tokens = Math.min(bucket.capacity, bucket.tokens + elapsedSeconds * bucket.perSecond);
  bucket.countedAtMs = nowMs;
  return Math.max(0, Math.floor(bucket.tokens + ROUNDING));
}

/** 0, or the milliseconds until there is a token again. */
export function waitMs(bucket: TokenBucket, nowMs: number): number {
  return tokensLeft(bucket, nowMs) >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) / bucket.perSecond) * 1000 - ROUNDING);
}

/** Milliseconds until the bucket is full again. */
export function untilFullMs(bucket: TokenBucket, nowMs: number): number {
  tokensLeft(bucket, nowMs);
  return Math.max(0, Math.ceil(((bucket.capacity - bucket.tokens) / bucket.perSecond) * 1000 - ROUNDING));
}

/** Takes tokens out, whether they are there or not. */
export function takeTokens(bucket: TokenBucket, count: number, nowMs: number): void {
  tokensLeft(bucket, nowMs);
  bucket.tokens -= count;
}
