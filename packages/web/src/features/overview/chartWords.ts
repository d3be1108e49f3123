import type { Interval } from '../../time/interval.ts';
import { formatMeasure } from '../../measures/formatMeasure.ts';
import { formatCountShort } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatMoney } from '../../ui/formatMoney.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { formatMinute, type TimeZone } from '../../ui/formatTime.ts';
import type { ChartData, MeasureWords } from './chartQuestion.ts';

const DAY_MS = 86_400_000;

/** What the chart says in a sentence. */
export function summaryOf(data: ChartData, words: MeasureWords, interval: Interval, zone: TimeZone): string {
  let highest = { value: -1, time: 0, text: '' };
  for (const { values, exact, label } of data.series) {
    values.forEach((value, index) => {
      if (value === null || value <= highest.value) return;
      highest = {
        value,
        time: data.times[index] ?? 0,
        text: `${formatQuantityOf(exact[index] ?? null, words.unit)}${data.series.length > 1 ? ` (${label})` : ''}`,
      };
    });
  }
  const total = data.total === null ? '' : `Total ${formatQuantityOf(data.total, words.unit)} · `;
  return highest.value < 0
    ? `${total}nothing measured`
    : `${total}${total === '' ? 'Highest' : 'highest'} ${highest.text} ${pointWords(highest.time, interval, zone)}`;
}

/** When a point is: `at 2026-11-20 09:15`, `on 2026-11-20` where a point is a day or more. */
function pointWords(timeMs: number, interval: Interval, zone: TimeZone): string {
  const minute = formatMinute(timeMs, zone);
  return interval.ms >= DAY_MS ? `on ${minute.slice(0, 10)}` : `at ${minute}`;
}

/** A value of the chart in its unit. */
export function formatQuantityOf(value: string | number | null, unit: MeasureWords['unit']): string {
  return formatMeasure(value, unit);
}

/** A number of the scale: round, so without the zeros that a measured value keeps. */
export function formatTick(value: number, unit: MeasureWords['unit']): string {
  if (unit === 'usd') return formatMoney(value.toFixed(12));
  if (unit === 'ms') return formatDurationMs(value).replace(/\.?0+ s$/, ' s');
  if (unit === 'ratio') return formatPercent(value).replace('.0', '');
  if (unit !== 'count' && unit !== 'tokens') return formatMeasure(value, unit);
  // There is no half of a call: between two whole numbers the scale says nothing.
  return Number.isInteger(value) ? formatCountShort(value) : '';
}
