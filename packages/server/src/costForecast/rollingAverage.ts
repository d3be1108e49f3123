import { type ForecastMethod, runningTotals } from './forecastMethod.ts';

const DAYS = 7;

/** The baseline: every day to come costs what the last seven days cost on average. A whole week, so that no weekday counts twice. */
export const rollingAverage: ForecastMethod = {
  name: 'rolling_average',
  daysNeeded: DAYS,
  forecasts: (costs) => {
    const forecasts: number[][] = [];
    for (let known = DAYS; known <= costs.length; known++) {
      const average = costs.slice(known - DAYS, known).reduce((sum, cost) => sum + cost, 0) / DAYS;
      forecasts.push(runningTotals(() => average));
    }
    return forecasts;
  },
};
