import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseSpan } from '../normalise/normaliseSpan.ts';
import { decodedSpan } from '../normalise/testing/decodedSpan.ts';
import { INPUT_LENGTH_MAX, liveKey, type LiveSpan, liveSpanBytes, liveSpanOf } from './liveSpan.ts';
import { createLiveSpans, type LiveSpans, NEWS_AWAITED_MS } from './liveSpans.ts';

const NOW_MS = 1_000_000;
const id = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
const span = (trace: number, n: number, name = 'step'): LiveSpan =>
  liveSpanOf(normaliseSpan(decodedSpan({ traceId: id(trace, 32), spanId: id(n, 16), name })));
const begin = (live: LiveSpans, spans: readonly LiveSpan[], atMs = NOW_MS, workspaceId = 'a') => live.note({ workspaceId, atMs, spans });
const end = (live: LiveSpans, spans: readonly LiveSpan[], receivedAtMs = NOW_MS, workspaceId = 'a') =>
  live.noteStored([{ workspaceId, receivedAtMs, notes: { endedSpans: spans.map(({ traceId, spanId }) => liveKey(traceId, spanId)) } }]);
const namesOf = (live: LiveSpans, nowMs = NOW_MS, workspaceId = 'a') =>
  [...live.ofWorkspace(workspaceId, nowMs).all().values()].flatMap((spans) => spans.map(({ name }) => name));

describe('a span in progress', () => {
  it('is there until it is stored, and is its own workspace’s', () => {
    const live = createLiveSpans();
    begin(live, [span(1, 1, 'outer'), span(1, 2, 'inner'), span(2, 3, 'other')]);
    expect(namesOf(live)).toEqual(['outer', 'inner', 'other']);
    expect(namesOf(live, NOW_MS, 'b')).toEqual([]);
    expect(live.ofWorkspace('a', NOW_MS).spansOf(id(1, 32))).toHaveLength(2);
    end(live, [span(1, 1), span(1, 2)], NOW_MS, 'b');
    end(live, [span(1, 2), span(2, 3)]);
    expect(namesOf(live)).toEqual(['outer']);
    live.ofWorkspace('a', NOW_MS).ended(id(1, 32), [id(1, 16)]);
    expect(live.counts()).toEqual({ spans: 0, bytes: 0, dropped: 0 });
  });

  it('that is told again is there once, as it was told last', () => {
    const live = createLiveSpans();
    begin(live, [span(1, 1, 'first')]);
    begin(live, [span(1, 1, 'a longer name')]);
    expect(namesOf(live)).toEqual(['a longer name']);
    expect(live.counts()).toEqual({ spans: 1, bytes: liveSpanBytes(span(1, 1, 'a longer name')), dropped: 0 });
  });

  it('is dropped an hour after the last news of its trace', () => {
    const live = createLiveSpans();
    begin(live, [span(1, 1, 'outer'), span(2, 2, 'silent')]);
    begin(live, [span(1, 3, 'inner')], NOW_MS + 1_000);
    end(live, [span(1, 3)], NOW_MS + 2_000);
    expect(namesOf(live, NOW_MS + NEWS_AWAITED_MS - 1)).toEqual(['silent', 'outer']);
    expect(namesOf(live, NOW_MS + NEWS_AWAITED_MS)).toEqual(['outer']);
    expect(namesOf(live, NOW_MS + 2_000 + NEWS_AWAITED_MS)).toEqual([]);
    expect(live.counts()).toEqual({ spans: 0, bytes: 0, dropped: 0 });
  });

  it('keeps an input up to a bound, and the beginning of a longer one', () => {
    const withInput = (length: number) =>
      liveSpanOf(
        normaliseSpan(
          decodedSpan({ attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.call.arguments': 'x '.repeat(length / 2) } }),
        ),
      );
    expect(withInput(INPUT_LENGTH_MAX).input?.parts[0]).toHaveLength(INPUT_LENGTH_MAX);
    const long = withInput(INPUT_LENGTH_MAX + 2);
    expect([long.input, long.inputPreview?.slice(0, 3)]).toEqual([null, 'x x']);
    expect(liveSpanBytes(long)).toBeLessThan(4_096);
  });
});

describe('beyond a bound', () => {
  it('the oldest go first, and are counted', () => {
    const live = createLiveSpans({ workspace: { spans: 3, bytes: 1e6 }, total: { spans: 4, bytes: 1e6 } });
    begin(live, [span(1, 1, 'a1'), span(1, 2, 'a2'), span(2, 3, 'a3'), span(2, 4, 'a4')]);
    expect(namesOf(live)).toEqual(['a2', 'a3', 'a4']);
    begin(live, [span(3, 5, 'b1'), span(3, 6, 'b2')], NOW_MS, 'b');
    expect([namesOf(live), namesOf(live, NOW_MS, 'b')]).toEqual([
      ['a3', 'a4'],
      ['b1', 'b2'],
    ]);
    expect(live.counts()).toMatchObject({ spans: 4, dropped: 2 });
  });

  it('a span that is larger than all that is allowed is not kept', () => {
    const live = createLiveSpans({ workspace: { spans: 9, bytes: 2_000 }, total: { spans: 9, bytes: 9_000 } });
    begin(live, [span(1, 1, 'x'.repeat(2_000))]);
    expect(live.counts()).toEqual({ spans: 0, bytes: 0, dropped: 1 });
  });
});

type Step = { type: 'begin' | 'stored' | 'found' | 'wait'; workspaceId: string; trace: number; n: number; length: number };
const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom('begin', 'begin', 'begin', 'stored', 'found', 'wait'),
  workspaceId: fc.constantFrom('a', 'b', 'c'),
  trace: fc.integer({ min: 1, max: 4 }),
  n: fc.integer({ min: 1, max: 12 }),
  length: fc.integer({ min: 0, max: 600 }),
});

describe('whatever comes in whatever order', () => {
  it('no bound is exceeded, what has ended never runs again, and the books are right', () => {
    const limits = { workspace: { spans: 8, bytes: 14_000 }, total: { spans: 14, bytes: 24_000 } };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const live = createLiveSpans(limits);
        const ended = new Set<string>();
        let nowMs = NOW_MS;
        for (const { type, workspaceId, trace, n, length } of steps) {
          const one = span(trace, n, 'x'.repeat(length));
          if (type === 'wait') nowMs += NEWS_AWAITED_MS / 3;
          else if (type === 'begin') begin(live, [one], nowMs, workspaceId);
          else {
            ended.add(`${workspaceId} ${trace} ${n}`);
            if (type === 'stored') end(live, [one], nowMs, workspaceId);
            else live.ofWorkspace(workspaceId, nowMs).ended(one.traceId, [one.spanId]);
          }
          const counts = live.counts();
          const held = ['a', 'b', 'c'].map((workspace) => [...live.ofWorkspace(workspace, nowMs).all().values()].flat());
          for (const [i, spans] of held.entries()) {
            expect(spans.length).toBeLessThanOrEqual(limits.workspace.spans);
            expect(spans.reduce((sum, each) => sum + liveSpanBytes(each), 0)).toBeLessThanOrEqual(limits.workspace.bytes);
            for (const { traceId, spanId } of spans)
              expect(ended.has(`${['a', 'b', 'c'][i]} ${Number.parseInt(traceId, 16)} ${Number.parseInt(spanId, 16)}`)).toBe(false);
          }
          expect(counts.spans).toBeLessThanOrEqual(limits.total.spans);
          expect(counts.bytes).toBeLessThanOrEqual(limits.total.bytes);
          const after = live.counts();
          expect([after.spans, after.bytes]).toEqual([held.flat().length, held.flat().reduce((sum, each) => sum + liveSpanBytes(each), 0)]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
