/** Recorded spans with their attributes replaced by what a broken or hostile client could send: reading them never throws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue, DecodedSpan } from '../src/normalise/decodedSpan.ts';
import { readMessages } from '../src/normalise/messages.ts';
import { normaliseSpan } from '../src/normalise/normaliseSpan.ts';
import { previewOf } from '../src/normalise/payload.ts';
import { loadTraceGroup, traceGroupNames } from './otlpFixtures.ts';

const hostileValue = fc.oneof(
  fc.constantFrom<AttributeValue[]>(
    '',
    'null',
    '[]',
    '{}',
    '[null]',
    '[[[]]]',
    '{"__proto__":{"x":1}}',
    '[{"role":null,"content":{"a":[1]}}]',
    '[{"role":"user"',
    '"\\ud800"',
    '1e999',
    '-5',
    `${'['.repeat(5000)}`,
    `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`,
    -1,
    1e308,
    0.5,
    2n ** 70n,
    true,
    new Uint8Array([255, 254]),
    [],
    [1, 'a', [true]],
    { a: { b: ['c'] } },
  ),
  fc.string(),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);

const recorded: DecodedSpan[] = traceGroupNames().flatMap((name) => loadTraceGroup(name).spans);

describe('a recorded span with some attributes replaced', () => {
  it('is read without an error, into counts that are counts and an answer that can be written', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recorded), fc.array(fc.tuple(fc.nat(), hostileValue), { minLength: 1, maxLength: 8 }), (span, replacements) => {
        const keys = [...span.attributes.keys()];
        const attributes = new Map(span.attributes);
        for (const [at, value] of replacements) if (keys.length > 0) attributes.set(keys[at % keys.length] ?? '', value);
        const canonical = normaliseSpan({ ...span, attributes });

        for (const count of Object.values(canonical.usage ?? {})) {
          if (typeof count === 'number') expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
        expect(canonical.reportedCostPicoUsd ?? 0n).toBeLessThanOrEqual(10n ** 18n);
        for (const text of Object.values(canonical.own)) expect(text === null || typeof text === 'string' || typeof text === 'number').toBe(true);
        for (const side of ['input', 'output'] as const) {
          const payload = canonical[side];
          if (payload === null) continue;
          expect(payload.parts.every((part) => typeof part === 'string')).toBe(true);
          expect(previewOf(payload, side).length).toBeLessThanOrEqual(160);
          expect(typeof JSON.stringify(readMessages(payload.format, payload.parts, side))).toBe('string');
        }
      }),
      { numRuns: 3000 },
    );
  });
});
