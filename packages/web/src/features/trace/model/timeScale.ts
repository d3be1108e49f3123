/**
 * The time axis of a trace. Times are milliseconds relative to the trace's start; a window is the part that is shown.
 */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

/** One microsecond: closer than this the axis tells nothing that the clocks of senders could know. */
export const WINDOW_MIN_MS = 0.001;
/** A bar thinner than this cannot be seen or hit. */
export const BAR_MIN_PX = 2;

/** The window that shows all. A trace of no length gets a little, so that nothing divides by zero. */
export function fullWindow(durationMs: number): TimeWindow {
  return { fromMs: 0, toMs: Math.max(durationMs, WINDOW_MIN_MS) };
}

/** Moves and, where needed, narrows a window so that it lies within the trace. */
export function clampWindow(window: TimeWindow, durationMs: number): TimeWindow {
  const full = fullWindow(durationMs);
  const from = Math.min(window.fromMs, window.toMs);
  const length = Math.min(Math.max(Math.abs(window.toMs - window.fromMs), WINDOW_MIN_MS), full.toMs);
  const fromMs = Math.min(Math.max(from, 0), full.toMs - length);
  return { fromMs, toMs: fromMs + length };
}

/** Zooms about the point that lies at `fraction` (0…1) of the window; a factor below 1 zooms in. */
export function zoomAt(window: TimeWindow, fraction: number, factor: number, durationMs: number): TimeWindow {
  const length = window.toMs - window.fromMs;
  const next = Math.min(Math.max(length * factor, WINDOW_MIN_MS), fullWindow(durationMs).toMs);
  const anchor = window.fromMs + length * fraction;
  return clampWindow({ fromMs: anchor - next * fraction, toMs: anchor + next * (1 - fraction) }, durationMs);
}

/** Moves the window by a fraction of its own length. */
export function panBy(window: TimeWindow, fraction: number, durationMs: number): TimeWindow {
  const shift = (window.toMs - window.fromMs) * fraction;
  return clampWindow({ fromMs: window.fromMs + shift, toMs: window.toMs + shift }, durationMs);
}

/** A window in which the span is seen whole with room at both sides; the given window when it is in it already. */
export function windowShowing(window: TimeWindow, startMs: number, endMs: number, durationMs: number): TimeWindow {
  const length = window.toMs - window.fromMs;
  const visible = endMs >= window.fromMs && startMs <= window.toMs;
  if (visible) return window;
  const next = Math.max(length, (endMs - startMs) * 1.2);
  const middle = (startMs + endMs) / 2;
  return clampWindow({ fromMs: middle - next / 2, toMs: middle + next / 2 }, durationMs);
}

export function isZoomed(window: TimeWindow, durationMs: number): boolean {
  const full = fullWindow(durationMs);
  return window.fromMs > full.fromMs || window.toMs < full.toMs;
}

/** A bar in pixels. */
export interface BarBox {
  x: number;
  width: number;
}

/**
 * Where a span's bar lies in `widthPx` pixels; null when it is outside the window. What is cut off by the window ends just
 * beyond its edge, and a bar at the very end of the trace is moved left so that its two pixels can be seen.
 */
export function barBox(startMs: number, endMs: number, window: TimeWindow, widthPx: number): BarBox | null {
  if (endMs < window.fromMs || startMs > window.toMs || widthPx <= 0) return null;
  const pxPerMs = widthPx / (window.toMs - window.fromMs);
  const left = Math.max((startMs - window.fromMs) * pxPerMs, -BAR_MIN_PX);
  const right = Math.min((endMs - window.fromMs) * pxPerMs, widthPx + BAR_MIN_PX);
  const width = Math.max(right - left, BAR_MIN_PX);
  return { x: Math.min(left, Math.max(widthPx - BAR_MIN_PX, 0)), width };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps above one second that people read without reckoning; below it powers of ten times 1, 2, 5. */
const CLOCK_STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400].map((s) => s * SECOND);

function niceStep(roughMs: number): number {
  if (roughMs > SECOND) {
    const clock = CLOCK_STEPS_MS.find((step) => step >= roughMs);
    return clock ?? Math.ceil(roughMs / DAY) * DAY;
  }
  const magnitude = 10 ** Math.floor(Math.log10(roughMs));
  const factor = [1, 2, 5, 10].find((f) => f * magnitude >= roughMs * 0.999_999) ?? 10;
  return factor * magnitude;
}

export interface Tick {
  ms: number;
  label: string;
}

/** At most `countMax` ticks at round times within the window. */
export function ticksOf(window: TimeWindow, countMax: number): Tick[] {
  const step = niceStep((window.toMs - window.fromMs) / Math.max(countMax, 1));
  const first = Math.ceil(window.fromMs / step - 1e-9);
  const last = Math.floor(window.toMs / step + 1e-9);
  const ticks: Tick[] = [];
  for (let i = first; i <= last && ticks.length < countMax + 1; i++) ticks.push({ ms: i * step, label: tickLabel(i * step, step, last * step) });
  return ticks;
}

/** The unit follows the largest tick, the decimals follow the step: `2.2 s`, `2.4 s`. */
function tickLabel(ms: number, stepMs: number, largestMs: number): string {
  if (ms === 0) return '0';
  if (largestMs >= MINUTE && stepMs >= SECOND) return clockLabel(ms);
  const [unit, unitMs] = largestMs >= SECOND ? (['s', SECOND] as const) : largestMs >= 1 ? (['ms', 1] as const) : (['µs', 0.001] as const);
  const decimals = Math.max(0, Math.ceil(-Math.log10(stepMs / unitMs) - 1e-9));
  return `${(ms / unitMs).toFixed(Math.min(decimals, 9))} ${unit}`;
}

function clockLabel(ms: number): string {
  const parts: string[] = [];
  const total = Math.round(ms / SECOND);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  if (hours > 0) parts.push(`${hours} h`);
  if (minutes > 0) parts.push(`${minutes} min`);
  if (seconds > 0) parts.push(`${seconds} s`);
  return parts.join(' ');
}
