/**
 * What a key with a rate limit, or all keys of a workspace together, may still send. Each process counts for itself. Requests count
 * when they come, bytes as they arrive (the body as it was sent, compressed or not), items once they are read.
 */
import { KEY_BURST_SECONDS_DEFAULT, type KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import { fullBucket, takeTokens, type TokenBucket, tokensLeft, untilFullMs, waitMs } from './tokenBucket.ts';

export interface KeyQuota {
  /** Whose limit it is, as a message says it: `this key`. Of several, that of the one for which one waits longest. */
  whose(): string;
  /** What `admitRequest` and `admitTelemetry` would answer, without counting anything. */
  waitForRequest(): number;
  waitForTelemetry(): number;
  /** Counts one request that sends no telemetry, by `requests_per_minute` alone: 0, or the whole seconds to wait. */
  admitRequest(): number;
  /** Counts one request with telemetry: 0, or the whole seconds until requests, bytes and items are all there again. */
  admitTelemetry(): number;
  /** Of the body, as they arrive. May leave a debt, which the next request waits for. */
  tookBytes(bytes: number): void;
  /** Of what was decoded, refused items too. May leave a debt. */
  tookItems(items: number): void;
  /** `RateLimit-Policy` and `RateLimit`, as they stand now (draft-ietf-httpapi-ratelimit-headers). */
  headers(): Record<string, string>;
}

interface Counted {
  /** Name of the policy in the headers. */
  name: 'requests' | 'items' | 'bytes';
  /** The quota unit, where it is not requests. `items` stands on no list yet, and clients pass over what they do not know. */
  unit: string | undefined;
  windowSeconds: number;
  bucket: TokenBucket;
}

const SECONDS_PER_MINUTE = 60;

/** `of`: whose it is, and what its policies' names begin with. */
interface Owner {
  whose: string;
  prefix: string;
}
const THIS_KEY: Owner = { whose: 'this key', prefix: '' };

/** A full one. `clock` answers milliseconds since 1970. */
export function createKeyQuota(limit: KeyRateLimit, clock: () => number, of: Owner = THIS_KEY): KeyQuota & { readonly limit: KeyRateLimit } {
  const counted = countedBy(limit, clock());
  const find = (name: Counted['name']) => counted.find((one) => one.name === name)?.bucket;
  const [requests, items, bytes] = [find('requests'), find('items'), find('bytes')];

  const waitFor = (buckets: readonly TokenBucket[]): number => {
    const nowMs = clock();
    return Math.ceil(buckets.reduce((longest, bucket) => Math.max(longest, waitMs(bucket, nowMs)), 0) / 1000);
  };
  const admit = (buckets: readonly TokenBucket[]): number => {
    const waitSeconds = waitFor(buckets);
    if (waitSeconds === 0 && requests !== undefined) takeTokens(requests, 1, clock());
    return waitSeconds;
  };
  const all = counted.map(({ bucket }) => bucket);
  const requestsAlone = requests === undefined ? [] : [requests];

  return {
    limit,
    whose: () => of.whose,
    waitForRequest: () => waitFor(requestsAlone),
    waitForTelemetry: () => waitFor(all),
    admitRequest: () => admit(requestsAlone),
    admitTelemetry: () => admit(all),
    tookBytes: (count) => {
      if (bytes !== undefined) takeTokens(bytes, count, clock());
    },
    tookItems: (count) => {
      if (items !== undefined) takeTokens(items, count, clock());
    },
    headers: () => {
      const nowMs = clock();
      return {
        'ratelimit-policy': counted.map((one) => policyOf(one, of)).join(', '),
        ratelimit: counted.map((one) => standingOf(one, of, nowMs)).join(', '),
      };
    },
  };
}

function countedBy(limit: KeyRateLimit, nowMs: number): Counted[] {
  const { requests_per_minute: requests, items_per_second: items, bytes_per_second: bytes } = limit;
  const burstSeconds = limit.burst_seconds ?? KEY_BURST_SECONDS_DEFAULT;
  const counted: Counted[] = [];
  if (requests !== undefined) {
    const bucket = fullBucket(requests / SECONDS_PER_MINUTE, requests, nowMs);
    counted.push({ name: 'requests', unit: undefined, windowSeconds: SECONDS_PER_MINUTE, bucket });
  }
  const perSecond = [
    ['items', 'items', items],
    ['bytes', 'content-bytes', bytes],
  ] as const;
  for (const [name, unit, rate] of perSecond) {
    if (rate !== undefined) counted.push({ name, unit, windowSeconds: burstSeconds, bucket: fullBucket(rate, rate * burstSeconds, nowMs) });
  }
  return counted;
}

const policyOf = ({ name, unit, windowSeconds, bucket }: Counted, { prefix }: Owner): string =>
  `"${prefix}${name}";q=${bucket.capacity};w=${windowSeconds}${unit === undefined ? '' : `;qu="${unit}"`}`;

/** `t`: seconds until there is something again, or, while there is, until all of it is there. */
function standingOf({ name, bucket }: Counted, { prefix }: Owner, nowMs: number): string {
  const left = tokensLeft(bucket, nowMs);
  const resetMs = left === 0 ? waitMs(bucket, nowMs) : untilFullMs(bucket, nowMs);
  return `"${prefix}${name}";r=${left};t=${Math.ceil(resetMs / 1000)}`;
}
