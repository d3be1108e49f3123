/** One value of a change: where it stands, and what stood and stands there as JSON text. Null: nothing did. */
export interface DiffRow {
  /** `limits.retention_days`, `scopes[0]`; empty for the whole. */
  path: string;
  before: string | null;
  after: string | null;
  changed: boolean;
}

/** Past this an entry is one that nobody reads field by field. */
const ROWS_MAX = 2_000;

/** Every single value that was there before or is after, in the order of what is there after. */
export function diffOf(before: unknown, after: unknown): { rows: DiffRow[]; cut: boolean } {
  const [then, now] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...now.keys(), ...then.keys()])];
  const rows = paths.slice(0, ROWS_MAX).map((path): DiffRow => {
    const [was, is] = [then.get(path) ?? null, now.get(path) ?? null];
    return { path, before: was, after: is, changed: was !== is };
  });
  return { rows, cut: paths.length > ROWS_MAX };
}

/** The values at the ends of a JSON document by their paths; an empty object or list is such an end. Null as the whole is nothing. */
function leavesOf(document: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (leaves.size > ROWS_MAX) return;
    if (Array.isArray(value) && value.length > 0) value.forEach((each, i) => walk(each, `${path}[${i}]`));
    else if (isFilled(value)) for (const [name, each] of Object.entries(value)) walk(each, joined(path, name));
    else leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  };
  if (document !== null && document !== undefined) walk(document, '');
  return leaves;
}

const isFilled = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;

function joined(path: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}
