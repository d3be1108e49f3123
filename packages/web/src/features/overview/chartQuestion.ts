import { formatUsd, parseUsd } from '@sightglass/contract/money';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { epochMs } from '../../ui/formatTime.ts';

export const CHART_MEASURES = ['cost', 'calls', 'errors', 'latency', 'tokens'] as const;
export type ChartMeasure = (typeof CHART_MEASURES)[number];
export const CHART_SPLITS = ['none', 'model', 'agent', 'provider', 'kind'] as const;
export type ChartSplit = (typeof CHART_SPLITS)[number];

export interface MeasureWords {
  label: string;
  /** The measure of the catalogue. */
  measure: string;
  unit: 'usd' | 'count' | 'ms' | 'tokens' | 'ratio' | 'score' | 'bytes' | 'rate';
  unitWords: string;
  /** Whether points of groups and of intervals can be added up. */
  adds: boolean;
}

export const MEASURE_WORDS: Readonly<Record<ChartMeasure, MeasureWords>> = {
  cost: { label: 'Cost', measure: 'cost_usd', unit: 'usd', unitWords: 'US dollars', adds: true },
  calls: { label: 'Calls', measure: 'calls', unit: 'count', unitWords: 'model, tool and retrieval calls', adds: true },
  errors: { label: 'Errors', measure: 'errors', unit: 'count', unitWords: 'failed calls', adds: true },
  latency: { label: 'Latency', measure: 'latency_ms_p95', unit: 'ms', unitWords: '95th percentile of calls', adds: false },
  tokens: { label: 'Tokens', measure: 'total_tokens', unit: 'tokens', unitWords: 'input and output tokens', adds: true },
};

/** What a chart can be split by: the words for it, and the dimension of the catalogue; null: not at all. */
export type ChartSplits = Readonly<Record<string, { label: string; field: string | null }>>;

export const OVERVIEW_SPLITS: Readonly<Record<ChartSplit, ChartSplits[string]>> = {
  none: { label: 'No split', field: null },
  model: { label: 'By model', field: 'model' },
  agent: { label: 'By agent', field: 'agent_id' },
  provider: { label: 'By provider', field: 'provider' },
  kind: { label: 'By kind', field: 'kind' },
};

/** More lines than this cannot be told apart; the rest is summed up, or left out where it cannot be summed. */
export const SERIES_MAX = 6;

/** One line or stack of a chart. `exact` holds money as decimal text, other quantities as numbers; `values` is what is drawn. */
export interface ChartSeries {
  label: string;
  values: (number | null)[];
  exact: (string | number | null)[];
}

export interface ChartData {
  /** Start of each interval, epoch milliseconds, ascending. */
  times: number[];
  series: ChartSeries[];
  /** Sum over the range, or null where points do not add up. */
  total: string | number | null;
}

/**
 * Rows of a question over time → series. `rows` carry `time` and, when split, a group; `totals` are the rows of the same
 * question without the split, which give the remainder beside the foremost groups.
 */
export function chartData(rows: readonly QueryRow[], totals: readonly QueryRow[], words: MeasureWords, groupField: string | null): ChartData {
  const times = [...new Set(totals.map((row) => epochMs(textOf(row, 'time') ?? '')))].filter((time) => !Number.isNaN(time)).sort((a, b) => a - b);
  const position = new Map(times.map((time, index) => [time, index]));
  const whole = seriesOf(words.label, totals, words, position);
  const total = words.adds ? sum(whole.exact) : null;
  if (groupField === null) return { times, series: [whole], total };

  const groups = new Map<string, QueryRow[]>();
  for (const row of rows) {
    const name = textOf(row, groupField) ?? `no ${groupField.replace('_id', '')}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const series = [...groups].map(([name, groupRows]) => seriesOf(name, groupRows, words, position)).filter(hasValue);
  // Ranked by the whole range, so that colours do not jump from refresh to refresh.
  series.sort((a, b) => weight(b) - weight(a));
  const foremost = series.slice(0, SERIES_MAX);
  if (words.adds) {
    const rest = remainder(whole, foremost, words.unit === 'usd');
    if (hasValue(rest)) foremost.push(rest);
  }
  return { times, series: foremost, total };
}

function seriesOf(label: string, rows: readonly QueryRow[], words: MeasureWords, position: ReadonlyMap<number, number>): ChartSeries {
  const exact: (string | number | null)[] = Array.from({ length: position.size }, () => (words.adds ? (words.unit === 'usd' ? '0' : 0) : null));
  for (const row of rows) {
    const index = position.get(epochMs(textOf(row, 'time') ?? ''));
    if (index !== undefined) exact[index] = words.unit === 'usd' ? (textOf(row, words.measure) ?? '0') : numberOf(row, words.measure);
  }
  // A canvas draws doubles; what is read and written stays in `exact`.
  return { label, exact, values: exact.map((value) => (value === null ? null : Number(value))) };
}

/** What the foremost groups leave of the whole, point by point. */
function remainder(whole: ChartSeries, foremost: readonly ChartSeries[], money: boolean): ChartSeries {
  const exact = whole.exact.map((value, index) => {
    if (!money) return Math.max(0, Number(value ?? 0) - foremost.reduce((total, series) => total + Number(series.exact[index] ?? 0), 0));
    const left = foremost.reduce((pico, series) => pico - picoOf(series.exact[index]), picoOf(value));
    return formatUsd(left < 0n ? 0n : left);
  });
  return { label: 'other', exact, values: exact.map(Number) };
}

/** The exact sum of numbers, or of decimal texts. */
export function sum(values: readonly (string | number | null)[]): string | number {
  if (!values.some((value) => typeof value === 'string')) return values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
  return formatUsd(values.reduce<bigint>((total, value) => total + picoOf(value), 0n));
}

const picoOf = (value: string | number | null | undefined): bigint => (typeof value === 'string' ? (parseUsd(value) ?? 0n) : 0n);
const hasValue = (series: ChartSeries) => series.values.some((value) => value !== null && value !== 0);
const weight = (series: ChartSeries) => series.values.reduce<number>((total, value) => total + (value ?? 0), 0);
