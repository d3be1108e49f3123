/** A moment as whole seconds since 1970 and nanoseconds within that second, both exact in a double. */
export interface Instant {
  seconds: number;
  nanoseconds: number;
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** Reads an RFC 3339 time without losing its nanoseconds; a time without zone is UTC. Null for anything else. */
export function parseInstant(text: string): Instant | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = '', zone = 'Z'] = match;
  const epochMs = Date.parse(whole.replace(' ', 'T') + (zone === 'z' ? 'Z' : zone));
  if (Number.isNaN(epochMs)) return null;
  return { seconds: Math.floor(epochMs / 1000), nanoseconds: Number(fraction.padEnd(9, '0')) };
}

/** Milliseconds from `origin` to `instant`; exact to the nanosecond for spans of some days. */
export function millisecondsBetween(origin: Instant, instant: Instant): number {
  return (instant.seconds - origin.seconds) * 1000 + (instant.nanoseconds - origin.nanoseconds) / 1e6;
}

/** Nanoseconds as a decimal string → milliseconds. What is not a finite, non-negative number is 0: a bar needs a length. */
export function durationMsOf(durationNs: string): number {
  const ns = Number(durationNs);
  return Number.isFinite(ns) && ns > 0 ? ns / 1e6 : 0;
}

/** Start and end of every span in milliseconds since the earliest start. */
export interface SpanTimes {
  startMs: Float64Array;
  endMs: Float64Array;
  /** From the earliest start to the latest end. */
  durationMs: number;
  /** The earliest start, null when no span has a readable one. */
  origin: Instant | null;
}

/** Converts the strings of the API once, so that nothing that draws has to parse. An unreadable start counts as the trace's start. */
export function relativeTimes(spans: readonly { start_time: string; duration_ns: string }[]): SpanTimes {
  const instants = spans.map((span) => parseInstant(span.start_time));
  let origin: Instant | null = null;
  for (const instant of instants) {
    if (instant === null) continue;
    if (origin === null || instant.seconds < origin.seconds || (instant.seconds === origin.seconds && instant.nanoseconds < origin.nanoseconds))
      origin = instant;
  }
  const startMs = new Float64Array(spans.length);
  const endMs = new Float64Array(spans.length);
  let durationMs = 0;
  for (let i = 0; i < spans.length; i++) {
    const instant = instants[i];
    const start = origin !== null && instant !== null && instant !== undefined ? millisecondsBetween(origin, instant) : 0;
    const end = start + durationMsOf(spans[i]?.duration_ns ?? '0');
    startMs[i] = start;
    endMs[i] = end;
    if (end > durationMs) durationMs = end;
  }
  return { startMs, endMs, durationMs, origin };
}
