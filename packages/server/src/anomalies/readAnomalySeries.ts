import type { AnomalySeries } from '@sightglass/contract/routes/anomalies';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { MeasureDefinition } from '../explore/measures/measure.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import type { AnomalyClock } from './findAnomalies.ts';
import { anomaliesOf, fullHours, judgeSeries, pointsOf, readRange } from './judgeRange.ts';
import { JUDGED_HOURS_MIN, PAST_DAYS_MIN } from './seasonalBaseline.ts';
import { shapeOf } from './seriesShape.ts';

export interface AnomalySeriesQuestion {
  measure: MeasureDefinition;
  agentId: string | undefined;
  sensitivity: number;
  range: TimeRange;
}

/** A measure hour by hour beside what was expected, and how often a rule would have fired. */
export async function readAnomalySeries(
  reader: TelemetryReader,
  { measure, agentId, sensitivity, range }: AnomalySeriesQuestion,
  { timeZone, nowNs }: AnomalyClock,
): Promise<Result<AnomalySeries>> {
  const hours = fullHours(range, nowNs);
  if (!hours.ok) return hours;
  const agents = agentId === undefined ? null : [agentId];
  const read = await readRange(reader, { measures: [measure], agents, range: hours.value, timeZone });
  if (!read.ok) return read;
  const [found] = read.value;
  const series = found === undefined ? undefined : await judgeSeries(found, sensitivity);
  const anomalies = series === undefined ? [] : anomaliesOf(series);
  return ok({
    measure: measure.name,
    title: measure.title,
    unit: measure.unit,
    agent_id: agentId ?? null,
    time_zone: timeZone,
    sensitivity,
    sides: shapeOf(measure).sides,
    from: formatTimestamp(BigInt(hours.value.fromMs) * 1_000_000n),
    to: formatTimestamp(BigInt(hours.value.toMs) * 1_000_000n),
    points: series === undefined ? [] : pointsOf(series),
    would_have_fired: anomalies.length,
    anomalies: anomalies.reverse(),
    reason: reasonOf(series?.judged ?? []),
  });
}

/** Hours of a day: where none of the newest could be judged, the chart needs a word. */
const NEWEST = 24;

function reasonOf(judged: readonly unknown[]): string | null {
  if (judged.slice(-NEWEST).some((each) => each !== null)) return null;
  return `There is too little past to tell what is usual: that needs ${PAST_DAYS_MIN} days since the first value, and ${JUDGED_HOURS_MIN} hours of them with values at the same hours of the week.`;
}
