/** What the charts of the page draw. Pure. */
import type { AnomalySeries, Crossing } from '@sightglass/contract/routes/anomalies';
import { epochMs } from '../../ui/formatTime.ts';
import type { TimeChartSeries } from '../../ui/TimeChart.tsx';
import { formatEstimate } from './anomalyWords.ts';

const VALUE_COLOUR = 1;
const EXPECTED_COLOUR = 2;
const BAND_COLOUR = 7;

export interface DrawnSeries {
  times: number[];
  series: TimeChartSeries[];
  /** Undefined where nothing is expected. */
  band: { high: number; low: number } | undefined;
}

/** Where the bounds stand among the series. */
const BAND = { high: 2, low: 3 } as const;

/** Values beside what was expected of them, between their bounds. */
export function seriesChart({
  points,
  unit,
}: Pick<AnomalySeries, 'points' | 'unit'>): DrawnSeries & { stretches: { fromMs: number; toMs: number }[] } {
  const line = (label: string, values: (number | null)[], colour: number, dashed: boolean): TimeChartSeries => ({
    label,
    values,
    colour,
    dashed,
    text: (index) => formatEstimate(values[index] ?? null, unit),
  });
  const times = points.map(({ at }) => epochMs(at));
  const isJudged = points.some(({ expected }) => expected !== null);
  const bounds = isJudged
    ? [
        line(
          'Expected',
          points.map(({ expected }) => expected),
          EXPECTED_COLOUR,
          true,
        ),
        line(
          'At most',
          points.map(({ upper }) => upper),
          BAND_COLOUR,
          true,
        ),
        line(
          'At least',
          points.map(({ lower }) => lower),
          BAND_COLOUR,
          true,
        ),
      ]
    : [];
  return {
    times,
    series: [
      line(
        'Value',
        points.map(({ value }) => value),
        VALUE_COLOUR,
        false,
      ),
      ...bounds,
    ],
    band: isJudged ? BAND : undefined,
    stretches: points.flatMap(({ at, is_anomaly }) => (is_anomaly ? [{ fromMs: epochMs(at) - HALF_HOUR_MS, toMs: epochMs(at) + HALF_HOUR_MS }] : [])),
  };
}

/** A point stands at the beginning of its hour: half an hour to either side tints it. */
const HALF_HOUR_MS = 1_800_000;

/** The days so far, and those to come between their bounds. */
export function crossingChart({ days, unit }: Pick<Crossing, 'days' | 'unit'>): DrawnSeries {
  const isForecast = days.some(({ expected }) => expected !== null);
  const last = days.findLastIndex(({ expected }) => expected === null);
  const line = (
    label: string,
    pick: (day: Crossing['days'][number], index: number) => number | null,
    colour: number,
    dashed: boolean,
  ): TimeChartSeries => {
    const values = days.map(pick);
    return { label, values, colour, dashed, text: (index) => formatEstimate(values[index] ?? null, unit) };
  };
  // The lines to come part from the last day that is known.
  const ahead = (pick: (day: Crossing['days'][number]) => number | null) => (day: Crossing['days'][number], index: number) =>
    index === last ? day.value : pick(day);
  return {
    times: days.map(({ date }) => Date.parse(`${date}T00:00:00Z`)),
    series: [
      line('Value', ({ value }) => value, VALUE_COLOUR, false),
      ...(isForecast
        ? [
            line(
              'Expected',
              ahead(({ expected }) => expected),
              EXPECTED_COLOUR,
              true,
            ),
            line(
              'High',
              ahead(({ high }) => high),
              BAND_COLOUR,
              true,
            ),
            line(
              'Low',
              ahead(({ low }) => low),
              BAND_COLOUR,
              true,
            ),
          ]
        : []),
    ],
    band: isForecast ? BAND : undefined,
  };
}
