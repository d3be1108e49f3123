import { describe, expect, it } from 'vitest';
import { chartData, MEASURE_WORDS, SERIES_MAX, sum } from './chartQuestion.ts';

const T0 = '2026-11-20T09:00:00Z';
const T1 = '2026-11-20T10:00:00Z';

describe('chartData', () => {
  it('makes one series without a split, with an exact total', () => {
    const rows = [
      { time: T0, cost_usd: '0.1' },
      { time: T1, cost_usd: '0.2' },
    ];
    const data = chartData([], rows, MEASURE_WORDS.cost, null);
    expect(data.times).toEqual([Date.parse(T0), Date.parse(T1)]);
    expect(data.series).toEqual([{ label: 'Cost', exact: ['0.1', '0.2'], values: [0.1, 0.2] }]);
    expect(data.total).toBe('0.3');
  });

  it('ranks groups by the whole range and gives the remainder as other, exactly', () => {
    const totals = [
      { time: T0, cost_usd: '1' },
      { time: T1, cost_usd: '2' },
    ];
    const rows = [
      { time: T0, model: 'small', cost_usd: '0.3' },
      { time: T1, model: 'big', cost_usd: '1.9' },
      { time: T0, model: 'big', cost_usd: '0.6' },
    ];
    const { series } = chartData(rows, totals, MEASURE_WORDS.cost, 'model');
    expect(series.map(({ label, exact }) => [label, exact])).toEqual([
      ['big', ['0.6', '1.9']],
      ['small', ['0.3', '0']],
      ['other', ['0.1', '0.1']],
    ]);
  });

  it('keeps the foremost groups when there are too many', () => {
    const totals = [{ time: T0, calls: 100 }];
    const rows = Array.from({ length: 9 }, (_, index) => ({ time: T0, kind: `k${index}`, calls: index + 1 }));
    const { series } = chartData(rows, totals, MEASURE_WORDS.calls, 'kind');
    expect(series).toHaveLength(SERIES_MAX + 1);
    expect(series[0]?.label).toBe('k8');
    expect(series.at(-1)).toMatchObject({ label: 'other', exact: [100 - 9 - 8 - 7 - 6 - 5 - 4] });
  });

  it('shows percentiles as they are: gaps stay gaps, nothing is summed', () => {
    const totals = [
      { time: T0, latency_ms_p95: 900 },
      { time: T1, latency_ms_p95: null },
    ];
    const data = chartData([], totals, MEASURE_WORDS.latency, null);
    expect(data.series[0]?.values).toEqual([900, null]);
    expect(data.total).toBeNull();
  });

  it('names the group that has no value', () => {
    const { series } = chartData([{ time: T0, agent_id: null, calls: 4 }], [{ time: T0, calls: 4 }], MEASURE_WORDS.calls, 'agent_id');
    expect(series.map(({ label }) => label)).toEqual(['no agent']);
  });
});

describe('sum', () => {
  it('adds decimals without floats', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3');
    expect(sum([1, null, 2])).toBe(3);
    expect(sum([])).toBe(0);
  });
});
