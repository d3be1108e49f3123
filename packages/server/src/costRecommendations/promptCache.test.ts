import { describe, expect, it } from 'vitest';
import { CACHE_LIFETIME_NS, simulatePromptCache } from './promptCache.ts';

const at = (startNs: bigint, ...parts: string[]) => ({ startNs, parts });

describe('a prompt cache', () => {
  it('holds the longest beginning that an earlier call sent', () => {
    const uses = simulatePromptCache([at(1n, 's', 'a'), at(2n, 's', 'a', 'b'), at(3n, 's', 'c'), at(4n, 'x', 'a')]);
    expect(uses.map(({ read }) => read)).toEqual([0, 2, 1, 0]);
  });

  it('is written only as far as a later call reads', () => {
    const uses = simulatePromptCache([at(1n, 's', 'a', 'b'), at(2n, 's', 'a', 'c'), at(3n, 't')]);
    expect(uses.map(({ written }) => written)).toEqual([2, 0, 0]);
  });

  it('keeps what was used within its lifetime, each use counting anew', () => {
    const late = CACHE_LIFETIME_NS;
    const reads = (...starts: bigint[]) => simulatePromptCache(starts.map((start) => at(start, 's'))).map(({ read }) => read);
    expect(reads(1n, 1n + late, 1n + 2n * late)).toEqual([0, 1, 1]);
    expect(reads(1n, 2n + late, 3n + late)).toEqual([0, 0, 1]);
  });

  it('is written anew by who comes after its end', () => {
    const uses = simulatePromptCache([at(1n, 's'), at(2n + CACHE_LIFETIME_NS, 's'), at(3n + CACHE_LIFETIME_NS, 's')]);
    expect(uses.map(({ written }) => written)).toEqual([0, 1, 0]);
  });

  it('is not there for a call of the same moment', () => {
    expect(simulatePromptCache([at(1n, 's'), at(1n, 's')]).map(({ read }) => read)).toEqual([0, 0]);
  });
});
