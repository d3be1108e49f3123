import { describe, expect, it } from 'vitest';
import type { QueryRow } from '../../api/metrics.ts';
import { usualByNow, usualRate } from './usual.ts';

const HOUR = 3_600_000;
const now = Date.UTC(2026, 10, 20, 10, 30);

const row = (time: string, cost: string, calls: number): QueryRow => ({
  time,
  cost_usd: cost,
  llm_calls: calls,
  runs: calls,
  input_tokens: calls * 10,
  output_tokens: calls,
  unpriced_calls: 0,
});

describe('usualByNow', () => {
  it('counts earlier days up to the same time of day, the cut hour by its share', () => {
    const rows = [row('2026-11-19T09:00:00Z', '1', 10), row('2026-11-19T10:00:00Z', '0.4', 8), row('2026-11-19T11:00:00Z', '100', 1000)];
    expect(usualByNow(rows, HOUR, now, 'UTC')).toEqual({
      days: 1,
      sums: { costUsd: '1.2', llmCalls: 14, runs: 14, inputTokens: 140, outputTokens: 14, unpricedCalls: 0 },
    });
  });

  it('averages over days on which something happened, and leaves today out', () => {
    const rows = [
      row('2026-11-17T05:00:00Z', '1', 10),
      row('2026-11-18T05:00:00Z', '0', 0),
      row('2026-11-19T05:00:00Z', '2', 20),
      row('2026-11-20T05:00:00Z', '50', 500),
    ];
    const usual = usualByNow(rows, HOUR, now, 'UTC');
    expect(usual?.days).toBe(2);
    expect(usual?.sums.costUsd).toBe('1.5');
    expect(usual?.sums.llmCalls).toBe(15);
  });

  it('counts a day that was active only later in the day as nothing by now', () => {
    const usual = usualByNow([row('2026-11-19T20:00:00Z', '9', 9)], HOUR, now, 'UTC');
    expect(usual).toMatchObject({ days: 1, sums: { costUsd: '0', llmCalls: 0 } });
  });

  it('takes days from the calendar of the zone', () => {
    // 23:30 UTC on the 19th is already the 20th, today, in Tokyo.
    expect(usualByNow([row('2026-11-19T23:30:00Z', '1', 1)], HOUR, now, 'Asia/Tokyo')).toBeNull();
  });

  it('adds exactly, whatever floats would make of it', () => {
    const rows = [row('2026-11-19T01:00:00Z', '0.1', 1), row('2026-11-19T02:00:00Z', '0.2', 1)];
    expect(usualByNow(rows, HOUR, now, 'UTC')?.sums.costUsd).toBe('0.3');
  });

  it('knows nothing without earlier days', () => {
    expect(usualByNow([], HOUR, now, 'UTC')).toBeNull();
  });
});

describe('usualRate', () => {
  it('leaves out today and days without a value', () => {
    const rows = [{ p: 10 }, { p: null }, { p: 20 }, { p: 999 }];
    expect(usualRate(rows, 'p')).toEqual({ value: 15, days: 2 });
    expect(usualRate([{ p: 5 }], 'p')).toBeNull();
  });
});
