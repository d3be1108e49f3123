import { describe, expect, it } from 'vitest';
import { BAR_MIN_PX, barBox, clampWindow, fullWindow, isZoomed, panBy, ticksOf, WINDOW_MIN_MS, windowShowing, zoomAt } from './timeScale.ts';

describe('windows', () => {
  it('a trace without length still has a window', () => {
    expect(fullWindow(0)).toEqual({ fromMs: 0, toMs: WINDOW_MIN_MS });
  });

  it.each([
    [
      { fromMs: -50, toMs: 50 },
      { fromMs: 0, toMs: 100 },
    ],
    [
      { fromMs: 950, toMs: 1050 },
      { fromMs: 900, toMs: 1000 },
    ],
    [
      { fromMs: -10, toMs: 5000 },
      { fromMs: 0, toMs: 1000 },
    ],
    [
      { fromMs: 300, toMs: 200 },
      { fromMs: 200, toMs: 300 },
    ],
    [
      { fromMs: 5, toMs: 5 },
      { fromMs: 5, toMs: 5 + WINDOW_MIN_MS },
    ],
  ])('clamps %j into a trace of one second', (window, expected) => {
    expect(clampWindow(window, 1000)).toEqual(expected);
  });

  it('keeps the time below the pointer in its place while it zooms', () => {
    const before = { fromMs: 200, toMs: 600 };
    const after = zoomAt(before, 0.25, 0.5, 1000);
    expect(after).toEqual({ fromMs: 250, toMs: 450 });
    expect(after.fromMs + (after.toMs - after.fromMs) * 0.25).toBe(300);
  });

  it('never zooms beyond the trace, nor below a microsecond', () => {
    expect(zoomAt({ fromMs: 0, toMs: 900 }, 0.5, 100, 1000)).toEqual({ fromMs: 0, toMs: 1000 });
    let window = fullWindow(1000);
    for (let i = 0; i < 200; i++) window = zoomAt(window, 1, 0.5, 1000);
    expect(window.toMs - window.fromMs).toBeCloseTo(WINDOW_MIN_MS, 9);
    expect(window.toMs).toBe(1000);
  });

  it('pans by a share of its length and stops at the ends', () => {
    expect(panBy({ fromMs: 100, toMs: 200 }, 0.5, 1000)).toEqual({ fromMs: 150, toMs: 250 });
    expect(panBy({ fromMs: 900, toMs: 1000 }, 0.5, 1000)).toEqual({ fromMs: 900, toMs: 1000 });
  });

  it('moves only for a span that cannot be seen', () => {
    const window = { fromMs: 100, toMs: 200 };
    expect(windowShowing(window, 150, 160, 1000)).toBe(window);
    const moved = windowShowing(window, 500, 520, 1000);
    expect(moved).toEqual({ fromMs: 460, toMs: 560 });
    const widened = windowShowing(window, 500, 900, 1000);
    expect(widened.fromMs).toBeLessThanOrEqual(500);
    expect(widened.toMs).toBeGreaterThanOrEqual(900);
  });

  it('knows when it shows less than all', () => {
    expect(isZoomed(fullWindow(1000), 1000)).toBe(false);
    expect(isZoomed({ fromMs: 0, toMs: 999 }, 1000)).toBe(true);
  });
});

describe('barBox', () => {
  const window = { fromMs: 0, toMs: 1000 };

  it('scales to the width', () => {
    expect(barBox(250, 500, window, 800)).toEqual({ x: 200, width: 200 });
  });

  it('never draws less than two pixels, and keeps them inside at the right edge', () => {
    expect(barBox(500, 500.0001, window, 800)?.width).toBe(BAR_MIN_PX);
    expect(barBox(1000, 1000, window, 800)).toEqual({ x: 798, width: BAR_MIN_PX });
  });

  it('ends at the true right edge', () => {
    const box = barBox(10, 1000, window, 777);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeCloseTo(777, 6);
  });

  it('draws nothing outside the window and nothing absurd for a deep zoom', () => {
    expect(barBox(0, 10, { fromMs: 20, toMs: 30 }, 800)).toBeNull();
    expect(barBox(40, 50, { fromMs: 20, toMs: 30 }, 800)).toBeNull();
    const box = barBox(0, 1e9, { fromMs: 500, toMs: 500.001 }, 800);
    expect(box?.x).toBeGreaterThanOrEqual(-BAR_MIN_PX);
    expect(box?.width).toBeLessThanOrEqual(800 + 2 * BAR_MIN_PX);
  });
});

describe('ticksOf', () => {
  const labels = (fromMs: number, toMs: number, count: number) => ticksOf({ fromMs, toMs }, count).map((tick) => tick.label);

  it.each([
    [0, 8420, 5, ['0', '2 s', '4 s', '6 s', '8 s']],
    [0, 1, 5, ['0', '0.2 ms', '0.4 ms', '0.6 ms', '0.8 ms', '1.0 ms']],
    [0, 940, 5, ['0', '200 ms', '400 ms', '600 ms', '800 ms']],
    [2000, 3500, 4, ['2.0 s', '2.5 s', '3.0 s', '3.5 s']],
    [0, 0.01, 5, ['0', '2 µs', '4 µs', '6 µs', '8 µs', '10 µs']],
    [0, 150_000, 6, ['0', '30 s', '1 min', '1 min 30 s', '2 min', '2 min 30 s']],
    [0, 3 * 3_600_000, 4, ['0', '1 h', '2 h', '3 h']],
  ])('%d … %d ms in at most %d steps', (from, to, count, expected) => {
    expect(labels(from, to, count)).toEqual(expected);
  });

  it('stays within its count from a microsecond to a year', () => {
    for (let span = WINDOW_MIN_MS; span < 3.2e10; span *= 3.7) {
      for (const from of [0, span * 12.3]) {
        const ticks = ticksOf({ fromMs: from, toMs: from + span }, 6);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length);
      }
    }
  });
});
