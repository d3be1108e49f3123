/** Height of a waterfall row. All rows are equally high, so that places are products and not measurements. */
export const ROW_PX = 26;
/** Rows drawn beyond each edge of what is seen. */
const OVERSCAN_ROWS = 8;
/** The drawn part moves in steps of this many rows, so that most scroll events draw nothing. */
const STEP_ROWS = 8;

/** Rows `first` … `end - 1` are drawn. */
export interface RowWindow {
  first: number;
  end: number;
}

/** The rows to draw for a scroll position; stable while the position moves within a step. */
export function rowWindowAt(scrollTopPx: number, heightPx: number, rowCount: number): RowWindow {
  const seenFirst = Math.floor(Math.max(scrollTopPx, 0) / ROW_PX);
  const seenCount = Math.ceil(heightPx / ROW_PX) + 1;
  const first = Math.max(0, Math.floor((seenFirst - OVERSCAN_ROWS) / STEP_ROWS) * STEP_ROWS);
  const end = Math.min(rowCount, first + seenCount + 2 * OVERSCAN_ROWS + STEP_ROWS);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that row `index` is seen, with a row to spare; the given position when it is seen already. */
export function scrollTopShowing(index: number, scrollTopPx: number, heightPx: number): number {
  const top = index * ROW_PX;
  if (top < scrollTopPx + ROW_PX) return Math.max(0, top - ROW_PX);
  if (top + 2 * ROW_PX > scrollTopPx + heightPx) return Math.max(0, top + 2 * ROW_PX - heightPx);
  return scrollTopPx;
}

/** Where to scroll so that row `index` is in the upper third: after a jump one wants to see what is around it. */
export function scrollTopCentring(index: number, heightPx: number): number {
  return Math.max(0, index * ROW_PX - Math.floor(heightPx / 3));
}
