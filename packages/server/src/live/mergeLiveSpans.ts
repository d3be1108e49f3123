import { parseTimestamp } from '@sightglass/contract/timestamp';
import type { Span } from '@sightglass/contract/trace';

/**
 * The stored spans of a trace, which come in chunks by start, with those in progress, by start, in their places. One that turns up among
 * the stored ones has ended while they were read: it is left to the store.
 */
export async function* mergeLiveSpans(stored: AsyncIterable<Span[]>, live: readonly Span[]): AsyncGenerator<Span[]> {
  let left = live;
  for await (const chunk of stored) {
    const ids = new Set(chunk.map(({ span_id }) => span_id));
    left = left.filter(({ span_id }) => !ids.has(span_id));
    const last = chunk.at(-1);
    if (left.length === 0 || last === undefined) {
      yield chunk;
      continue;
    }
    // What starts later may still turn up in a later chunk.
    const lastNs = startOf(last);
    const later = left.findIndex((span) => startOf(span) >= lastNs);
    const here = later < 0 ? left : left.slice(0, later);
    left = left.slice(here.length);
    yield merge(chunk, here);
  }
  if (left.length > 0) yield [...left];
}

const startOf = ({ start_time }: Span): bigint => parseTimestamp(start_time) ?? 0n;

/** Of equal starts the one in progress comes first: it is the parent. */
function merge(chunk: readonly Span[], live: readonly Span[]): Span[] {
  const merged: Span[] = [];
  let next = 0;
  for (const span of chunk) {
    for (const startNs = startOf(span); next < live.length && startOf(live[next] as Span) <= startNs; next++) merged.push(live[next] as Span);
    merged.push(span);
  }
  return merged;
}
