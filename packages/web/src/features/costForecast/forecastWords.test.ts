import type { CostForecast, CostProjection } from '@sightglass/contract/routes/costForecast';
import { describe, expect, it } from 'vitest';
import { forecastChart } from './forecastChart.ts';
import { changeText, daysLeftText, forecastSentence, monthName, pastErrorWords } from './forecastWords.ts';
import { missText, verdictOf } from './pastVerdict.ts';

const sentenceOf = (reach: Pick<CostProjection, 'projected_usd' | 'low_usd' | 'high_usd'>) =>
  forecastSentence({ month: '2026-11', interval_level: 0.8, workspace: reach } as CostForecast);
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('the answer in a sentence', () => {
  it('names the month, the amount and its interval', () => {
    expect(plain(sentenceOf({ projected_usd: '286.99', low_usd: '270', high_usd: '300.5' }))).toBe(
      'November 2026 will end at about $286.99; 80 % interval $270.00 to $300.50.',
    );
  });

  it('leaves out an interval that is not known, and never turns a missing projection into $0', () => {
    expect(sentenceOf({ projected_usd: '30', low_usd: null, high_usd: null })).toBe('November 2026 will end at about $30.00.');
    expect(sentenceOf({ projected_usd: null, low_usd: null, high_usd: null })).toBe('November 2026 cannot be projected yet.');
  });
});

it.each([
  [12.4, '12 days left'],
  [1.2, '1 day left'],
  [0.5, '12 hours left'],
  [0, '1 hour left'],
])('%d days left are %s', (days, words) => {
  expect(daysLeftText(days)).toBe(words);
});

it('a month that is none stays as it came', () => {
  expect([monthName('2026-02'), monthName('soon')]).toEqual(['February 2026', 'soon']);
});

it('a projection is compared with the month before only when both are there', () => {
  expect(plain(changeText({ projected_usd: '112', previous_month_usd: '100' }) ?? '')).toBe('+12 %');
  expect(changeText({ projected_usd: '112', previous_month_usd: '0' })).toBeNull();
  expect(changeText({ projected_usd: null, previous_month_usd: '100' })).toBeNull();
});

it('a past error says of how many forecasts and of how many days', () => {
  expect(plain(pastErrorWords({ days: 10, forecasts: 17, wape: 0.0812 }))).toBe('17 past forecasts of 10 days missed by 8.1 % of the cost');
  expect(pastErrorWords(null)).toBe('No past forecast can be checked yet');
});

it.each([
  ['100', '100', '90', '110', 'exact', 'held'],
  ['104', '100', '101', '110', '+4 %', 'missed'],
  ['96', '100', '90', '99', '−4 %', 'missed'],
  // Bounds are rounded to cents.
  ['100', '100.004', '100', '100', 'within 1 %', 'held'],
])('projected %s of what became %s between %s and %s: %s, %s', (projected, spent, low_usd, high_usd, miss, word) => {
  expect(plain(missText(projected, spent))).toBe(miss);
  expect(verdictOf({ low_usd, high_usd }, spent).word).toBe(word);
});

it('what was not projected was neither held nor missed', () => {
  expect(missText(null, '100')).toBe('');
  expect(verdictOf({ low_usd: null, high_usd: null }, '100').word).toBe('');
});

describe('the chart', () => {
  const day = (date: string, fields: Partial<CostForecast['workspace']['days'][number]>) => ({
    date,
    starts_at: `${date}T00:00:00Z`,
    spent_usd: null,
    expected_usd: null,
    total_usd: null,
    low_usd: null,
    high_usd: null,
    ...fields,
  });
  const finished = [
    day('2026-11-01', { spent_usd: '0.1', total_usd: '0.1' }),
    day('2026-11-02', { spent_usd: '0.200000000001', total_usd: '0.300000000001' }),
  ];

  it('adds up what is spent, and parts into what is expected at the last finished day', () => {
    const { series, hasInterval } = forecastChart([
      ...finished,
      day('2026-11-03', { spent_usd: '0.05', expected_usd: '0.05', total_usd: '0.4', low_usd: '0.35', high_usd: '0.5' }),
      day('2026-11-04', { expected_usd: '0.1', total_usd: '0.5', low_usd: '0.4', high_usd: '0.8' }),
    ]);
    expect(hasInterval).toBe(true);
    expect(series.map(({ label, values }) => [label, values])).toEqual([
      ['Spent', [0.1, 0.300000000001, 0.350000000001, null]],
      ['Projected', [null, 0.300000000001, 0.4, 0.5]],
      ['High', [null, 0.300000000001, 0.5, 0.8]],
      ['Low', [null, 0.300000000001, 0.35, 0.4]],
    ]);
    expect(series[1]?.text(0)).toBe('–');
  });

  it('on the first day begins with it', () => {
    const { series } = forecastChart([
      day('2026-11-01', { spent_usd: '0.1', expected_usd: '0.1', total_usd: '0.2' }),
      day('2026-11-02', { expected_usd: '0.2', total_usd: '0.4' }),
    ]);
    expect(series.map(({ label, values }) => [label, values])).toEqual([
      ['Spent', [0.1, null]],
      ['Projected', [0.2, 0.4]],
    ]);
  });

  it('without a projection shows what is spent alone', () => {
    expect(forecastChart([...finished, day('2026-11-03', { spent_usd: '0' }), day('2026-11-04', {})]).series.map(({ label }) => label)).toEqual([
      'Spent',
    ]);
  });
});
