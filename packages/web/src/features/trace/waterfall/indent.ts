/** How far rows are indented. */
export interface Indent {
  /** Pixels a level. */
  stepPx: number;
  /** Deeper rows are not indented further, so that names stay readable; their depth is written out. */
  maxPx: number;
}

const STEP_MAX_PX = 14;
const STEP_MIN_PX = 5;
/** Of the width of the tree, at most this much is indentation. */
const SHARE_MAX = 0.4;

/** The wider the tree and the flatter the trace, the clearer the steps. */
export function indentFor(treeWidthPx: number, depthMax: number): Indent {
  const maxPx = Math.max(treeWidthPx * SHARE_MAX, STEP_MIN_PX);
  return { stepPx: Math.min(STEP_MAX_PX, Math.max(STEP_MIN_PX, Math.floor(maxPx / Math.max(depthMax, 1)))), maxPx };
}
