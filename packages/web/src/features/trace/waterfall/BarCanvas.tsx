import { useLayoutEffect, useRef } from 'react';
import type { RowWindow } from '../model/rowWindow.ts';
import { ROW_PX } from '../model/rowWindow.ts';
import type { Tick, TimeWindow } from '../model/timeScale.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { type BarScene, paintBars } from './barPaint.ts';
import { prepareCanvas } from './canvasSurface.ts';
import { useCanvasStyle } from './useCanvasStyle.ts';

interface BarCanvasProps {
  model: TraceModel;
  rows: Int32Array;
  rowWindow: RowWindow;
  window: TimeWindow;
  ticks: readonly Tick[];
  leftPx: number;
  widthPx: number;
  plot: BarScene['plot'];
  events: BarScene['events'];
}

/**
 * The bars of the rows that are drawn. The canvas lies among the rows and scrolls with them, so that bars and names can never
 * drift apart; it is painted again only when the drawn rows change. What it shows is said in each row for those who cannot see it.
 */
export function BarCanvas({ model, rows, rowWindow, window, ticks, leftPx, widthPx, plot, events }: BarCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const style = useCanvasStyle();
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null || widthPx <= 0) return;
    const nodes = rows.subarray(rowWindow.first, rowWindow.end);
    const context = prepareCanvas(element, widthPx, nodes.length * ROW_PX, style.ratio);
    if (context !== null) paintBars(context, { model, nodes, window, ticks, plot, palette: style.palette, events });
  }, [model, rows, rowWindow.first, rowWindow.end, window, ticks, widthPx, plot, events, style]);
  return <canvas ref={canvas} className="wf-bars" aria-hidden="true" style={{ left: `${leftPx}px` }} />;
}
