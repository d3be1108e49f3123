/** The last keys, between one and two times `perGeneration` of them. */
export function createRecentKeys(perGeneration: number) {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    add(key: string): void {
      young.add(key);
      if (young.size < perGeneration) return;
      old = young;
      young = new Set();
    },
    has: (key: string): boolean => young.has(key) || old.has(key),
    isEmpty: (): boolean => young.size === 0 && old.size === 0,
  };
}
