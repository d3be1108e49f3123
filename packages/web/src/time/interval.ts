/** How wide the points of a chart are: `text` for the API, `words` after "per". */
export interface Interval {
  text: string;
  words: string;
  ms: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const INTERVALS: readonly Interval[] = [
  { text: '10s', words: '10 seconds', ms: 10_000 },
  { text: '30s', words: '30 seconds', ms: 30_000 },
  { text: '1m', words: 'minute', ms: MINUTE },
  { text: '5m', words: '5 minutes', ms: 5 * MINUTE },
  { text: '15m', words: '15 minutes', ms: 15 * MINUTE },
  { text: '30m', words: 'half hour', ms: 30 * MINUTE },
  { text: '1h', words: 'hour', ms: HOUR },
  { text: '3h', words: '3 hours', ms: 3 * HOUR },
  { text: '6h', words: '6 hours', ms: 6 * HOUR },
  { text: '1d', words: 'day', ms: DAY },
  { text: '1w', words: 'week', ms: 7 * DAY },
];

/** The narrowest interval that cuts a range into at most `pointsMax` points; weeks when none does. */
export function intervalFor(rangeMs: number, pointsMax: number): Interval {
  const [narrowest] = INTERVALS;
  const widest = INTERVALS.at(-1) ?? (narrowest as Interval);
  return INTERVALS.find((interval) => rangeMs / interval.ms <= pointsMax) ?? widest;
}
