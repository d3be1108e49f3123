/** One line of a JSON tree: a key or index, and its value. */
export interface JsonEntry {
  key: string;
  value: unknown;
}

/** How many entries of one object or list are shown before someone asks for more. */
export const ENTRIES_STEP = 100;

export function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The entries `0` … `count - 1` of an object or list. */
export function firstEntries(value: object, count: number): JsonEntry[] {
  if (Array.isArray(value)) return value.slice(0, count).map((item: unknown, i) => ({ key: String(i), value: item }));
  const entries: JsonEntry[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (entries.length === count) break;
    entries.push({ key, value: item });
  }
  return entries;
}

export function entryCount(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** What a folded branch holds, in a few words: `{ order_id, total, … }`, `[ 12 items ]`. */
export function branchPreview(value: object): string {
  const count = entryCount(value);
  if (Array.isArray(value)) return count === 0 ? '[]' : `[ ${count} ${count === 1 ? 'item' : 'items'} ]`;
  if (count === 0) return '{}';
  const keys = firstEntries(value, 3).map(({ key }) => (key.length > 24 ? `${key.slice(0, 24)}…` : key));
  return `{ ${keys.join(', ')}${count > 3 ? ', …' : ''} }`;
}

/**
 * How deep a tree is unfolded at first: as many levels as fit into `rowsMax` rows, so that a small object is seen whole and a
 * large one does not flood the page.
 */
export function unfoldedDepth(value: unknown, rowsMax: number): number {
  let level: unknown[] = [value];
  let rows = 0;
  for (let depth = 0; ; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (!isBranch(item)) continue;
      rows += entryCount(item);
      if (rows > rowsMax) return depth;
      for (const entry of firstEntries(item, ENTRIES_STEP)) next.push(entry.value);
    }
    if (next.length === 0) return depth + 1;
    level = next;
  }
}
