import type { QueryFilter } from '@sightglass/contract/querySpec';
import type { MeasureDefinition } from '../explore/measures/measure.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue } from '../explore/runQuery.ts';
import { ok, type Result } from '../result.ts';
import { HOUR_MS, WEEK_HOURS } from './hoursOfWeek.ts';
import { HISTORY_WEEKS, judgeLatest } from './judgeLatest.ts';
import { readHourlySeries } from './readHourlySeries.ts';
import type { HourJudgement } from './seasonalBaseline.ts';
import { shapeOf } from './seriesShape.ts';

/** Twelve weeks of hours of so many groups are what one answer of the catalogue holds. */
export const GROUPS_JUDGED_MAX = 24;

export interface LastHourQuestion {
  measure: MeasureDefinition;
  groupBy: readonly string[];
  filters: readonly QueryFilter[];
  sensitivity: number;
  timeZone: string;
  nowMs: number;
}

export interface LastHour {
  /** By what is grouped by; '' where a row does not tell. */
  labels: Readonly<Record<string, string>>;
  /** First moment of the hour, Unix milliseconds. */
  atMs: number;
  /** Null: nothing was measured. */
  value: number | null;
  /** Undefined: there is too little past, or no value. */
  judgement: HourJudgement | undefined;
}

/**
 * The last hour that is over, of each group, judged by the twelve weeks before it. `isCut`: there are more groups than are looked at; those
 * that are made of the most calls are.
 */
export async function judgeLastHour(
  reader: TelemetryReader,
  { measure, groupBy, filters, sensitivity, timeZone, nowMs }: LastHourQuestion,
): Promise<Result<{ groups: LastHour[]; isCut: boolean }>> {
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const fromMs = toMs - HOUR_MS - HISTORY_WEEKS * WEEK_HOURS * HOUR_MS;
  const read = await readHourlySeries(reader, { measures: [measure], groupBy, filters, fromMs, toMs, groupsMax: GROUPS_JUDGED_MAX });
  if (!read.ok) return read;
  const isCut = read.value.length === GROUPS_JUDGED_MAX ? await hasMoreGroups(reader, { measure, groupBy, filters }, { fromMs, toMs }) : ok(false);
  if (!isCut.ok) return isCut;
  const shape = shapeOf(measure);
  const groups = read.value.map(({ labels, points }): LastHour => {
    const known = points.get(measure.name) ?? [];
    const current = known.at(-1) ?? { atMs: toMs - HOUR_MS, value: null };
    return { labels, atMs: current.atMs, value: current.value, judgement: judgeLatest(known.slice(0, -1), current, sensitivity, timeZone, shape) };
  });
  return ok({ groups, isCut: isCut.value });
}

async function hasMoreGroups(
  reader: TelemetryReader,
  { measure, groupBy, filters }: Pick<LastHourQuestion, 'measure' | 'groupBy' | 'filters'>,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Result<boolean>> {
  const spec = {
    source: measure.source,
    measures: [measure.name],
    group_by: [...groupBy],
    filters: [...filters],
    time_zone: 'UTC',
    limit: GROUPS_JUDGED_MAX + 1,
  };
  const answer = await askCatalogue(reader, spec, { fromNs: BigInt(fromMs) * 1_000_000n, toNs: BigInt(toMs) * 1_000_000n });
  return answer.ok ? ok(answer.value.rows.length > GROUPS_JUDGED_MAX) : answer;
}
