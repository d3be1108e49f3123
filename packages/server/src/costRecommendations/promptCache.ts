/** What a provider's prompt cache would have held, call by call: a simulation over the order of what was sent. */

export interface CachedCall {
  /** Unix nanoseconds. */
  startNs: bigint;
  /** What was sent, in order; equal texts have equal hashes. */
  parts: readonly string[];
}

/** Leading parts of a call: `read` from the cache, and of these and the next up to `written` put into it. */
export interface CacheUse {
  read: number;
  written: number;
}

/**
 * Anthropic keeps a prompt for 5 minutes after its last use ("Prompt caching", docs of the Claude API), OpenAI for 5 to 10
 * ("Prompt caching", OpenAI API docs). The shorter holds for both.
 */
export const CACHE_LIFETIME_NS = 300_000_000_000n;

interface Node {
  children: Map<string, Node>;
  lastNs: bigint;
  /** Index of the call that would have written it. */
  writer: number;
}

/**
 * A call reads the longest leading run of parts that some call before it sent, when that was last used within the
 * lifetime. Only what is read later is written: as if the caller had marked where prefixes repeat. Calls
 * come in order of start; two of the same moment do not see each other.
 */
export function simulatePromptCache(calls: readonly CachedCall[], lifetimeNs = CACHE_LIFETIME_NS): CacheUse[] {
  const root: Node = { children: new Map(), lastNs: 0n, writer: -1 };
  const uses: CacheUse[] = calls.map(() => ({ read: 0, written: 0 }));
  for (const [index, { startNs, parts }] of calls.entries()) {
    const use = uses[index] as CacheUse;
    let node = root;
    let stillCached = true;
    for (const [depth, part] of parts.entries()) {
      let child = node.children.get(part);
      const isLive: boolean = child !== undefined && startNs > child.lastNs && startNs - child.lastNs <= lifetimeNs;
      stillCached &&= isLive;
      if (child === undefined) {
        child = { children: new Map(), lastNs: startNs, writer: index };
        node.children.set(part, child);
      } else if (stillCached) {
        use.read = depth + 1;
        const writer = uses[child.writer] as CacheUse;
        writer.written = Math.max(writer.written, depth + 1);
      } else if (startNs - child.lastNs > lifetimeNs) child.writer = index;
      child.lastNs = startNs;
      node = child;
    }
  }
  return uses;
}
