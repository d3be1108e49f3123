import { SAMPLING_PRESETS, type Sampling, SamplingSchema } from '@sightglass/contract/sampling';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf } from './keptOneIn.ts';
import { logWeight } from './logWeight.ts';
import { type SampledSpan, traceWeight } from './traceWeight.ts';

const sampling = (settings: Parameters<typeof SamplingSchema.parse>[0]): Sampling => SamplingSchema.parse(settings);
const span = (fields: Partial<SampledSpan> = {}): SampledSpan => ({
  kind: 'http',
  failed: false,
  startNs: 0n,
  endNs: 5_000_000n,
  agentId: null,
  endpoint: null,
  ...fields,
});
const traceIds = Array.from({ length: 20_000 }, (_, i) => i.toString(16).padStart(32, '0'));
const kept = (rules: Sampling, spans: readonly SampledSpan[]) => traceIds.map((id) => traceWeight(rules, id, spans));
const sum = (weights: readonly number[]) => weights.reduce((a, b) => a + b, 0);

describe('one in n', () => {
  it.each([2, 3, 10, 100])('of 20 000 counting ids stands for all of them, n = %i', (n) => {
    const weights = traceIds.map((id) => weightOf(id, n));
    expect(new Set(weights)).toEqual(new Set([0, n]));
    // Five standard deviations of a binomial.
    const off = 5 * n * Math.sqrt((traceIds.length / n) * (1 - 1 / n));
    expect(Math.abs(sum(weights) - traceIds.length)).toBeLessThan(off);
  });

  it('is everything for n = 1, and the same whenever it is asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 10_000 }), (key, n) => {
        expect(weightOf(key, 1)).toBe(1);
        expect(weightOf(key, n)).toBe(weightOf(key, n));
      }),
    );
  });
});

describe('a trace', () => {
  const tenth = sampling({ enabled: true, traces: { keep_one_in: 10, slow_ms: 1000 } });

  it.each([
    ['with a failure', [span(), span({ failed: true })]],
    ['that takes as long as what is slow', [span(), span({ endNs: 1_000_000_000n })]],
    ['that is slow over all of its spans', [span(), span({ startNs: 999_000_000n, endNs: 1_001_000_000n })]],
  ])('%s is kept and stands for itself', (_what, spans) => {
    expect(new Set(kept(tenth, spans))).toEqual(new Set([1]));
  });

  it('that is just not slow is sampled', () => {
    expect(new Set(kept(tenth, [span({ endNs: 999_999_999n })]))).toEqual(new Set([0, 10]));
  });

  it('is decided by the first rule of which everything matches', () => {
    const rules = sampling({
      enabled: true,
      traces: {
        rules: [
          { endpoint: '/health*', without_calls: true, keep_one_in: 100 },
          { agent_id: 'batch', keep_one_in: 5 },
          { endpoint: '/exact', keep_one_in: 7 },
        ],
      },
    });
    const weights = (...spans: SampledSpan[]) => new Set(kept(rules, spans));
    expect(weights(span({ endpoint: '/healthz' }))).toEqual(new Set([0, 100]));
    expect(weights(span({ endpoint: '/healthz' }), span({ kind: 'tool' }))).toEqual(new Set([1]));
    expect(weights(span({ endpoint: '/healthz' }), span({ kind: 'agent', agentId: 'batch' }))).toEqual(new Set([0, 5]));
    expect(weights(span({ endpoint: '/exact' }))).toEqual(new Set([0, 7]));
    expect(weights(span({ endpoint: '/exactly' }))).toEqual(new Set([1]));
  });
});

describe('a log record', () => {
  const light = sampling(SAMPLING_PRESETS.light);
  const weights = (level: Parameters<typeof logWeight>[2]['level']) =>
    new Set(traceIds.map((key) => logWeight(light, key, { level, logger: 'shop', endpoint: null })));

  it('of level DEBUG and below is kept one time in ten by the preset, all others always', () => {
    expect(weights('TRACE')).toEqual(new Set([0, 10]));
    expect(weights('DEBUG')).toEqual(new Set([0, 10]));
    expect(weights('INFO')).toEqual(new Set([1]));
  });

  it('of level ERROR and above is always kept, whatever the rules say', () => {
    const hard = sampling({ enabled: true, logs: { keep_one_in: 10_000, rules: [{ max_level: 'CRITICAL', keep_one_in: 10_000 }] } });
    for (const level of ['ERROR', 'CRITICAL'] as const) expect(logWeight(hard, 'key', { level, logger: null, endpoint: null })).toBe(1);
  });

  it('of a logger is kept by the rule of its logger', () => {
    const rules = sampling({ enabled: true, logs: { rules: [{ logger: 'urllib3*', keep_one_in: 9_999 }] } });
    expect(logWeight(rules, 'a', { level: 'INFO', logger: 'urllib3.pool', endpoint: null })).toBe(0);
    expect(logWeight(rules, 'a', { level: 'INFO', logger: 'shop', endpoint: null })).toBe(1);
    expect(logWeight(rules, 'a', { level: 'INFO', logger: null, endpoint: null })).toBe(1);
  });
});
