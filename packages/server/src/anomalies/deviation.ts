/**
 * How far a value is from what was expected, in a unit in which what is pure chance has a standard deviation of about 1 wherever the
 * values lie. So a night with 3 calls and a noon with 3 000 can be told by one measure, and the deviations of past hours be pooled.
 *
 * - `count`: variance x + (c x)², a Poisson count whose rate itself varies by c: the transformation is (2/c) asinh(c √(x + 3/8)), after
 *   F. J. Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 35 (1948).
 * - `sum`: the same of x ÷ (2 · amount of one call). A sum of a Poisson number of amounts has the variance x · m · (1 + v²) with their mean
 *   m and coefficient of variation v; 2 stands for v = 1.
 * - `share`: 2 √n asin √((k + 3/8) / (n + 3/4)), of the same paper, for k of n.
 * - `duration`: the logarithm, in steps of 5 %; fewer calls than usual in the hour scatter more, by the root of their number.
 * - `level`: in steps of 3 % of its usual size.
 */
import type { SeriesKind } from './seriesShape.ts';

export interface Scale {
  /** Signed: above 0 when the value is more than expected. `of`: how many things the value is made of. */
  deviation(value: number, expected: number, of: number | null): number;
  /** The value that is so far from what is expected: what `deviation` undoes. Never below 0 but of a level. */
  valueAt(deviation: number, expected: number, of: number | null): number;
}

/** What the past tells of the size of things. */
export interface SeriesSize {
  /** Amount of one call, above 0; 1 of counts. */
  perEvent: number;
  /** Of how many things an hour is usually made; null: not known. */
  usualOf: number | null;
  /** Median of the absolute values. */
  usualValue: number;
}

/** Rates vary by this share from hour to hour even where nothing happens. */
const RATE_NOISE = 0.04;
const DURATION_STEP = 0.05;
const LEVEL_STEP = 0.03;
/** Of how many calls a share is where nothing tells. */
const UNKNOWN_OF = 50;
/** Beyond this calls of an hour are no longer independent of one another, and chance does not shrink further. */
const OF_MAX = 2_500;

const ANSCOMBE = 3 / 8;

export function scaleOf(kind: SeriesKind, size: SeriesSize): Scale {
  switch (kind) {
    case 'count':
      return countScale(1);
    case 'sum':
      return countScale(2 * size.perEvent);
    case 'share':
      return SHARE_SCALE;
    case 'duration':
      return durationScale(size.usualOf);
    case 'level':
      return levelScale(Math.max(LEVEL_STEP * size.usualValue, Number.MIN_VALUE));
  }
}

function countScale(unit: number): Scale {
  const steady = (value: number) => (2 / RATE_NOISE) * Math.asinh(RATE_NOISE * Math.sqrt(Math.max(0, value) / unit + ANSCOMBE));
  const least = steady(0);
  return {
    deviation: (value, expected) => steady(value) - steady(expected),
    valueAt: (deviation, expected) => {
      const at = steady(expected) + deviation;
      return at <= least ? 0 : unit * ((Math.sinh((RATE_NOISE * at) / 2) / RATE_NOISE) ** 2 - ANSCOMBE);
    },
  };
}

const trialsOf = (of: number | null) => Math.min(OF_MAX, of === null || of <= 0 ? UNKNOWN_OF : of);
const angleOf = (share: number, n: number) => Math.asin(Math.sqrt((clamp01(share) * n + ANSCOMBE) / (n + 2 * ANSCOMBE)));
const clamp01 = (share: number) => Math.min(1, Math.max(0, share));

const SHARE_SCALE: Scale = {
  deviation: (value, expected, of) => {
    const n = trialsOf(of);
    return 2 * Math.sqrt(n) * (angleOf(value, n) - angleOf(expected, n));
  },
  valueAt: (deviation, expected, of) => {
    const n = trialsOf(of);
    const angle = Math.min(Math.PI / 2, Math.max(0, angleOf(expected, n) + deviation / (2 * Math.sqrt(n))));
    return clamp01((Math.sin(angle) ** 2 * (n + 2 * ANSCOMBE) - ANSCOMBE) / n);
  },
};

function durationScale(usualOf: number | null): Scale {
  const step = (of: number | null) => DURATION_STEP / Math.sqrt(of === null || usualOf === null || of >= usualOf ? 1 : Math.max(1, of) / usualOf);
  const log = (value: number) => Math.log(Math.max(0, value) + 1);
  return {
    deviation: (value, expected, of) => (log(value) - log(expected)) / step(of),
    valueAt: (deviation, expected, of) => Math.max(0, Math.exp(Math.min(700, log(expected) + deviation * step(of))) - 1),
  };
}

const levelScale = (step: number): Scale => ({
  deviation: (value, expected) => (value - expected) / step,
  valueAt: (deviation, expected) => expected + deviation * step,
});
