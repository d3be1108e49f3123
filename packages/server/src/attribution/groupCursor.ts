/** Where a page of sessions or users ended, as the opaque text that asks for the next one. */
import { z } from 'zod';
import { DecimalUsdText, Int64Text, MomentText, openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import { parseTimeRange, type TimeRange } from '../explore/timeRange.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';
import { type GroupedBy, type GroupRow, type GroupSortKey, SORT_VALUES } from './spanGroups.ts';

export interface GroupPlace {
  range: TimeRange;
  sort: { key: GroupSortKey; descending: boolean };
  /** Absent on the first page. */
  after: { value: string; key: string } | undefined;
}

const UINT64 = z
  .string()
  .regex(/^\d{1,20}$/)
  .refine((text) => BigInt(text) < 2n ** 64n);
const CursorSchema = z.tuple([z.string(), z.string(), MomentText, MomentText, z.union([Int64Text, DecimalUsdText]), UINT64]);

export function sortOf(sort: string): GroupPlace['sort'] {
  const descending = sort.startsWith('-');
  return { key: (descending ? sort.slice(1) : sort) as GroupSortKey, descending };
}

/** The range is in the cursor, resolved: `now-24h` must mean the same on every page. */
export function readPlace(
  by: GroupedBy,
  query: { from: string; to: string; sort: string; cursor?: string | undefined },
  nowNs: bigint,
): Result<GroupPlace> {
  const sort = sortOf(query.sort);
  if (query.cursor === undefined) {
    const range = parseTimeRange(query, nowNs, 'query');
    return range.ok ? ok({ range: range.value, sort, after: undefined }) : range;
  }
  const read = openCursor(query.cursor, CursorSchema);
  const isOurs = read !== undefined && read[0] === by && (SORT_VALUES[sort.key].type !== 'Int64' || Int64Text.safeParse(read[4]).success);
  if (!isOurs || read[1] !== query.sort) {
    return refuseCursor(isOurs ? 'belongs to another sort' : undefined);
  }
  const [, , fromNs, toNs, value, key] = read;
  return ok({ range: { fromNs: BigInt(fromNs), toNs: BigInt(toNs) }, sort, after: { value, key } });
}

export function writePlace(by: GroupedBy, sort: string, { fromNs, toNs }: TimeRange, { shown, key }: Pick<GroupRow, 'shown' | 'key'>): string {
  return sealCursor([by, sort, fromNs.toString(), toNs.toString(), shown, key]);
}
