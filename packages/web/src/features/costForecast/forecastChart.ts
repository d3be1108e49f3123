import { formatUsd, parseUsd } from '@sightglass/contract/money';
import type { ForecastDay } from '@sightglass/contract/routes/costForecast';
import { formatMoney } from '../../ui/formatMoney.ts';
import { epochMs } from '../../ui/formatTime.ts';
import type { TimeChartSeries } from '../../ui/TimeChart.tsx';

/** Where the series stand in the chart. */
export const BAND = { high: 2, low: 3 } as const;
const SPENT_COLOUR = 1;
const PROJECTED_COLOUR = 2;
const INTERVAL_COLOUR = 7;

export interface ForecastChartData {
  /** Starts of the days, epoch milliseconds. A point tells the month up to the end of its day. */
  times: number[];
  series: TimeChartSeries[];
  hasInterval: boolean;
}

/** The month added up day by day: what is spent, and from the last finished day on what is projected, between its bounds. */
export function forecastChart(days: readonly ForecastDay[]): ForecastChartData {
  const todayIndex = days.findLastIndex(({ spent_usd }) => spent_usd !== null);
  const spent = spentSoFar(days);
  const ahead = (pick: (day: ForecastDay) => string | null) =>
    // The last finished day is where the lines part.
    days.map((day, index) => (index === todayIndex - 1 ? (spent[index] ?? null) : index < todayIndex ? null : pick(day)));
  const hasProjection = days.some(({ expected_usd }) => expected_usd !== null);
  const hasInterval = days.some(({ high_usd }) => high_usd !== null);
  const lines = [
    { label: 'Spent', texts: spent, colour: SPENT_COLOUR, dashed: false, shown: true },
    { label: 'Projected', texts: ahead(({ total_usd }) => total_usd), colour: PROJECTED_COLOUR, dashed: true, shown: hasProjection },
    { label: 'High', texts: ahead(({ high_usd }) => high_usd), colour: INTERVAL_COLOUR, dashed: true, shown: hasInterval },
    { label: 'Low', texts: ahead(({ low_usd }) => low_usd), colour: INTERVAL_COLOUR, dashed: true, shown: hasInterval },
  ];
  return {
    times: days.map(({ starts_at }) => epochMs(starts_at)),
    hasInterval,
    series: lines
      .filter(({ shown }) => shown)
      .map(({ label, texts, colour, dashed }) => ({
        label,
        colour,
        dashed,
        // A canvas draws floating numbers; the words keep the exact amount.
        values: texts.map((text) => (text === null ? null : Number(text))),
        text: (index: number) => formatMoney(texts[index] ?? null),
      })),
  };
}

/** The exact sum up to each day; today with what it has cost so far, null for the days after it. */
function spentSoFar(days: readonly ForecastDay[]): (string | null)[] {
  let sumPico = 0n;
  return days.map(({ spent_usd }) => {
    if (spent_usd === null) return null;
    sumPico += parseUsd(spent_usd) ?? 0n;
    return formatUsd(sumPico);
  });
}
