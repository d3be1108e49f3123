import { type AlertRule, type NewAlertRule, NewAlertRuleSchema } from '@sightglass/contract/alertRule';
import type { alertRules } from '../../control/tables/alerts.ts';
import type { RuleStanding } from './ruleStanding.ts';

export type RuleRow = typeof alertRules.$inferSelect;

/** What people set, with what newer fields mean where they were not set. What a newer version wrote and this one does not understand stays as it is. */
export const keptRule = (row: Pick<RuleRow, 'rule'>): NewAlertRule => NewAlertRuleSchema.safeParse(row.rule).data ?? row.rule;

const timestamp = (moment: Date | null) => moment?.toISOString() ?? null;

/** A rule as the API shows it. */
export const shownRule = (row: RuleRow, { state, openAlerts }: RuleStanding): AlertRule => ({
  id: row.id,
  ...keptRule(row),
  builtin: row.builtin,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
  last_evaluated_at: timestamp(row.lastEvaluatedAt),
  next_evaluation_at: timestamp(row.nextEvaluationAt),
  evaluation: row.lastError === null ? 'ok' : 'error',
  last_error: row.lastError,
  state,
  open_alerts: openAlerts,
});
