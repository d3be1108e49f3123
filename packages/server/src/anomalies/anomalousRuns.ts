import { HOUR_MS } from './hoursOfWeek.ts';
import type { HourJudgement, HourlyValue } from './seasonalBaseline.ts';

/** Hours that follow on one another, all too much or all too little. */
export interface AnomalousRun {
  fromMs: number;
  /** Behind its last hour. */
  toMs: number;
  direction: 'above' | 'below';
  /** Of its gravest hour. */
  value: number;
  judgement: HourJudgement;
  hours: number;
}

/** One quiet hour does not end what goes on. */
const QUIET_HOURS_MAX = 1;

/** Oldest first. `judged[i]` judges `hours[i]`. */
export function anomalousRuns(hours: readonly HourlyValue[], judged: readonly (HourJudgement | null)[]): AnomalousRun[] {
  const runs: AnomalousRun[] = [];
  for (const [index, judgement] of judged.entries()) {
    const hour = hours[index];
    if (hour === undefined || hour.value === null || judgement === null || !judgement.isAnomaly) continue;
    const direction = hour.value > judgement.upper ? 'above' : 'below';
    const last = runs.at(-1);
    if (last !== undefined && last.direction === direction && hour.atMs - last.toMs <= QUIET_HOURS_MAX * HOUR_MS) {
      last.toMs = hour.atMs + HOUR_MS;
      last.hours += 1;
      if (Math.abs(judgement.score) > Math.abs(last.judgement.score)) Object.assign(last, { value: hour.value, judgement });
    } else {
      runs.push({ fromMs: hour.atMs, toMs: hour.atMs + HOUR_MS, direction, value: hour.value, judgement, hours: 1 });
    }
  }
  return runs;
}
