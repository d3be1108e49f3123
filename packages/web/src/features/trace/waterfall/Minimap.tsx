import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from 'react';
import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { clampWindow, fullWindow, isZoomed, panBy, type TimeWindow, zoomAt } from '../model/timeScale.ts';
import type { TraceModel } from '../model/traceModel.ts';
import { useElementSize } from '../useElementSize.ts';
import { prepareCanvas } from './canvasSurface.ts';
import { paintMinimap } from './minimapPaint.ts';
import { useCanvasStyle } from './useCanvasStyle.ts';
import './minimap.css';

/** A drag shorter than this is a click, which moves the window there. */
const DRAG_MIN_PX = 4;
const EDGE_PX = 7;

interface MinimapProps {
  model: TraceModel;
  window: TimeWindow;
  onZoom: (window: TimeWindow) => void;
}

/** A drag in progress: the time that stays, and the time under the pointer. */
interface Drag {
  anchorMs: number;
  startX: number;
  moved: boolean;
}

/** The whole trace in small: shows which part the waterfall shows, and chooses it by dragging or by keys. */
export function Minimap({ model, window, onZoom }: MinimapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [drawn, setDrawn] = useState<TimeWindow | null>(null);
  const { width, height } = useElementSize(frame);
  const style = useCanvasStyle();
  const durationMs = model.tree.durationMs;
  const full = fullWindow(durationMs);

  useLayoutEffect(() => {
    if (canvas.current === null || width === 0) return;
    const context = prepareCanvas(canvas.current, width, height, style.ratio);
    if (context !== null) paintMinimap(context, model, width, height, style.palette);
  }, [model, width, height, style]);

  const shown = drawn ?? window;
  const percent = (ms: number) => (ms / full.toMs) * 100;
  const timeAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(box.width, 1))) * full.toMs;
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = timeAt(event);
    const pxPerMs = width / full.toMs;
    const zoomed = isZoomed(window, durationMs);
    const nearFrom = zoomed && Math.abs(at - window.fromMs) * pxPerMs < EDGE_PX;
    const nearTo = zoomed && Math.abs(at - window.toMs) * pxPerMs < EDGE_PX;
    setDrag({ anchorMs: nearFrom ? window.toMs : nearTo ? window.fromMs : at, startX: event.clientX, moved: nearFrom || nearTo });
  };
  const onPointerMove = (event: PointerEvent) => {
    if (drag === null) return;
    if (!drag.moved && Math.abs(event.clientX - drag.startX) < DRAG_MIN_PX) return;
    if (!drag.moved) setDrag({ ...drag, moved: true });
    setDrawn(clampWindow({ fromMs: drag.anchorMs, toMs: timeAt(event) }, durationMs));
  };
  const onPointerUp = (event: PointerEvent) => {
    if (drag !== null && drawn !== null) onZoom(drawn);
    else if (drag !== null && isZoomed(window, durationMs)) {
      const half = (window.toMs - window.fromMs) / 2;
      const at = timeAt(event);
      onZoom(clampWindow({ fromMs: at - half, toMs: at + half }, durationMs));
    }
    cancelDrag();
  };
  const cancelDrag = () => {
    setDrag(null);
    setDrawn(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = windowForKey(event.key, window, durationMs);
    if (next === null) return;
    event.preventDefault();
    onZoom(next);
  };
  const label = `${formatDurationMs(shown.fromMs)} to ${formatDurationMs(shown.toMs)} of ${formatDurationMs(durationMs)}`;
  return (
    <div
      ref={frame}
      className="minimap"
      role="slider"
      aria-label="Shown time. Left and right pan, up and down zoom, 0 shows all."
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={full.toMs}
      aria-valuenow={shown.fromMs}
      aria-valuetext={label}
      tabIndex={0}
      title={isZoomed(window, durationMs) ? `Shown: ${label}. Double-click shows all.` : 'Drag to zoom'}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={cancelDrag}
      onDoubleClick={() => onZoom(full)}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} aria-hidden="true" />
      {isZoomed(shown, durationMs) || drawn !== null ? (
        <>
          <span className="minimap-shade" style={{ left: 0, width: `${percent(shown.fromMs)}%` }} />
          <span className="minimap-shade" style={{ left: `${percent(shown.toMs)}%`, right: 0 }} />
          <span
            className="minimap-frame"
            style={{ left: `${percent(shown.fromMs)}%`, width: `${Math.max(percent(shown.toMs - shown.fromMs), 0.2)}%` }}
          />
        </>
      ) : null}
    </div>
  );
}

const PAN_STEP = 0.2;
const ZOOM_STEP = 0.7;

/** What a key does to the window, null when it does nothing. */
function windowForKey(key: string, window: TimeWindow, durationMs: number): TimeWindow | null {
  switch (key) {
    case 'ArrowLeft':
      return panBy(window, -PAN_STEP, durationMs);
    case 'ArrowRight':
      return panBy(window, PAN_STEP, durationMs);
    case 'ArrowUp':
    case '+':
      return zoomAt(window, 0.5, ZOOM_STEP, durationMs);
    case 'ArrowDown':
    case '-':
      return zoomAt(window, 0.5, 1 / ZOOM_STEP, durationMs);
    case '0':
    case 'Home':
      return fullWindow(durationMs);
    default:
      return null;
  }
}
