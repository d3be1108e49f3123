import type { FieldError } from '@sightglass/contract/errors';
import type { QueryFilter, QuerySource } from '@sightglass/contract/querySpec';
import type { MeasureDefinition } from '../explore/measures/measure.ts';
import { MEASURES } from '../explore/measures/catalogue.ts';
import { nearestName } from '../explore/nearestName.ts';
import { QUERY_SOURCES } from '../explore/querySources.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue, type QueryRow } from '../explore/runQuery.ts';
import { fail, ok, type Result } from '../result.ts';
import { HOUR_MS } from './hoursOfWeek.ts';
import type { SeriesPoint } from './judgeLatest.ts';
import { companionOf } from './seriesShape.ts';

export interface HourlyQuestion {
  /** All of one source. */
  measures: readonly MeasureDefinition[];
  groupBy: readonly string[];
  filters: readonly QueryFilter[];
  /** Whole hours, Unix milliseconds; `toMs` is behind the last. */
  fromMs: number;
  toMs: number;
  groupsMax: number;
}

/** One group, those of most calls first. */
export interface HourlySeries {
  /** By what is grouped by; '' where a row does not tell. */
  labels: Readonly<Record<string, string>>;
  /** By the name of the measure, one point for each hour, oldest first. */
  points: ReadonlyMap<string, SeriesPoint[]>;
}

/** Measures hour by hour, with the number of calls that they are made of. Answered from computed hours where these hold. */
export async function readHourlySeries(
  reader: TelemetryReader,
  { measures, groupBy, filters, fromMs, toMs, groupsMax }: HourlyQuestion,
): Promise<Result<HourlySeries[]>> {
  const companions = new Map(measures.flatMap((measure) => withCompanion(measure)));
  const names = [...new Set([...measures.map(({ name }) => name), ...companions.values()])];
  const [order = names[0] ?? ''] = companions.values();
  const spec = {
    source: measures[0]?.source ?? 'spans',
    measures: names,
    group_by: [...groupBy],
    filters: [...filters],
    interval: '1h',
    time_zone: 'UTC',
    order_by: { field: order, direction: 'desc' as const },
    limit: groupsMax,
  };
  const answer = await askCatalogue(reader, spec, { fromNs: BigInt(fromMs) * 1_000_000n, toNs: BigInt(toMs) * 1_000_000n });
  if (!answer.ok) return answer;
  const groups = new Map<string, { labels: Record<string, string>; rows: QueryRow[] }>();
  for (const row of answer.value.rows) {
    const labels = Object.fromEntries(groupBy.map((name) => [name, row[name] === null ? '' : String(row[name] ?? '')]));
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return ok([...groups.values()].map(({ labels, rows }) => ({ labels, points: pointsOf(rows, measures, companions) })));
}

function withCompanion(measure: MeasureDefinition): [string, string][] {
  const companion = companionOf(measure);
  return companion === undefined ? [] : [[measure.name, companion]];
}

function pointsOf(rows: readonly QueryRow[], measures: readonly MeasureDefinition[], companions: ReadonlyMap<string, string>) {
  const times = rows.map((row) => Math.floor(Date.parse(String(row.time)) / HOUR_MS) * HOUR_MS);
  return new Map(
    measures.map(({ name }) => {
      const companion = companions.get(name);
      const points = rows.map((row, index) => ({
        atMs: times[index] ?? 0,
        value: numberOf(row[name]),
        of: companion === undefined ? null : numberOf(row[companion]),
      }));
      return [name, points];
    }),
  );
}

/** Money comes as exact text; whether it is unusual is a question of floating numbers. */
export function numberOf(value: QueryRow[string] | undefined): number | null {
  if (value === null || value === undefined || typeof value === 'boolean') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A measure of the catalogue that is a number, and that can be asked of one agent when one is asked for. */
export function findMeasure(name: string, agentId: string | undefined): Result<MeasureDefinition> {
  const measure = MEASURES.get(name);
  if (measure === undefined) {
    const nearest = nearestName(name, MEASURES.keys());
    return wrong('?measure', `there is no measure of this name${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
  }
  if (measure.type === 'string' || measure.type === 'time') return wrong('?measure', `${name} is no number`);
  if (agentId !== undefined && !tellsAgents(measure.source)) return wrong('?agent_id', `${name} does not tell agents apart`);
  return ok(measure);
}

export const tellsAgents = (source: QuerySource) => QUERY_SOURCES[source].fields.has('agent_id');

function wrong(pointer: string, message: string) {
  const errors: FieldError[] = [{ pointer, message }];
  return fail('invalid-request', 'The measure cannot be looked at.', errors);
}
