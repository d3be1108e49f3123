import type { SpanStatus } from '@sightglass/contract/spanKinds';
import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { isFailed } from '../model/errorOrder.ts';
import { ROW_PX } from '../model/rowWindow.ts';
import { type BarBox, barBox, type Tick, type TimeWindow } from '../model/timeScale.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { spanOf } from '../model/traceTree.ts';
import type { Palette } from './palette.ts';

const BAR_TOP_PX = 7;
const BAR_HEIGHT_PX = 12;
const BAR_RADIUS_PX = 2;
const LABEL_GAP_PX = 6;
/** The pieces into which the bar of a running span dissolves. */
const TRAIL_STEP_PX = 7;
const TRAIL_ALPHAS = [0.7, 0.45, 0.25];
const LABEL_FONT_PX = 11;

/** Words beside the duration for what colour alone would say. */
const STATUS_WORDS: Partial<Record<SpanStatus, string>> = {
  error: 'failed',
  timeout: 'timed out',
  cancelled: 'cancelled',
  blocked: 'blocked',
  running: 'running',
};

export interface BarScene {
  model: TraceModel;
  /** The nodes to draw, from top to bottom. */
  nodes: Int32Array;
  window: TimeWindow;
  ticks: readonly Tick[];
  /** Where the time axis lies within the canvas. */
  plot: { x: number; width: number };
  palette: Palette;
  /** Times of events of the open span, in milliseconds since the trace's start. */
  events: { node: number; atMs: readonly number[] } | null;
}

/** Draws grid lines, bars and labels of the given rows. */
export function paintBars(context: CanvasRenderingContext2D, scene: BarScene): void {
  const { nodes, plot } = scene;
  const height = nodes.length * ROW_PX;
  paintGrid(context, scene, height);
  context.save();
  context.beginPath();
  context.rect(plot.x - 1, 0, plot.width + 2, height);
  context.clip();
  for (let row = 0; row < nodes.length; row++) paintBar(context, scene, nodes[row] as number, row * ROW_PX);
  context.restore();
  context.font = `${LABEL_FONT_PX}px ${scene.palette.font}`;
  context.textBaseline = 'middle';
  for (let row = 0; row < nodes.length; row++) paintLabel(context, scene, nodes[row] as number, row * ROW_PX);
}

function boxOf({ model, window, plot }: BarScene, node: number): BarBox | null {
  const box = barBox(model.tree.startMs[node] as number, model.tree.endMs[node] as number, window, plot.width);
  return box === null ? null : { x: plot.x + box.x, width: box.width };
}

function paintGrid(context: CanvasRenderingContext2D, { ticks, window, plot, palette }: BarScene, height: number): void {
  context.fillStyle = palette.line;
  for (const tick of ticks) {
    const x = plot.x + ((tick.ms - window.fromMs) / (window.toMs - window.fromMs)) * plot.width;
    context.fillRect(Math.round(x), 0, 1, height);
  }
}

function paintBar(context: CanvasRenderingContext2D, scene: BarScene, node: number, top: number): void {
  const { model, palette } = scene;
  const box = boxOf(scene, node);
  if (box === null) return;
  const y = top + BAR_TOP_PX;
  const span = spanOf(model.tree, node);
  if (span === null) {
    strokeDashed(context, box, y, palette.ink3);
    return;
  }
  const failed = isFailed(span.status) || span.error_origin;
  context.globalAlpha = span.superseded ? 0.45 : 1;
  context.fillStyle = failed ? palette.crit : palette.kind[span.kind];
  if (span.status === 'running') fillOpenBar(context, box, y);
  else fillBar(context, box, y);
  if (failed) hatch(context, box, y, palette.surface);
  context.globalAlpha = 1;
  if (span.ttft_ms !== null) paintMark(context, scene, (model.tree.startMs[node] as number) + span.ttft_ms, box, y);
  if (scene.events?.node === node) for (const atMs of scene.events.atMs) paintDot(context, scene, atMs, y);
  if (model.path.nodes.has(node)) {
    context.fillStyle = palette.ink;
    context.fillRect(box.x, y + BAR_HEIGHT_PX + 2, box.width, 2);
  }
}

function fillBar(context: CanvasRenderingContext2D, box: BarBox, y: number): void {
  if (box.width < 2 * BAR_RADIUS_PX) {
    context.fillRect(box.x, y, box.width, BAR_HEIGHT_PX);
    return;
  }
  context.beginPath();
  context.roundRect(box.x, y, box.width, BAR_HEIGHT_PX, BAR_RADIUS_PX);
  context.fill();
}

/** A bar whose end is not known yet: it trails off. */
function fillOpenBar(context: CanvasRenderingContext2D, box: BarBox, y: number): void {
  const pieces = Math.min(TRAIL_ALPHAS.length, Math.floor(box.width / (2 * TRAIL_STEP_PX)));
  const solid = box.width - pieces * TRAIL_STEP_PX;
  context.beginPath();
  context.roundRect(box.x, y, solid, BAR_HEIGHT_PX, [BAR_RADIUS_PX, 0, 0, BAR_RADIUS_PX]);
  context.fill();
  const alpha = context.globalAlpha;
  for (let i = 0; i < pieces; i++) {
    context.globalAlpha = alpha * (TRAIL_ALPHAS[i] as number);
    context.fillRect(box.x + solid + i * TRAIL_STEP_PX + 2, y, TRAIL_STEP_PX - 2, BAR_HEIGHT_PX);
  }
  context.globalAlpha = alpha;
}

/** Stripes tell a failure apart for those who do not see the red. */
function hatch(context: CanvasRenderingContext2D, box: BarBox, y: number, colour: string): void {
  if (box.width < 6) return;
  context.save();
  context.beginPath();
  context.rect(box.x, y, box.width, BAR_HEIGHT_PX);
  context.clip();
  context.beginPath();
  for (let x = box.x - BAR_HEIGHT_PX; x < box.x + box.width; x += 6) {
    context.moveTo(x, y + BAR_HEIGHT_PX);
    context.lineTo(x + BAR_HEIGHT_PX, y);
  }
  context.strokeStyle = colour;
  context.globalAlpha = 0.45;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

function strokeDashed(context: CanvasRenderingContext2D, box: BarBox, y: number, colour: string): void {
  context.save();
  context.setLineDash([3, 3]);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.strokeRect(box.x + 0.5, y + 0.5, Math.max(box.width - 1, 1), BAR_HEIGHT_PX - 1);
  context.restore();
}

/** The first token: a notch through the bar. */
function paintMark(context: CanvasRenderingContext2D, scene: BarScene, atMs: number, box: BarBox, y: number): void {
  const x = xOf(scene, atMs);
  if (x <= box.x + 1 || x >= box.x + box.width - 1) return;
  context.fillStyle = scene.palette.surface;
  context.fillRect(x - 1.5, y, 3, BAR_HEIGHT_PX);
  context.fillStyle = scene.palette.ink;
  context.fillRect(x - 0.5, y - 2, 1, BAR_HEIGHT_PX + 3);
}

function paintDot(context: CanvasRenderingContext2D, scene: BarScene, atMs: number, y: number): void {
  context.beginPath();
  context.arc(xOf(scene, atMs), y + BAR_HEIGHT_PX / 2, 3, 0, 2 * Math.PI);
  context.fillStyle = scene.palette.surface;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = scene.palette.ink;
  context.stroke();
}

function xOf({ window, plot }: BarScene, ms: number): number {
  return plot.x + ((ms - window.fromMs) / (window.toMs - window.fromMs)) * plot.width;
}

/** The duration goes to the right of the bar, else to its left, else into it, so that it is never cut off. */
function paintLabel(context: CanvasRenderingContext2D, scene: BarScene, node: number, top: number): void {
  const { model, palette, plot } = scene;
  const span = spanOf(model.tree, node);
  const word = span === null ? undefined : STATUS_WORDS[span.status];
  const duration = formatDurationMs((model.tree.endMs[node] as number) - (model.tree.startMs[node] as number));
  const text = word === undefined ? duration : `${duration} · ${word}`;
  const y = top + BAR_TOP_PX + BAR_HEIGHT_PX / 2 + 0.5;
  const failed = span !== null && (isFailed(span.status) || span.error_origin);
  context.fillStyle = failed ? palette.crit : palette.ink3;
  const box = boxOf(scene, node);
  const plotEnd = plot.x + plot.width;
  if (box === null) {
    // Beyond the window: an arrow says on which side.
    const before = (model.tree.endMs[node] as number) < scene.window.fromMs;
    const pointed = before ? `‹ ${text}` : `${text} ›`;
    context.fillText(pointed, before ? plot.x + 2 : plotEnd - context.measureText(pointed).width, y);
    return;
  }
  const width = context.measureText(text).width;
  const left = Math.max(box.x, plot.x);
  const right = Math.min(box.x + box.width, plotEnd);
  const gap = scene.events?.node === node ? 2 * LABEL_GAP_PX : LABEL_GAP_PX;
  if (right + gap + width <= plotEnd) context.fillText(text, right + gap, y);
  else if (left - gap - width >= plot.x) context.fillText(text, left - gap - width, y);
  else {
    const inset = LABEL_GAP_PX + (span?.status === 'running' ? TRAIL_ALPHAS.length * TRAIL_STEP_PX : 0);
    if (right - left >= width + LABEL_GAP_PX + inset) paintPlate(context, palette, text, right - inset - width, y, width);
  }
}

/** Text within a bar stands on a plate of the page's own colour: no kind's colour then has to carry text. */
function paintPlate(context: CanvasRenderingContext2D, palette: Palette, text: string, x: number, y: number, width: number): void {
  const colour = context.fillStyle;
  context.fillStyle = palette.surface;
  context.beginPath();
  context.roundRect(x - 4, y - 6, width + 8, 11, 2);
  context.fill();
  context.fillStyle = colour;
  context.fillText(text, x, y);
}
