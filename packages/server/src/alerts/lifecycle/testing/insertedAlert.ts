/** Alerts as the evaluation of a rule leaves them, written directly. */
import { NewAlertRuleSchema, type Severity } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { ControlConnection } from '../../../control/connect.ts';
import { alertEvents, alertGroups, alertRules, alerts } from '../../../control/tables/alerts.ts';
import { createId } from '../../../prefixedId.ts';

export interface InsertedAlert {
  alertId: string;
  ruleId: string;
  fingerprint: string;
}

/** A rule of its own with one group that fires, and its alert, triggered at `atMs` (Unix milliseconds). */
export async function insertAlert(
  { instanceDb }: Pick<ControlConnection, 'instanceDb'>,
  workspaceId: WorkspaceId,
  atMs: number,
  alert: Partial<typeof alerts.$inferInsert> & { labels?: Record<string, string>; severity?: Severity } = {},
): Promise<InsertedAlert> {
  const [ruleId, alertId] = [createId('alertRule'), createId('alert')];
  const { ruleName = `Errors of ${ruleId}`, severity = 'warning', labels = {}, fingerprint = `of ${ruleId}` } = alert;
  const rule = NewAlertRuleSchema.parse({ name: ruleName, severity, kind: 'error_count', config: { threshold: 1 } });
  const at = new Date(atMs);
  await instanceDb.insert(alertRules).values({ id: ruleId, workspaceId, name: ruleName, kind: rule.kind, severity, enabled: true, rule });
  await instanceDb.insert(alerts).values({
    id: alertId,
    workspaceId,
    ruleId,
    ruleName,
    ruleKind: rule.kind,
    fingerprint,
    status: 'active',
    severity,
    message: '7 errors in 15 minutes',
    value: 7,
    threshold: 1,
    labels,
    details: {},
    createdAt: at,
    ...alert,
  });
  const firing = alert.status !== 'resolved';
  await instanceDb.insert(alertGroups).values({
    workspaceId,
    ruleId,
    fingerprint,
    labels,
    state: firing ? 'firing' : 'inactive',
    since: at,
    triggeredAt: at,
    alertId: firing ? alertId : null,
  });
  await instanceDb.insert(alertEvents).values({ workspaceId, alertId, at, kind: 'triggered' });
  return { alertId, ruleId, fingerprint };
}
