/** Which of a kind are kept: the same answer for the same key in every process, and evenly over keys. Pure. */

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/, with the finaliser of MurmurHash3 so that all bits depend on all of the key. */
function hash32(key: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** How many the one stands for: `n` when it is kept, 0 when it is not. */
export function weightOf(key: string, n: number): number {
  if (n <= 1) return 1;
  return hash32(key) % n === 0 ? n : 0;
}

/** `pattern` is whole, or a beginning with a * at the end. */
export function matches(pattern: string, text: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
