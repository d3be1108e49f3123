/**
 * What each hour makes one expect, from nothing but the hours before it. Pure.
 *
 * The weekly pattern is the weighted median of the same hour of the week over the last eight weeks, a week counting 0.7 of the one after
 * it: one unusual week changes nothing, and what has been otherwise for two weeks is the new pattern. While fewer than four of these
 * values are there, the hours beside it help out with less weight. How busy the last three days were against that pattern is the level:
 * a lasting shift is followed within two days. A value is unusual when it lies outside of what pattern *and* level let expect, so the way
 * back to the pattern never is. How much hours scatter is learned from how far past hours were off, four weeks of them, and of the
 * same hour of the week more than of others; it is never less than chance alone makes (`deviation.ts`).
 */
import { type Scale, scaleOf, type SeriesSize } from './deviation.ts';
import { WEEK_HOURS } from './hoursOfWeek.ts';
import { spreadOf, weightedMedian, type WeighedValue } from './robustStatistics.ts';
import type { SeriesShape } from './seriesShape.ts';

/** Null: nothing was measured, which is not 0. Hours follow on one another without a gap. */
export interface HourlyValue {
  atMs: number;
  /** See `hoursOfWeek`. */
  hourOfWeek: number;
  value: number | null;
  /** Of how many things the value is made; null: not known. */
  of: number | null;
}

export interface HourJudgement {
  expected: number;
  lower: number;
  upper: number;
  isAnomaly: boolean;
  /** Robust standard deviations beyond what pattern and level let expect, below 0 when it is less; 0 between them, and without a value. */
  score: number;
}

/** Weeks that the pattern is made of. */
export const PATTERN_WEEKS = 8;
/** From the first value on; before that nothing is said. */
export const PAST_DAYS_MIN = 14;
/** Of these hours in the past it must be known how far off they were. */
export const JUDGED_HOURS_MIN = 72;

const WEEK_WEIGHT = 0.7;
const NEIGHBOUR_WEIGHT = 0.4;
/** With so many values of the same hour of the week its neighbours are not asked. */
const SAME_HOURS_ENOUGH = 4;
const PATTERN_VALUES_MIN = 3;
const LEVEL_HOURS = 72;
/** How far back hours of the level may lie where few hours have a value. */
const LEVEL_REACH_HOURS = 2 * WEEK_HOURS;
const LEVEL_HOURS_MIN = 12;
/** Calls in those hours for which the level counts half. */
const LEVEL_CALLS_HALF = 20;
const SPREAD_HOURS = 4 * WEEK_HOURS;
/** Past hours at the same hour of the week that weigh as much as all others together. */
const OWN_SPREAD_HALF = 8;
/** No noise is below chance. */
const SPREAD_MIN = 1;

/** How many robust standard deviations an hour may lie off: 6 at sensitivity 1, 4 at 5, 1.5 at 10. */
export const sigmasOf = (sensitivity: number): number => 6.5 - Math.min(10, Math.max(1, sensitivity)) / 2;

interface Expectation {
  pattern: number;
  levelled: number;
}

/**
 * Judges the hours from index `first` on, in order; null for those with too little past. `hours`: oldest first. The hours before `first` are
 * only learned from; 12 weeks of them say all that is ever looked at.
 */
export function judgeHours(hours: readonly HourlyValue[], shape: SeriesShape, sensitivity: number, first = 0): (HourJudgement | null)[] {
  const began = hours.findIndex(({ value }) => value !== null && (value !== 0 || (shape.kind !== 'count' && shape.kind !== 'sum')));
  const sigmas = sigmasOf(sensitivity);
  const slots: number[][] = Array.from({ length: WEEK_HOURS }, () => []);
  const patterns: (number | undefined)[] = [];
  /** How far each hour was off; NaN when it had no value or nothing was expected. */
  const offBy = new Float64Array(hours.length).fill(Number.NaN);
  const judged: (HourJudgement | null)[] = [];
  let size: SeriesSize = { perEvent: 1, usualOf: null, usualValue: 0 };
  let scale = scaleOf(shape.kind, size);
  for (const [index, hour] of hours.entries()) {
    // Before the first value there was nothing to be measured: an agent that did not exist was not idle.
    const isKnown = began >= 0 && index >= began;
    if (isKnown && (index - began) % WEEK_HOURS === 0 && index > began) {
      size = sizeOf(hours, Math.max(began, index - SPREAD_HOURS), index, shape);
      scale = scaleOf(shape.kind, size);
    }
    const pattern = isKnown ? patternAt(hours, slots, index, shape) : undefined;
    patterns.push(pattern);
    // How far hours were off is asked no further back than the pattern reaches.
    const expectation =
      pattern === undefined || index < first - PATTERN_WEEKS * WEEK_HOURS
        ? undefined
        : { pattern, levelled: levelledAt(hours, patterns, index, pattern, shape, size) };
    if (index >= first) {
      const spread = expectation !== undefined && index - began >= PAST_DAYS_MIN * 24 ? spreadAt(offBy, slots, index, hour.hourOfWeek) : undefined;
      judged.push(expectation === undefined || spread === undefined ? null : judge(hour, expectation, spread, { shape, scale, sigmas }));
    }
    if (expectation !== undefined && hour.value !== null) offBy[index] = scale.deviation(hour.value, expectation.levelled, hour.of);
    if (isKnown && hour.value !== null) slots[hour.hourOfWeek]?.push(index);
  }
  return judged;
}

function judge(
  { value, of }: HourlyValue,
  { pattern, levelled }: Expectation,
  spread: number,
  { shape, scale, sigmas }: { shape: SeriesShape; scale: Scale; sigmas: number },
): HourJudgement {
  const width = sigmas * spread;
  const least = Math.min(pattern, levelled);
  const most = Math.max(pattern, levelled);
  const floor = shape.kind === 'level' ? Number.NEGATIVE_INFINITY : 0;
  const ceiling = shape.kind === 'share' ? 1 : Number.POSITIVE_INFINITY;
  const lower = Math.max(floor, Math.min(scale.valueAt(-width, least, of), least - shape.leastChange));
  const upper = Math.min(ceiling, Math.max(scale.valueAt(width, most, of), most + shape.leastChange));
  const isAbove = value !== null && value > upper && shape.sides !== 'below';
  const isBelow = value !== null && value < lower && shape.sides !== 'above';
  const beyond = value === null ? 0 : value > most ? scale.deviation(value, most, of) : value < least ? scale.deviation(value, least, of) : 0;
  return { expected: levelled, lower, upper, isAnomaly: isAbove || isBelow, score: beyond / spread };
}

/** The weekly pattern at an hour, from the weeks before it. */
function patternAt(hours: readonly HourlyValue[], slots: readonly (readonly number[])[], index: number, { kind }: SeriesShape): number | undefined {
  const values: WeighedValue[] = [];
  const hourOfWeek = hours[index]?.hourOfWeek ?? 0;
  const take = (slot: number, slotWeight: number) => {
    const known = slots[(slot + WEEK_HOURS) % WEEK_HOURS] ?? [];
    for (let i = known.length - 1; i >= 0; i--) {
      const at = known[i] ?? 0;
      const weeks = Math.round((index - at) / WEEK_HOURS);
      if (weeks > PATTERN_WEEKS) break;
      const { value = null, of = null } = hours[at] ?? {};
      // The hour before this one is of this week: what goes on now is not its own past.
      if (weeks < 1 || value === null) continue;
      const calls = kind === 'share' && of !== null ? of : 1;
      if (calls > 0) values.push({ value, weight: slotWeight * WEEK_WEIGHT ** (weeks - 1) * calls });
    }
  };
  take(hourOfWeek, 1);
  if (values.length < SAME_HOURS_ENOUGH) {
    take(hourOfWeek - 1, NEIGHBOUR_WEIGHT);
    take(hourOfWeek + 1, NEIGHBOUR_WEIGHT);
  }
  return values.length < PATTERN_VALUES_MIN ? undefined : weightedMedian(values);
}

/** The pattern, moved to where the last three days with values were. */
function levelledAt(
  hours: readonly HourlyValue[],
  patterns: readonly (number | undefined)[],
  index: number,
  pattern: number,
  { kind }: SeriesShape,
  { perEvent }: SeriesSize,
): number {
  const known: { value: number; usual: number; weight: number }[] = [];
  let patternSum = 0;
  for (let at = index - 1; at >= 0 && at >= index - LEVEL_REACH_HOURS && known.length < LEVEL_HOURS; at--) {
    const { value = null, of = null } = hours[at] ?? {};
    const usual = patterns[at];
    const weight = kind === 'share' && of !== null ? of : 1;
    if (value === null || usual === undefined || !(weight > 0)) continue;
    known.push({ value, usual, weight });
    patternSum += usual;
  }
  if (known.length < LEVEL_HOURS_MIN) return pattern;
  const shift = () => weightedMedian(known.map(({ value, usual, weight }) => ({ value: value - usual, weight }))) ?? 0;
  // Plain loops from here on: this is most of the time of judging.
  const factor = (weighByUsual: boolean) => {
    const factors: WeighedValue[] = [];
    for (const { value, usual, weight } of known) if (usual > 0) factors.push({ value: value / usual, weight: weighByUsual ? usual : weight });
    return weightedMedian(factors) ?? 1;
  };
  switch (kind) {
    case 'share':
      return Math.min(1, Math.max(0, pattern + shift()));
    case 'level':
      return pattern + shift();
    case 'duration':
      return pattern * factor(false);
    case 'count':
    case 'sum': {
      const calls = patternSum / perEvent;
      // Where the pattern says that next to nothing happens, only what happens now tells how much.
      if (calls < LEVEL_CALLS_HALF) return Math.max(0, pattern + shift());
      return pattern * (1 + (factor(true) - 1) * (calls / (calls + LEVEL_CALLS_HALF)));
    }
  }
}

/** How much hours scatter around what was expected of them, in the unit of `deviation`; undefined while too few are known. */
function spreadAt(offBy: Float64Array, slots: readonly (readonly number[])[], index: number, hourOfWeek: number): number | undefined {
  const all = knownOf(offBy.subarray(Math.max(0, index - SPREAD_HOURS), index));
  if (all.length < JUDGED_HOURS_MIN) return undefined;
  const reach = index - PATTERN_WEEKS * WEEK_HOURS;
  const near: number[] = [];
  for (const shift of [-1, 0, 1]) {
    for (const at of slots[(hourOfWeek + shift + WEEK_HOURS) % WEEK_HOURS] ?? [])
      if (at >= reach && index - at > 2) near.push(offBy[at] ?? Number.NaN);
  }
  const own = knownOf(Float64Array.from(near));
  const weight = own.length / OWN_SPREAD_HALF;
  const variance = (weight * spreadOf(own) ** 2 + spreadOf(all) ** 2) / (weight + 1);
  return Math.max(SPREAD_MIN, Math.sqrt(variance));
}

function knownOf(offBy: Float64Array): Float64Array {
  const known = new Float64Array(offBy.length);
  let count = 0;
  for (const off of offBy) if (!Number.isNaN(off)) known[count++] = off;
  return known.subarray(0, count);
}

/** What hours of the past tell of the size of things. */
function sizeOf(hours: readonly HourlyValue[], from: number, to: number, { kind }: SeriesShape): SeriesSize {
  const perCall: WeighedValue[] = [];
  const whole: WeighedValue[] = [];
  const counts: WeighedValue[] = [];
  for (const { value, of } of hours.slice(from, to)) {
    if (value === null) continue;
    if (value !== 0) whole.push({ value: Math.abs(value), weight: 1 });
    if (of !== null && of > 0) counts.push({ value: of, weight: 1 });
    if (of !== null && of > 0 && value > 0) perCall.push({ value: value / of, weight: of });
  }
  const usualValue = weightedMedian(whole) ?? 0;
  // Without a number of calls an hour that costs as much as usual counts as one call: careful, and still no hour of chance.
  const perEvent = kind === 'sum' ? (weightedMedian(perCall) ?? usualValue) : 1;
  return { perEvent: perEvent > 0 ? perEvent : 1, usualOf: weightedMedian(counts) ?? null, usualValue };
}
