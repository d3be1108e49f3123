/** What `/api/metrics/*` look at. */
import type { QuerySpec } from '@sightglass/contract/querySpec';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue, type QueryRow } from '../explore/runQuery.ts';
import { type TimeRange, UNIT_NS } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';

export const WINDOW_SECONDS = 300;
export const RUN_BEGAN_WITHIN_NS = UNIT_NS.d;

export const lastWindow = (nowNs: bigint): TimeRange => ({ fromNs: nowNs - BigInt(WINDOW_SECONDS) * UNIT_NS.s, toNs: nowNs });

/** Services and processes that one answer tells of at most. */
const GROUPS_MAX = 1_000;

type Question = Pick<QuerySpec, 'source' | 'measures'> & Partial<Pick<QuerySpec, 'group_by' | 'filters'>>;

/** Rows themselves are read: the windows are too short to have been computed before. */
export async function askWindow(reader: TelemetryReader, range: TimeRange, question: Question): Promise<Result<QueryRow[]>> {
  const spec = { group_by: [], filters: [], time_zone: 'UTC', limit: GROUPS_MAX, exact: true, ...question };
  const answer = await askCatalogue(reader, spec, range);
  return answer.ok ? ok(answer.value.rows) : answer;
}

/** Null for what was not told. */
export const numberOf = (row: QueryRow | undefined, name: string): number | null => {
  const value = row?.[name];
  return typeof value === 'number' ? value : null;
};
/** Of a count, which is 0 where nothing falls. */
export const countOf = (row: QueryRow | undefined, name: string): number => numberOf(row, name) ?? 0;
export const textOf = (row: QueryRow | undefined, name: string): string | null => {
  const value = row?.[name];
  return typeof value === 'string' ? value : null;
};
