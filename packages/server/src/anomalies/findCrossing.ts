import { type Crossing, CROSSING_DAYS_MAX, type CrossingOperator } from '@sightglass/contract/routes/anomalies';
import { FORECAST_INTERVAL_LEVEL } from '@sightglass/contract/routes/costForecast';
import { daysRange } from '../costForecast/monthCalendar.ts';
import type { MeasureDefinition } from '../explore/measures/measure.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue } from '../explore/runQuery.ts';
import { dateIn, isoDate, plusDays } from '../explore/timeZone.ts';
import { ok, type Result } from '../result.ts';
import type { AnomalyClock } from './findAnomalies.ts';
import { FORECAST_DAYS_NEEDED, type ForecastedDay, forecastDays } from './forecastDays.ts';
import { numberOf } from './readHourlySeries.ts';

export interface CrossingQuestion {
  measure: MeasureDefinition;
  agentId: string | undefined;
  threshold: number;
  operator: CrossingOperator;
}

/** As the cost forecast learns from. */
const HISTORY_DAYS = 126;
/** Of the days since the first value so many must have one: a gap is filled with the day a week before. */
const KNOWN_SHARE_MIN = 0.8;

/** When the days of a measure will be beyond a threshold. A day is one of the calendar of the workspace's time zone. */
export async function findCrossing(
  reader: TelemetryReader,
  { measure, agentId, threshold, operator }: CrossingQuestion,
  { timeZone, nowNs }: AnomalyClock,
): Promise<Result<Crossing>> {
  const today = dateIn(timeZone, Number(nowNs / 1_000_000n));
  const first = plusDays(today, -HISTORY_DAYS);
  const spec = {
    source: measure.source,
    measures: [measure.name],
    group_by: [],
    filters: agentId === undefined ? [] : [{ field: 'agent_id', op: '=' as const, value: agentId }],
    interval: '1d',
    time_zone: timeZone,
    limit: 1,
  };
  const answer = await askCatalogue(reader, spec, daysRange(timeZone, first, HISTORY_DAYS));
  if (!answer.ok) return answer;
  const values = answer.value.rows.map((row) => numberOf(row[measure.name]));
  const past = pastOf(values, measure.empty);
  const ahead = typeof past === 'string' ? undefined : forecastDays(past, CROSSING_DAYS_MAX)?.map((day) => within(measure, day));
  const dateOf = (day: number) => isoDate(plusDays(first, day));
  const latest = values.at(-1) ?? null;
  const holds = (value: number | undefined) => value !== undefined && isBeyond(value, operator, threshold);
  const upwards = operator === '>' || operator === '>=';
  const firstDay = (pick: (day: ForecastedDay) => number) => {
    const index = ahead?.findIndex((day) => holds(pick(day))) ?? -1;
    return index < 0 ? null : dateOf(HISTORY_DAYS + index);
  };
  const crosses = firstDay(({ expected }) => expected);
  const earliest = firstDay(({ high, low }) => (upwards ? high : low));
  const began = values.findIndex((value) => value !== null && value !== 0);
  return ok({
    measure: measure.name,
    title: measure.title,
    unit: measure.unit,
    agent_id: agentId ?? null,
    time_zone: timeZone,
    threshold,
    operator,
    horizon_days: CROSSING_DAYS_MAX,
    interval_level: FORECAST_INTERVAL_LEVEL,
    state:
      latest !== null && holds(latest)
        ? 'crossed'
        : ahead === undefined
          ? 'too_little_past'
          : crosses !== null
            ? 'expected'
            : earliest !== null
              ? 'possible'
              : 'not_in_sight',
    crosses_on: crosses,
    earliest_on: earliest,
    latest_on: firstDay(({ high, low }) => (upwards ? low : high)),
    latest_value: latest,
    reason: typeof past === 'string' ? past : null,
    days: [
      ...(began < 0
        ? []
        : values.slice(began).map((value, index) => ({ date: dateOf(began + index), value, expected: null, low: null, high: null }))),
      ...(ahead ?? []).map(({ expected, low, high }, index) => ({
        date: dateOf(HISTORY_DAYS + index),
        value: null,
        expected: tidy(expected),
        low: tidy(low),
        high: tidy(high),
      })),
    ],
  });
}

/** The days since the first value without gaps, or why they do not suffice. */
function pastOf(values: readonly (number | null)[], empty: MeasureDefinition['empty']): number[] | string {
  const began = values.findIndex((value) => value !== null && (empty === null || value !== 0));
  const known = began < 0 ? [] : values.slice(began);
  const told = known.filter((value) => value !== null).length;
  if (known.length < FORECAST_DAYS_NEEDED)
    return `A forecast needs ${FORECAST_DAYS_NEEDED} finished days since the first value; so far there are ${known.length}.`;
  if (told < KNOWN_SHARE_MIN * known.length) return `A forecast needs values on most days; ${told} of ${known.length} have one.`;
  if (known.some((value) => value !== null && value < 0)) return 'A measure that goes below 0 is not forecast.';
  const filled: number[] = [];
  for (const [day, value] of known.entries()) filled.push(value ?? filled[day - 7] ?? filled[day - 1] ?? 0);
  return filled;
}

function within({ unit }: MeasureDefinition, { expected, low, high }: ForecastedDay): ForecastedDay {
  return unit === 'ratio' ? { expected: Math.min(1, expected), low: Math.min(1, low), high: Math.min(1, high) } : { expected, low, high };
}

function isBeyond(value: number, operator: CrossingOperator, threshold: number): boolean {
  switch (operator) {
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
  }
}

const tidy = (value: number) => Number(value.toPrecision(6));
