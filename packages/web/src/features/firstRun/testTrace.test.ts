import { describe, expect, it } from 'vitest';
import { randomHex, testTrace } from './testTrace.ts';

describe('testTrace', () => {
  const nowMs = Date.UTC(2026, 10, 20, 9);
  const body = testTrace({ traceId: 'a'.repeat(32), spanIds: ['1'.repeat(16), '2'.repeat(16), '3'.repeat(16)] }, nowMs);
  const spans = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];

  it('is one trace whose children hang on the agent', () => {
    expect(spans.map(({ traceId }) => traceId)).toEqual(Array(3).fill('a'.repeat(32)));
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(['', '1'.repeat(16), '1'.repeat(16)]);
  });

  it('ends now, and children stay within their parent', () => {
    const [root, ...children] = spans;
    expect(root?.endTimeUnixNano).toBe(`${nowMs}000000`);
    for (const child of children) {
      expect(BigInt(child.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root?.startTimeUnixNano ?? 0));
      expect(BigInt(child.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root?.endTimeUnixNano ?? 0));
      expect(BigInt(child.endTimeUnixNano)).toBeGreaterThan(BigInt(child.startTimeUnixNano));
    }
  });
});

describe('randomHex', () => {
  it('has two digits a byte and differs each time', () => {
    expect(randomHex(16)).toMatch(/^[0-9a-f]{32}$/);
    expect(randomHex(16)).not.toBe(randomHex(16));
  });
});
