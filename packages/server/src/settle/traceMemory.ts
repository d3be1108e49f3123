const TRACES_PER_GENERATION = 500_000;

/**
 * Remembers which traces have been seen, in bounded memory (two generations of 52-bit keys, about 40 MB at
 * the most). Two traces that share a key are taken for one: that costs a needless look, never an answer.
 */
export function createTraceMemory(perGeneration = TRACES_PER_GENERATION) {
  let young = new Set<number>();
  let old = new Set<number>();
  return {
    /** Notes the trace; answers whether it had been seen before. */
    noteSeen(traceId: string): boolean {
      const key = Number.parseInt(traceId.slice(-13), 16);
      const seen = young.has(key) || old.has(key);
      young.add(key);
      if (young.size >= perGeneration) {
        old = young;
        young = new Set();
      }
      return seen;
    },
  };
}
