/** How rules stand at the moment: what their groups and alerts add up to. */
import type { AlertRule, GroupState } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, count, eq, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { ControlTx } from '../../control/connect.ts';
import { alertGroups, alerts } from '../../control/tables/alerts.ts';

export interface RuleStanding {
  state: AlertRule['state'];
  openAlerts: number;
}

/** Of a rule without groups and alerts. */
export const AT_REST: RuleStanding = { state: 'inactive', openAlerts: 0 };

/** The gravest first: while one group fires, the rule does, whatever the others do. */
const GRAVEST_FIRST = ['firing', 'keep_firing', 'pending'] as const satisfies readonly GroupState[];

/** By rule; rules at rest are left out. Groups and alerts of `hiddenAgents` count for nothing. */
export async function readStandings(
  tx: ControlTx,
  { workspaceId, hiddenAgents }: { workspaceId: WorkspaceId; hiddenAgents: readonly string[] },
  ruleIds: readonly string[],
): Promise<Map<string, RuleStanding>> {
  if (ruleIds.length === 0) return new Map();
  const groups = await tx
    .selectDistinct({ ruleId: alertGroups.ruleId, state: alertGroups.state })
    .from(alertGroups)
    .where(and(eq(alertGroups.workspaceId, workspaceId), inArray(alertGroups.ruleId, [...ruleIds]), shown(alertGroups.labels, hiddenAgents)));
  const open = await tx
    .select({ ruleId: alerts.ruleId, count: count() })
    .from(alerts)
    .where(
      and(
        eq(alerts.workspaceId, workspaceId),
        inArray(alerts.ruleId, [...ruleIds]),
        ne(alerts.status, 'resolved'),
        shown(alerts.labels, hiddenAgents),
      ),
    )
    .groupBy(alerts.ruleId);
  const counts = new Map(open.map(({ ruleId, count }) => [ruleId, count]));
  return new Map(
    ruleIds.map((id) => {
      const states = new Set(groups.filter(({ ruleId }) => ruleId === id).map(({ state }) => state));
      return [id, { state: GRAVEST_FIRST.find((state) => states.has(state)) ?? 'inactive', openAlerts: counts.get(id) ?? 0 }];
    }),
  );
}

const shown = (labels: PgColumn, hiddenAgents: readonly string[]): SQL | undefined =>
  hiddenAgents.length === 0 ? undefined : sql`coalesce(${labels}->>'agent_id', '') <> ALL(${sql.param([...hiddenAgents])}::text[])`;
