import type { UserListQuery } from '@sightglass/contract/routes/users';
import type { User } from '@sightglass/contract/user';
import { readPlace, writePlace } from '../attribution/groupCursor.ts';
import { type Aggregate, type GroupRow, momentOf, readGroups, SHARED_AGGREGATES, sumsOf } from '../attribution/spanGroups.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { ok, type Result } from '../result.ts';
import { textOrNull } from '../traces/spanRow.ts';

export const USER_AGGREGATES: readonly Aggregate[] = [...SHARED_AGGREGATES, 'email', 'sessions', 'calls'];

export interface UserPage {
  items: User[];
  next_cursor: string | null;
}

/** A page of the users that spans of the range name, with what these spans add up to. `nowNs` is what `now` means on the first page. */
export async function listUsers(reader: TelemetryReader, query: UserListQuery, nowNs: bigint): Promise<Result<UserPage>> {
  const place = readPlace('user_id', query, nowNs);
  if (!place.ok) return place;
  const { range, sort, after } = place.value;
  const rows = await readGroups(reader, {
    by: 'user_id',
    filters: query,
    searched: ['user_id', 'user_email', 'department'],
    searchesTexts: false,
    range,
    aggregates: USER_AGGREGATES,
    sort,
    after,
    limit: query.limit + 1,
  });
  if (!rows.ok) return rows;
  const page = rows.value.slice(0, query.limit);
  const last = rows.value.length > page.length ? page.at(-1) : undefined;
  return ok({ items: page.map(userOf), next_cursor: last === undefined ? null : writePlace('user_id', query.sort, range, last) });
}

export function userOf(row: GroupRow): User {
  return {
    user_id: row.id,
    email: textOrNull(row.email),
    department: textOrNull(row.department_name),
    agents: row.agents,
    ...sumsOf(row),
    sessions: Number(row.sessions),
    calls: Number(row.calls),
    first_at: momentOf(row.first_ns),
    last_at: momentOf(row.last_ns),
  };
}
