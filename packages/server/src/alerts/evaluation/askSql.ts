import { GROUPS_OF_RULE_MAX } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { fail, ok, type Result } from '../../result.ts';
import { checkSql } from '../../sqlGuard/checkSql.ts';
import { runSql } from '../../sqlGuard/runSql.ts';
import { readSqlAnswer } from '../../sqlGuard/sqlAnswer.ts';
import { RULE_SQL_LIMITS } from '../../sqlGuard/sqlLimits.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import type { SqlCondition } from '../conditions/condition.ts';
import { holds } from '../conditions/judge.ts';
import { type Observations, observe } from '../conditions/observation.ts';

/** The rows of a query over the workspace's own data: labels and a number each. */
export type AskSql = (workspaceId: WorkspaceId, query: string) => Promise<Result<{ labels: Record<string, string>; value: number | null }[]>>;

/** What is stored was checked when it was saved, and is checked again: what may be asked can have changed since. */
export function createAskSql(telemetry: Pick<TelemetryConnection, 'isolated'>, hiddenAgents: readonly string[] = []): AskSql {
  return async (workspaceId, query) => {
    const sql = await checkSql(telemetry, query);
    if (!sql.ok) return sql;
    const answer = await withinTime(runSql({ telemetry, workspaceId, hiddenAgents, sql: sql.value, limits: RULE_SQL_LIMITS }));
    return answer.ok ? readSqlAnswer(answer.value.columns, answer.value.rows) : answer;
  };
}

/** Twice what a query may take: the engine looks at the clock between blocks of rows, and other SQL may be before it. */
const WAIT_MS = 2 * RULE_SQL_LIMITS.seconds * 1_000;

/** Rules behind this one do not wait for longer; what the engine still does goes on without anybody. */
async function withinTime<T>(answer: Promise<Result<T>>): Promise<Result<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result<T>>((resolve) => {
    timer = setTimeout(() => resolve(fail('query-too-expensive', `The query did not answer within ${WAIT_MS / 1_000} s.`)), WAIT_MS);
  });
  // Nobody listens any more to what fails after that.
  answer.catch(() => undefined);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** A query that answers no row says nothing of any group. */
export async function observeSql(
  askSql: AskSql,
  workspaceId: WorkspaceId,
  { query, operator, threshold }: SqlCondition,
): Promise<Result<Observations>> {
  const rows = await askSql(workspaceId, query);
  if (!rows.ok) return rows;
  const groups = rows.value.slice(0, GROUPS_OF_RULE_MAX).map(({ labels, value }) => {
    const outcome = value === null ? 'no_data' : holds(value, operator, threshold) ? 'breach' : 'clear';
    return observe(labels, { outcome, value, details: { operator } });
  });
  return ok({ groups, absent: { outcome: 'no_data', value: null }, isCut: rows.value.length > GROUPS_OF_RULE_MAX });
}
