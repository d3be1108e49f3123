import { describe, expect, it } from 'vitest';
import { ROW_PX, rowWindowAt, scrollTopCentring, scrollTopShowing } from './rowWindow.ts';

describe('rowWindowAt', () => {
  it('covers what is seen at every position, and little more', () => {
    for (const height of [0, 26, 400, 1000]) {
      for (let top = 0; top < 10_000 * ROW_PX; top += 977) {
        const window = rowWindowAt(top, height, 10_000);
        expect(window.first).toBeLessThanOrEqual(Math.floor(top / ROW_PX));
        expect(window.end).toBeGreaterThanOrEqual(Math.min(10_000, Math.ceil((top + height) / ROW_PX)));
        expect(window.end - window.first).toBeLessThanOrEqual(Math.ceil(height / ROW_PX) + 26);
      }
    }
  });

  it('does not change for small movements', () => {
    expect(rowWindowAt(26 * 20, 400, 1000)).toEqual(rowWindowAt(26 * 22, 400, 1000));
  });

  it('holds what there is when that is little', () => {
    expect(rowWindowAt(0, 400, 3)).toEqual({ first: 0, end: 3 });
    expect(rowWindowAt(9999, 400, 0)).toEqual({ first: 0, end: 0 });
  });
});

describe('scrolling to a row', () => {
  it('moves only as far as needed', () => {
    expect(scrollTopShowing(10, 0, 400)).toBe(0);
    expect(scrollTopShowing(20, 0, 400)).toBe(22 * ROW_PX - 400);
    expect(scrollTopShowing(3, 400, 400)).toBe(2 * ROW_PX);
    expect(scrollTopShowing(0, 400, 400)).toBe(0);
  });

  it('puts a row that was jumped to into the upper third', () => {
    expect(scrollTopCentring(100, 300)).toBe(2500);
    expect(scrollTopCentring(1, 300)).toBe(0);
  });
});
