/** How often incidents are seen and how often nothing is taken for one, over seeded series. */
import { anomalousRuns } from '../anomalousRuns.ts';
import { judgeHours } from '../seasonalBaseline.ts';
import { type Incident, madeSeries, TOLD, type Told } from './generatedSeries.ts';

const WEEK = 168;
const DAYS_OF_MONTH = 30;

/** Runs of anomalous hours in 30 days in which nothing happened: a mean over seeds, four weeks of each, after eight to learn from. */
export function falseAlarmsPerMonth(what: Told, perHour: number, sensitivity: number, seeds: number): number {
  let runs = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const hours = madeSeries(what, { seed: seed * 7919, weeks: 12, perHour });
    runs += anomalousRuns(hours.slice(8 * WEEK), judgeHours(hours, TOLD[what], sensitivity, 8 * WEEK)).length;
  }
  return (runs / seeds / 28) * DAYS_OF_MONTH;
}

/** Share of seeds in which an incident from Wednesday 10:00 on is seen while it lasts. */
export function detected(what: Told, perHour: number, sensitivity: number, seeds: number, incident: Omit<Incident, 'from'>): number {
  const from = 8 * WEEK + 2 * 24 + 10;
  let seen = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const hours = madeSeries(what, { seed: seed * 104_729, weeks: 9, perHour, incidents: [{ from, ...incident }] });
    if (
      judgeHours(hours, TOLD[what], sensitivity, from)
        .slice(0, incident.hours)
        .some((judged) => judged?.isAnomaly === true)
    )
      seen += 1;
  }
  return seen / seeds;
}
