import { describe, expect, it } from 'vitest';
import { intervalFor } from '../../time/interval.ts';
import { type ChartData, chartData, MEASURE_WORDS } from './chartQuestion.ts';
import { formatTick, summaryOf } from './chartWords.ts';

const HOUR = 3_600_000;
const hourly = intervalFor(50 * HOUR, 100);
const daily = intervalFor(80 * 24 * HOUR, 100);

describe('summaryOf', () => {
  const rows = [
    { time: '2026-11-19T00:00:00Z', cost_usd: '1.5' },
    { time: '2026-11-20T00:00:00Z', cost_usd: '2.25' },
  ];

  it('names total and highest point, with the time that its width allows', () => {
    const data = chartData([], rows, MEASURE_WORDS.cost, null);
    expect(summaryOf(data, MEASURE_WORDS.cost, hourly, 'UTC')).toBe('Total $3.75 · highest $2.25 at 2026-11-20 00:00');
    expect(summaryOf(data, MEASURE_WORDS.cost, daily, 'UTC')).toBe('Total $3.75 · highest $2.25 on 2026-11-20');
  });

  it('names the group of the highest point of a split', () => {
    const split = rows.map((row) => ({ ...row, model: 'gpt-4o' })).concat([{ time: '2026-11-19T00:00:00Z', cost_usd: '0.5', model: 'mini' }]);
    const data = chartData(split, rows, MEASURE_WORDS.cost, 'model');
    expect(summaryOf(data, MEASURE_WORDS.cost, daily, 'UTC')).toContain('highest $2.25 (gpt-4o)');
  });

  it('has no total for what cannot be added, and says when nothing was measured', () => {
    const none: ChartData = { times: [0], series: [{ label: 'Latency', values: [null], exact: [null] }], total: null };
    expect(summaryOf(none, MEASURE_WORDS.latency, daily, 'UTC')).toBe('nothing measured');
  });
});

describe('formatTick', () => {
  it.each([
    [0.2, 'usd', '$0.20'],
    [2000, 'ms', '2 s'],
    [1500, 'ms', '1.5 s'],
    [40_000, 'count', '40K'],
  ] as const)('writes %s %s as %s', (value, unit, text) => {
    expect(formatTick(value, unit)).toBe(text);
  });
});
