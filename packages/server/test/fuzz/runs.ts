/**
 * How long the fuzz suites run. `FUZZ_CASES` is the number of cases of the decoders' suite (default 100 000), `FUZZ_SEED`
 * the seed (default a fixed one, so that the suite is the same everywhere):
 * `FUZZ_CASES=2000000 FUZZ_SEED=7 npx vitest run packages/server/test/fuzzDecoders.test.ts`.
 */
import fc from 'fast-check';
import { Choices } from './choices.ts';

export const FUZZ_CASES = Number(process.env.FUZZ_CASES ?? 100_000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_120);
/** Of one test. */
export const FUZZ_TIMEOUT_MS = Math.max(120_000, FUZZ_CASES * 6);

/** Runs `check` so many times. What fast-check prints of a failure is the seed, and the few decisions that are left of it. */
export function checkCases(cases: number, check: (choices: Choices) => void): void {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 48 }), (bytes) => check(new Choices(bytes))),
    { numRuns: Math.max(1, Math.round(cases)), seed: SEED },
  );
}

/** The same for what answers later. */
export async function checkCasesAsync(cases: number, check: (choices: Choices) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 2, maxLength: 48 }), (bytes) => check(new Choices(bytes))),
    { numRuns: Math.max(1, Math.round(cases)), seed: SEED },
  );
}
