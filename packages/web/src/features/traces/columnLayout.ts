import { createPreference } from '../../ui/preference.ts';

/** Which columns a person shows, in which order and how wide (CSS pixels). Columns that are not named keep their defaults. */
export interface ColumnLayout {
  order: readonly string[];
  hidden: readonly string[];
  widths: Readonly<Record<string, number>>;
}

export const WIDTH_MIN = 40;
export const WIDTH_MAX = 1200;

export const traceColumnLayout = createPreference<ColumnLayout | null>({
  key: 'trace-columns',
  fallback: null,
  parse: readColumnLayout,
  format: (layout) => JSON.stringify(layout),
});

/** Reads what was kept, perhaps by an older version or by a curious person; undefined when it is no layout at all. */
export function readColumnLayout(text: string): ColumnLayout | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { order, hidden, widths } = value as Record<string, unknown>;
  return {
    order: texts(order),
    hidden: texts(hidden),
    widths: Object.fromEntries(
      Object.entries(typeof widths === 'object' && widths !== null ? widths : {}).flatMap(([id, width]) =>
        typeof width === 'number' && Number.isFinite(width) ? [[id, clampWidth(width)]] : [],
      ),
    ),
  };
}

/** The ids in the person's order; ones that are new since then come where the default has them, after their left neighbour. */
export function orderColumns(ids: readonly string[], kept: readonly string[]): string[] {
  const ordered = kept.filter((id) => ids.includes(id));
  ids.forEach((id, position) => {
    if (ordered.includes(id)) return;
    const before = ids.slice(0, position).findLast((each) => ordered.includes(each));
    ordered.splice(before === undefined ? 0 : ordered.indexOf(before) + 1, 0, id);
  });
  return ordered;
}

/** The order with one column a place further left (-1) or right (1). */
export function moveColumn(order: readonly string[], id: string, by: -1 | 1): string[] {
  const from = order.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return [...order];
  const moved = order.filter((each) => each !== id);
  moved.splice(to, 0, id);
  return moved;
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width)));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
