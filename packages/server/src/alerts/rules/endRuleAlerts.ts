/** What a change of a rule does to its open alerts. The rule's row is locked already; its groups come next, its alerts last. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, ne, sql } from 'drizzle-orm';
import type { Actor } from '../../access/caller.ts';
import type { ControlTx } from '../../control/connect.ts';
import { alertEvents, alertGroups, alerts } from '../../control/tables/alerts.ts';
import type { RuleRow } from './shownRule.ts';

interface Ending {
  workspaceId: WorkspaceId;
  ruleId: string;
  /** Why, as the alerts tell it. */
  notes: string;
  by: Actor;
  now: Date;
}

/** Forgets the groups of a rule and resolves its open alerts; whoever was told of one is still told that it is over. */
export async function endRuleAlerts(tx: ControlTx, { workspaceId, ruleId, notes, by, now }: Ending): Promise<void> {
  await tx.delete(alertGroups).where(and(eq(alertGroups.workspaceId, workspaceId), eq(alertGroups.ruleId, ruleId)));
  const ended = await tx
    .update(alerts)
    .set({
      status: 'resolved',
      resolvedAt: now,
      resolvedBy: null,
      resolutionNotes: notes,
      snoozedUntil: null,
      endNotified: sql`${alerts.notifiedAt} IS NULL`,
    })
    .where(openOf(workspaceId, ruleId))
    .returning({ alertId: alerts.id });
  if (ended.length === 0) return;
  await tx.insert(alertEvents).values(ended.map(({ alertId }) => ({ workspaceId, alertId, at: now, kind: 'resolved' as const, by: by.name, notes })));
}

/** Open alerts are called like their rule and are as grave as it. */
export async function carryOver(tx: ControlTx, before: RuleRow, after: RuleRow, by: Actor, now: Date): Promise<void> {
  if (before.name === after.name && before.severity === after.severity) return;
  const workspaceId = after.workspaceId as WorkspaceId;
  const open = await tx
    .update(alerts)
    .set({ ruleName: after.name, severity: after.severity })
    .where(openOf(workspaceId, after.id))
    .returning({ alertId: alerts.id });
  if (open.length === 0 || before.severity === after.severity) return;
  const notes = `From ${before.severity} to ${after.severity}, with the rule.`;
  await tx
    .insert(alertEvents)
    .values(open.map(({ alertId }) => ({ workspaceId, alertId, at: now, kind: 'severity_changed' as const, by: by.name, notes })));
}

const openOf = (workspaceId: WorkspaceId, ruleId: string) =>
  and(eq(alerts.workspaceId, workspaceId), eq(alerts.ruleId, ruleId), ne(alerts.status, 'resolved'));
