import type { UserDetail } from '@sightglass/contract/user';
import { readGroups } from '../attribution/spanGroups.ts';
import { type SpanSource, spansNaming } from '../attribution/spansNaming.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { FAILED, HAS_USAGE, IS_CALL, IS_RUN, MODEL } from '../explore/spanSql.ts';
import { selectSpanSums, type UsageSums, usageOf } from '../explore/spanSums.ts';
import { parseTimeRange } from '../explore/timeRange.ts';
import { fail, ok, type Result } from '../result.ts';
import { textOrNull } from '../traces/spanRow.ts';
import { USER_AGGREGATES, userOf } from './listUsers.ts';

const SHARES_MAX = 20;

/** One user over a range, with the agents and models that worked for them. */
export async function getUser(
  reader: TelemetryReader,
  userId: string,
  times: { from: string; to: string },
  nowNs: bigint,
): Promise<Result<UserDetail>> {
  const range = parseTimeRange(times, nowNs, 'query');
  if (!range.ok) return range;
  const from = await spansNaming(reader, 'user_id', userId, range.value);
  if (!from.ok) return from;
  const [users, byAgent, byModel] = await Promise.all([
    readGroups(reader, {
      by: 'user_id',
      ids: [userId],
      from: from.value,
      filters: {},
      searched: [],
      searchesTexts: false,
      range: range.value,
      aggregates: USER_AGGREGATES,
      sort: { key: 'last_at', descending: true },
      limit: 1,
    }),
    readShares(reader, userId, from.value, 'agent_id', "''", '1'),
    readShares(reader, userId, from.value, MODEL, 'argMax(provider, start_time)', HAS_USAGE),
  ]);
  if (!users.ok) return users;
  if (!byAgent.ok) return byAgent;
  if (!byModel.ok) return byModel;
  const [user] = users.value;
  if (user === undefined) return fail('not-found', `No span of this workspace names user ${userId.slice(0, 100)} in this range.`);
  return ok({
    user: userOf(user),
    by_agent: byAgent.value.map((row) => ({ agent_id: textOrNull(row.about), runs: Number(row.runs), ...shareOf(row) })),
    by_model: byModel.value.map((row) => ({ model: textOrNull(row.about), provider: textOrNull(row.provider_name), ...shareOf(row) })),
  });
}

interface ShareRow extends UsageSums {
  about: string;
  provider_name: string;
  runs: string | number;
  calls: string | number;
  errors: string | number;
}

function readShares(
  reader: TelemetryReader,
  userId: string,
  { source, params }: SpanSource,
  about: string,
  provider: string,
  condition: string,
): Promise<Result<ShareRow[]>> {
  return reader.query<ShareRow>({
    sql: `SELECT ${about} AS about, ${provider} AS provider_name, sumIf(weight, ${IS_RUN}) AS runs, sumIf(weight, ${IS_CALL}) AS calls,
  sumIf(weight, ${IS_CALL} AND ${FAILED}) AS errors,
  ${selectSpanSums(true, ['input_sum', 'output_sum', 'cost'])}
FROM ${source} WHERE user_id = {userId:String} AND ${condition} GROUP BY about
ORDER BY sumIf(cost_usd * weight, ${HAS_USAGE}) DESC NULLS LAST, calls DESC, about LIMIT ${SHARES_MAX}`,
    params: { ...params, userId },
  });
}

function shareOf(row: ShareRow) {
  return { calls: Number(row.calls), errors: Number(row.errors), ...usageOf(row) };
}
