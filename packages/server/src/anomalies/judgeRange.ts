/** The hours of a range, judged: of some measures, of the workspace or some agents. */
import { setImmediate } from 'node:timers/promises';
import type { Anomaly } from '@sightglass/contract/anomaly';
import { ANOMALY_RANGE_DAYS_MAX } from '@sightglass/contract/routes/anomalies';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { MeasureDefinition } from '../explore/measures/measure.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { fail, ok, type Result } from '../result.ts';
import { type AnomalousRun, anomalousRuns } from './anomalousRuns.ts';
import { HOUR_MS, settledUpToMs, WEEK_HOURS } from './hoursOfWeek.ts';
import { HISTORY_WEEKS, hourlyValues } from './judgeLatest.ts';
import { readHourlySeries } from './readHourlySeries.ts';
import { type HourJudgement, type HourlyValue, judgeHours } from './seasonalBaseline.ts';
import { shapeOf } from './seriesShape.ts';

const NS_PER_MS = 1_000_000n;
const DAY_MS = 24 * HOUR_MS;

/** Whole hours that are over, Unix milliseconds. */
export interface FullHours {
  fromMs: number;
  /** Behind the last. */
  toMs: number;
}

/** The full hours of a range up to now: of an hour that still runs, or has only just ended, nothing can be said. There may be none. */
export function fullHours({ fromNs, toNs }: TimeRange, nowNs: bigint): Result<FullHours> {
  const settledMs = settledUpToMs(Number(nowNs / NS_PER_MS));
  const fromMs = Math.ceil(Number(fromNs / NS_PER_MS) / HOUR_MS) * HOUR_MS;
  const toMs = Math.min(Math.floor(Number(toNs / NS_PER_MS) / HOUR_MS) * HOUR_MS, settledMs);
  if (toMs - fromMs > ANOMALY_RANGE_DAYS_MAX * DAY_MS) {
    const message = `must be at most ${ANOMALY_RANGE_DAYS_MAX} days before to`;
    return fail('invalid-request', 'Hours are judged one by one, so the range has a limit.', [{ pointer: '?from', message }]);
  }
  return ok({ fromMs, toMs: Math.max(fromMs, toMs) });
}

export interface JudgedSeries {
  measure: MeasureDefinition;
  /** Null: the whole workspace. */
  agentId: string | null;
  /** The hours of the range, oldest first. */
  hours: HourlyValue[];
  /** One for each of `hours`. */
  judged: (HourJudgement | null)[];
}

/** A series with the hours before the range, of which its pattern is learned. */
export interface ReadSeries {
  measure: MeasureDefinition;
  agentId: string | null;
  hours: HourlyValue[];
  /** Index of the first hour of the range. */
  first: number;
}

export interface RangeQuestion {
  /** All of one source. */
  measures: readonly MeasureDefinition[];
  /** Null: the whole workspace, as one; a list: each of them. */
  agents: readonly string[] | null;
  range: FullHours;
  /** IANA name: its clocks tell the hour of the week. */
  timeZone: string;
}

/** The series of a range with their past, those of agents by how much they call. */
export async function readRange(reader: TelemetryReader, { measures, agents, range, timeZone }: RangeQuestion): Promise<Result<ReadSeries[]>> {
  const first = HISTORY_WEEKS * WEEK_HOURS;
  const fromMs = range.fromMs - first * HOUR_MS;
  if (range.toMs === range.fromMs || agents?.length === 0) return ok([]);
  const read = await readHourlySeries(reader, {
    measures,
    groupBy: agents === null ? [] : ['agent_id'],
    filters: agents === null ? [] : [{ field: 'agent_id', op: 'in', value: [...agents] }],
    fromMs,
    toMs: range.toMs,
    groupsMax: agents?.length ?? 1,
  });
  if (!read.ok) return read;
  return ok(
    read.value.flatMap(({ labels, points }) =>
      measures.map((measure) => ({
        measure,
        agentId: agents === null ? null : (labels.agent_id ?? ''),
        hours: hourlyValues(points.get(measure.name) ?? [], fromMs / HOUR_MS, (range.toMs - fromMs) / HOUR_MS, timeZone),
        first,
      })),
    ),
  );
}

export async function judgeSeries({ measure, agentId, hours, first }: ReadSeries, sensitivity: number): Promise<JudgedSeries> {
  // Some months of hours take some ten milliseconds: others get their turn in between.
  await setImmediate();
  return { measure, agentId, hours: hours.slice(first), judged: judgeHours(hours, shapeOf(measure), sensitivity, first) };
}

/** What was unusual in a series, oldest first. */
export function anomaliesOf({ measure, agentId, hours, judged }: JudgedSeries): Anomaly[] {
  return anomalousRuns(hours, judged).map((run) => anomalyOf(measure, agentId, run));
}

const timestampOf = (ms: number) => formatTimestamp(BigInt(ms) * NS_PER_MS);
const tidy = (value: number) => Number(value.toPrecision(6));

function anomalyOf(
  { name, title, unit }: MeasureDefinition,
  agentId: string | null,
  { fromMs, toMs, hours, value, judgement, direction }: AnomalousRun,
): Anomaly {
  return {
    measure: name,
    title,
    unit,
    agent_id: agentId,
    from: timestampOf(fromMs),
    to: timestampOf(toMs),
    hours,
    value,
    expected: tidy(judgement.expected),
    lower: tidy(judgement.lower),
    upper: tidy(judgement.upper),
    direction,
    score: Number(judgement.score.toFixed(2)),
  };
}

/** The hours of a series as the outside sees them. */
export function pointsOf({ hours, judged }: JudgedSeries) {
  return hours.map(({ atMs, value }, index) => {
    const judgement = judged[index] ?? null;
    const bound = (pick: (of: HourJudgement) => number) => (judgement === null ? null : tidy(pick(judgement)));
    return {
      at: timestampOf(atMs),
      value,
      expected: bound(({ expected }) => expected),
      lower: bound(({ lower }) => lower),
      upper: bound(({ upper }) => upper),
      is_anomaly: judgement?.isAnomaly ?? false,
    };
  });
}
