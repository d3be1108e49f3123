import { isZoomed, clampWindow, fullWindow } from './timeScale.ts';
import { millisecondsBetween } from './timestamps.ts';
import { rowIndexOf, type TraceNavigation } from './traceNavigation.ts';
import { spanOf, type TraceTree, visibleNodes } from './traceTree.ts';

/**
 * The same place in a trace that was read again: its nodes may have other numbers, parents may have arrived in place of their
 * stand-ins, and it may begin earlier. What is gone is left: the cursor goes to the first row, the detail closes.
 */
export function carryNavigation(before: TraceTree, state: TraceNavigation, after: TraceTree): TraceNavigation {
  const standIns = new Map(after.missingParentIds.map((id, i) => [id, after.spans.length + i]));
  const sameIn = (node: number): number | undefined => {
    const id = spanOf(before, node)?.span_id ?? before.missingParentIds[node - before.spans.length];
    return id === undefined ? undefined : (after.nodeOfSpan.get(id) ?? standIns.get(id));
  };
  const collapsed = new Set([...state.collapsed].map(sameIn).filter((node) => node !== undefined));
  const rows = visibleNodes(after, collapsed);
  const cursor = rows[Math.max(0, rowIndexOf(after, rows, sameIn(state.cursor) ?? after.order[0] ?? -1))] ?? -1;
  return {
    cursor,
    open: state.open === null ? null : (sameIn(state.open) ?? null),
    collapsed,
    rows,
    window: carryWindow(before, state, after),
    reveal: { node: sameIn(state.reveal.node) ?? cursor, centred: state.reveal.centred, turn: state.reveal.turn },
  };
}

/** All of it stays all of it; a part stays the same part, by the clock. */
function carryWindow(before: TraceTree, { window }: TraceNavigation, after: TraceTree) {
  const { origin } = after.times;
  if (!isZoomed(window, before.durationMs) || origin === null || before.times.origin === null) return fullWindow(after.durationMs);
  const shiftMs = millisecondsBetween(origin, before.times.origin);
  return clampWindow({ fromMs: window.fromMs + shiftMs, toMs: window.toMs + shiftMs }, after.durationMs);
}
