import type { KeyQuota } from './keyQuota.ts';

/** What two limits leave: a request is counted by both, or, when one of them lets it wait, by neither. */
export function jointQuota(first: KeyQuota | undefined, second: KeyQuota | undefined): KeyQuota | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const waitForRequest = () => Math.max(first.waitForRequest(), second.waitForRequest());
  const waitForTelemetry = () => Math.max(first.waitForTelemetry(), second.waitForTelemetry());
  return {
    whose: () => (second.waitForTelemetry() > first.waitForTelemetry() ? second : first).whose(),
    waitForRequest,
    waitForTelemetry,
    admitRequest: () => waitForRequest() || first.admitRequest() || second.admitRequest(),
    admitTelemetry: () => waitForTelemetry() || first.admitTelemetry() || second.admitTelemetry(),
    tookBytes: (bytes) => {
      first.tookBytes(bytes);
      second.tookBytes(bytes);
    },
    tookItems: (items) => {
      first.tookItems(items);
      second.tookItems(items);
    },
    headers: () => joined(first.headers(), second.headers()),
  };
}

/** Lists of structured fields grow by a comma (RFC 9651). */
const joined = (a: Record<string, string>, b: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.keys({ ...a, ...b }).map((name) => [name, [a[name], b[name]].filter((value) => value !== undefined).join(', ')]));
