import type { QueryColumn } from '@sightglass/contract/querySpec';
import { formatBytes } from '../features/trace/model/formatBytes.ts';
import { formatCount } from '../ui/formatCount.ts';
import { formatDurationMs } from '../ui/formatDuration.ts';
import { formatMoney, NOT_SENT } from '../ui/formatMoney.ts';
import { formatPercent } from '../ui/formatPercent.ts';

/** The units of the catalogue, and what is counted per second. */
export type MeasureUnit = QueryColumn['unit'] | 'rate';

const score = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
const few = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A value of the catalogue as a person reads it; null, which was not sent, is a dash and never 0. */
export function formatMeasure(value: string | number | boolean | null | undefined, unit: MeasureUnit): string {
  if (value === null || value === undefined) return NOT_SENT;
  if (unit === 'usd') return formatMoney(String(value));
  const number = Number(value);
  if (unit === 'none' || !Number.isFinite(number)) return String(value);
  switch (unit) {
    case 'ms':
      return formatDurationMs(number);
    case 'ratio':
      return formatPercent(number);
    case 'bytes':
      return formatBytes(Math.round(number));
    case 'score':
      return score.format(number);
    case 'rate':
      return few.format(number);
    case 'count':
      return Number.isInteger(number) || Math.abs(number) >= 100 ? formatCount(number) : few.format(number);
    case 'tokens':
      return formatCount(number);
  }
}
