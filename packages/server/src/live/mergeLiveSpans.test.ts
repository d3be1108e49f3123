import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { Span } from '@sightglass/contract/trace';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normaliseSpan } from '../normalise/normaliseSpan.ts';
import { decodedSpan, START_NS } from '../normalise/testing/decodedSpan.ts';
import { liveSpanOf } from './liveSpan.ts';
import { liveSpanView, resolveLiveSpans } from './liveTrace.ts';
import { mergeLiveSpans } from './mergeLiveSpans.ts';

const spanAt = (n: number, at: number): Span => {
  const live = liveSpanOf(normaliseSpan(decodedSpan({ spanId: n.toString(16).padStart(16, '0'), startNs: START_NS + BigInt(at) })));
  const [resolved] = resolveLiveSpans(live.traceId, [live]);
  if (resolved === undefined) throw new Error('not resolved');
  return liveSpanView(resolved, START_NS, 'summary');
};
const byStart = (a: Span, b: Span) => (a.start_time === b.start_time ? 0 : a.start_time < b.start_time ? -1 : 1);

async function* chunksOf(spans: readonly Span[], size: number): AsyncGenerator<Span[]> {
  for (let i = 0; i < spans.length; i += size) yield spans.slice(i, i + size);
}

it('every span is there once, by start, a stored one in place of its live copy, however the chunks fall', async () => {
  const places = fc.uniqueArray(fc.record({ n: fc.integer({ min: 1, max: 40 }), at: fc.integer({ min: 1, max: 9 }) }), {
    selector: ({ n }) => n,
    maxLength: 25,
  });
  await fc.assert(
    fc.asyncProperty(
      places,
      fc.array(fc.constantFrom('stored', 'live', 'both'), { minLength: 25, maxLength: 25 }),
      fc.integer({ min: 1, max: 6 }),
      async (all, where, size) => {
        const spans = all.map(({ n, at }) => spanAt(n, at)).sort(byStart);
        const stored = spans.filter((_, i) => where[i] !== 'live').map((span) => ({ ...span, status: 'success' as const }));
        const live = spans.filter((_, i) => where[i] !== 'stored');
        const merged: Span[] = [];
        for await (const chunk of mergeLiveSpans(chunksOf(stored, size), live)) merged.push(...chunk);
        expect(merged.map(({ start_time }) => start_time)).toEqual(merged.map(({ start_time }) => start_time).toSorted());
        const expected = spans.map((span, i) => `${span.span_id} ${where[i] === 'live' ? 'running' : 'success'}`).toSorted();
        expect(merged.map(({ span_id, status }) => `${span_id} ${status}`).toSorted()).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

it('a trace without stored spans is its live ones', async () => {
  const merged: Span[] = [];
  for await (const chunk of mergeLiveSpans(chunksOf([], 1), [spanAt(1, 0), spanAt(2, 1)])) merged.push(...chunk);
  expect(merged.map(({ start_time }) => start_time)).toEqual([formatTimestamp(START_NS), formatTimestamp(START_NS + 1n)]);
});
