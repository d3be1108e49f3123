/** Rules of kind `anomaly`: the last full hour of a measure against the same hours of weeks past (`anomalies/`). */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { HOUR_MS, settledUpToMs } from '../../anomalies/hoursOfWeek.ts';
import { HISTORY_WEEKS, judgeLatest } from '../../anomalies/judgeLatest.ts';
import { readHourlySeries } from '../../anomalies/readHourlySeries.ts';
import { shapeOf } from '../../anomalies/seriesShape.ts';
import { MEASURES } from '../../explore/measures/catalogue.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { AnomalyCondition } from '../conditions/condition.ts';
import { labelsOfFilters, type Observations, observe } from '../conditions/observation.ts';

/** Whether the last full hour of a measure is unusual. */
export type AskAnomaly = (
  workspaceId: WorkspaceId,
  condition: AnomalyCondition,
  at: { nowMs: number; timeZone: string },
) => Promise<Result<Observations>>;

const WEEK_MS = 168 * HOUR_MS;
/** Fewer groups than of other rules: each has twelve weeks of hours, and an answer holds 24 of these. */
const SERIES_MAX = 20;
/** Answers are the same within an hour. */
const REMEMBERED_MAX = 5_000;

export function createAskAnomaly(readerOf: (workspaceId: WorkspaceId) => TelemetryReader): AskAnomaly {
  const remembered = new Map<string, { hourMs: number; observations: Observations }>();
  return async (workspaceId, condition, { nowMs, timeZone }) => {
    const toMs = settledUpToMs(nowMs);
    const key = JSON.stringify([workspaceId, condition, timeZone]);
    const known = remembered.get(key);
    if (known?.hourMs === toMs) return ok(known.observations);
    const judged = await judge(readerOf(workspaceId), condition, toMs, timeZone);
    if (!judged.ok) return judged;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(key, { hourMs: toMs, observations: judged.value });
    return judged;
  };
}

async function judge(reader: TelemetryReader, condition: AnomalyCondition, toMs: number, timeZone: string): Promise<Result<Observations>> {
  const measure = MEASURES.get(condition.measure);
  if (measure === undefined) return fail('not-found', `There is no measure ${condition.measure}.`);
  const series = await readHourlySeries(reader, {
    measures: [measure],
    groupBy: condition.groupBy,
    filters: condition.filters,
    fromMs: toMs - HISTORY_WEEKS * WEEK_MS,
    toMs,
    groupsMax: SERIES_MAX + 1,
  });
  if (!series.ok) return series;
  const fixed = labelsOfFilters(condition.filters);
  const lastMs = toMs - HOUR_MS;
  const groups = series.value.slice(0, SERIES_MAX).map(({ labels, points }) => {
    const ofMeasure = points.get(measure.name) ?? [];
    const current = ofMeasure.find(({ atMs }) => atMs === lastMs) ?? { atMs: lastMs, value: null };
    const judgement = judgeLatest(ofMeasure, current, condition.sensitivity, timeZone, shapeOf(measure));
    const all = { ...fixed, ...labels };
    if (judgement === undefined) {
      const why = current.value === null ? 'no value in the last full hour' : 'too little past';
      return observe(all, { outcome: 'no_data', value: null, details: { measure: measure.name, why } });
    }
    const { expected, lower, upper, isAnomaly, score } = judgement;
    const details = { measure: measure.name, hour: new Date(lastMs).toISOString(), expected, lower, upper, score };
    return observe(all, { outcome: isAnomaly ? 'breach' : 'clear', value: current.value, details });
  });
  return ok({ groups, absent: { outcome: 'no_data', value: null }, isCut: series.value.length > SERIES_MAX });
}
