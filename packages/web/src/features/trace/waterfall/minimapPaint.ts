import { isFailed } from '../model/errorOrder.ts';
import { barBox, fullWindow } from '../model/timeScale.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { spanOf } from '../model/traceTree.ts';
import type { Palette } from './palette.ts';

const BAR_HEIGHT_MAX_PX = 3;

/**
 * Draws the whole trace small: one line a span, or a share of one where there are more spans than lines. Inner spans lie over
 * outer ones and failures over all. It is drawn from the top layer down and only where nothing lies yet, so that the work is
 * bounded by the pixels and not by the spans.
 */
export function paintMinimap(context: CanvasRenderingContext2D, model: TraceModel, widthPx: number, heightPx: number, palette: Palette): void {
  const { tree } = model;
  const full = fullWindow(tree.durationMs);
  const step = heightPx / Math.max(tree.nodeCount, heightPx / (BAR_HEIGHT_MAX_PX + 1));
  const barHeight = Math.max(1, Math.min(BAR_HEIGHT_MAX_PX, step - 1));
  const covered = new Uint8Array(Math.ceil(heightPx + 1) * widthPx);
  const draw = (place: number, colour: string) => {
    const node = tree.order[place] as number;
    const box = barBox(tree.startMs[node] as number, tree.endMs[node] as number, full, widthPx);
    if (box === null) return;
    const y = Math.floor(place * step);
    const end = Math.min(widthPx, Math.ceil(box.x + box.width));
    context.fillStyle = colour;
    let runStart = -1;
    for (let x = Math.max(0, Math.floor(box.x)); x <= end; x++) {
      const free = x < end && covered[y * widthPx + x] === 0;
      if (free) {
        covered[y * widthPx + x] = 1;
        if (runStart === -1) runStart = x;
      } else if (runStart !== -1) {
        context.fillRect(runStart, y, x - runStart, barHeight);
        runStart = -1;
      }
    }
  };
  for (let place = 0; place < tree.nodeCount; place++) {
    if (isFailed(spanOf(tree, tree.order[place] as number)?.status ?? 'success')) draw(place, palette.crit);
  }
  for (let place = tree.nodeCount - 1; place >= 0; place--) {
    const span = spanOf(tree, tree.order[place] as number);
    if (span !== null && !isFailed(span.status)) draw(place, palette.kind[span.kind]);
  }
}
