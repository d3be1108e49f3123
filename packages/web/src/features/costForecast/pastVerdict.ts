import { parseUsd } from '@sightglass/contract/money';
import type { ForecastReach } from '@sightglass/contract/routes/costForecast';
import { formatMoney } from '../../ui/formatMoney.ts';
import { formatChange } from '../../ui/formatPercent.ts';

/** How far above or below the later cost a projection lay: `+4 %`, `within 1 %`, `exact`; empty when there was none. */
export function missText(projectedUsd: string | null, spentUsd: string): string {
  if (projectedUsd === null) return '';
  const change = formatChange(Number(projectedUsd), Number(spentUsd));
  if (change !== 'no change') return change ?? '';
  return Number(projectedUsd) === Number(spentUsd) ? 'exact' : 'within 1\u202f%';
}

/** Whether the later cost lay in the interval: a word, and the interval for those who hover. */
export function verdictOf({ low_usd, high_usd }: Pick<ForecastReach, 'low_usd' | 'high_usd'>, spentUsd: string): { word: string; title?: string } {
  const [low, high, spent] = [low_usd, high_usd, spentUsd].map((text) => (text === null ? undefined : parseUsd(text)));
  if (low === undefined || high === undefined || spent === undefined) return { word: '' };
  // The bounds are rounded to cents; a cost that is off by less was not missed.
  const inside = spent >= low - ROUNDING_PICO && spent <= high + ROUNDING_PICO;
  return { word: inside ? 'held' : 'missed', title: `Interval ${formatMoney(low_usd)} – ${formatMoney(high_usd)}` };
}

const ROUNDING_PICO = 5_000_000_000n;
