import { isFailed } from '../model/errorOrder.ts';
import { barBox, fullWindow } from '../model/timeScale.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { spanOf } from '../model/traceTree.ts';
import type { Palette } from './palette.ts';

const BAR_HEIGHT_MAX_PX = 3;

/** Draws the whole trace small: one line a span, or a share of one where there are more spans than lines. Failures last, on top. */
export function paintMinimap(context: CanvasRenderingContext2D, model: TraceModel, widthPx: number, heightPx: number, palette: Palette): void {
  const { tree } = model;
  const full = fullWindow(tree.durationMs);
  const step = heightPx / Math.max(tree.nodeCount, heightPx / (BAR_HEIGHT_MAX_PX + 1));
  const barHeight = Math.max(1, Math.min(BAR_HEIGHT_MAX_PX, step - 1));
  const failures: number[] = [];
  let drawn = '';
  const draw = (place: number, node: number, colour: string) => {
    const box = barBox(tree.startMs[node] as number, tree.endMs[node] as number, full, widthPx);
    if (box === null) return;
    const y = Math.floor(place * step);
    const x = Math.floor(box.x);
    const width = Math.ceil(box.width);
    // Of thousands of spans many cover the same pixels: drawn once.
    const key = `${y} ${x} ${width} ${colour}`;
    if (key === drawn) return;
    drawn = key;
    if (context.fillStyle !== colour) context.fillStyle = colour;
    context.fillRect(x, y, width, barHeight);
  };
  for (let place = 0; place < tree.nodeCount; place++) {
    const node = tree.order[place] as number;
    const span = spanOf(tree, node);
    if (span === null) continue;
    if (isFailed(span.status)) failures.push(place);
    else draw(place, node, palette.kind[span.kind]);
  }
  for (const place of failures) draw(place, tree.order[place] as number, palette.crit);
}
