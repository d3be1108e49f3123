/**
 * Holt-Winters' additive method with a weekly season and a damped trend. The equations are those of R. J. Hyndman and
 * G. Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, sections 8.2 (damping) and 8.3 (season),
 * https://otexts.com/fpp3/holt-winters.html. With m = 7 and y the cost of a day:
 *
 *   level    l(t) = α (y(t) − s(t−m)) + (1 − α) (l(t−1) + φ b(t−1))
 *   trend    b(t) = β* (l(t) − l(t−1)) + (1 − β*) φ b(t−1)
 *   season   s(t) = γ (y(t) − l(t−1) − φ b(t−1)) + (1 − γ) s(t−m)
 *   forecast y(t+h) = l(t) + (φ + φ² + … + φ^h) b(t) + s of that weekday
 *
 * The start is the mean of the first two weeks and each weekday's distance from it, without trend.
 */
import { type ForecastMethod, runningTotals } from './forecastMethod.ts';

const WEEK = 7;
const START_DAYS = 2 * WEEK;
/** How much of a trend is left a day later. The book: in practice between 0.8 and 0.98. */
const DAMPING = 0.9;
/** Smoothing is chosen anew with each week that is known; on the days between it holds. */
const REFIT_DAYS = 7;
/** One-step errors below which no choice is made between smoothings. */
const FIT_ERRORS_MIN = 7;

interface Smoothing {
  level: number;
  trend: number;
  season: number;
}

interface State {
  level: number;
  trend: number;
  /** By position in the week; 0 is the weekday of the first known day. */
  season: number[];
}

const CAUTIOUS: Smoothing = { level: 0.2, trend: 0, season: 0.1 };
/** What is tried, calmest first: of equally good ones the first is taken. All keep the book's bound γ ≤ 1 − α. */
const SMOOTHINGS: readonly Smoothing[] = [0.05, 0.1, 0.2, 0.4, 0.7].flatMap((level) =>
  [0, 0.05, 0.2].flatMap((trend) => [0.05, 0.1, 0.3].map((season) => ({ level, trend, season }))),
);

export const dampedHoltWinters: ForecastMethod = {
  name: 'seasonal',
  daysNeeded: START_DAYS,
  forecasts: (costs) => {
    const forecasts: number[][] = [];
    let smoothing = CAUTIOUS;
    let state = startOf(costs);
    for (let known = START_DAYS; known <= costs.length; known++) {
      // Counted back from the last day, so that the forecast from all days has the newest choice.
      if ((costs.length - known) % REFIT_DAYS === 0) {
        smoothing = fit(costs, known);
        state = startOf(costs);
        for (let day = START_DAYS; day < known; day++) learn(state, costs[day] ?? 0, day, smoothing);
      } else if (known > START_DAYS) {
        learn(state, costs[known - 1] ?? 0, known - 1, smoothing);
      }
      forecasts.push(ahead(state, known));
    }
    return forecasts;
  },
};

function startOf(costs: readonly number[]): State {
  const first = costs.slice(0, START_DAYS);
  const level = first.reduce((sum, cost) => sum + cost, 0) / START_DAYS;
  const season = Array.from({ length: WEEK }, (_, day) => ((first[day] ?? 0) + (first[day + WEEK] ?? 0)) / 2 - level);
  return { level, trend: 0, season };
}

/** Takes a day in, and answers how far the forecast of it was off. */
function learn(state: State, cost: number, day: number, smoothing: Smoothing): number {
  const season = state.season[day % WEEK] ?? 0;
  const carried = state.level + DAMPING * state.trend;
  const level = smoothing.level * (cost - season) + (1 - smoothing.level) * carried;
  state.trend = smoothing.trend * (level - state.level) + (1 - smoothing.trend) * DAMPING * state.trend;
  state.season[day % WEEK] = smoothing.season * (cost - carried) + (1 - smoothing.season) * season;
  state.level = level;
  return cost - (carried + season);
}

/** The smoothing whose one-step forecasts of the known days were least far off, by the sum of squares. */
function fit(costs: readonly number[], known: number): Smoothing {
  if (known - START_DAYS < FIT_ERRORS_MIN) return CAUTIOUS;
  let best = CAUTIOUS;
  let least = Number.POSITIVE_INFINITY;
  for (const smoothing of SMOOTHINGS) {
    const state = startOf(costs);
    let squares = 0;
    for (let day = START_DAYS; day < known && squares < least; day++) squares += learn(state, costs[day] ?? 0, day, smoothing) ** 2;
    if (squares < least) {
      least = squares;
      best = smoothing;
    }
  }
  return best;
}

function ahead({ level, trend, season }: State, known: number): number[] {
  let growth = 0;
  let damping = 1;
  return runningTotals((daysAhead) => {
    damping *= DAMPING;
    growth += damping * trend;
    return level + growth + (season[(known + daysAhead - 1) % WEEK] ?? 0);
  });
}
