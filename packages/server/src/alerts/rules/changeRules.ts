/** What people do to rules: create, change and delete them. */
import { isDeepStrictEqual } from 'node:util';
import { type AlertRule, type NewAlertRule, RULES_MAX } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, count, eq, isNull } from 'drizzle-orm';
import { type Actor, actorOf, type Caller } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { alertRules } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import { refuseTakenName } from '../../workspaces/refuseTakenName.ts';
import { effectsOf } from './changeEffects.ts';
import { checkChannels, checkCompiles, checkRuleSql, type CheckSql } from './checkRule.ts';
import { carryOver, endRuleAlerts } from './endRuleAlerts.ts';
import { findRow, NO_SUCH_RULE, withStanding } from './listRules.ts';
import { mergeRule, readRule } from './mergeRule.ts';
import { AT_REST } from './ruleStanding.ts';
import { agentsNamed } from './ruleVisibility.ts';
import { keptRule, type RuleRow, shownRule } from './shownRule.ts';

export interface RuleChangeDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  checkSql: CheckSql;
  /** Unix milliseconds. */
  nowMs(): number;
}

/** It is due at once when it is enabled. */
export async function createRule({ control, checkSql, nowMs }: RuleChangeDeps, caller: Caller, sent: NewAlertRule): Promise<Result<AlertRule>> {
  const { workspaceId } = caller;
  const read = readRule(sent);
  if (!read.ok) return read;
  const rule = read.value;
  const refused = refusedFor(caller, rule);
  if (!refused.ok) return refused;
  const ofSql = await checkRuleSql(rule, checkSql);
  if (!ofSql.ok) return ofSql;
  return refuseTakenName('alert_rules_name', `a rule “${rule.name}”`, () =>
    control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
      const channels = await checkChannels(tx, workspaceId, rule);
      if (!channels.ok) return channels;
      const room = await checkRoom(tx, workspaceId);
      if (!room.ok) return room;
      const now = new Date(nowMs());
      const [row] = await tx
        .insert(alertRules)
        .values({
          id: createId('alertRule'),
          workspaceId,
          ...columnsOf(rule),
          createdAt: now,
          createdBy: actorOf(caller).id,
          updatedAt: now,
          nextEvaluationAt: rule.enabled ? now : null,
        })
        .returning();
      if (row === undefined) throw new Error('An inserted rule was not returned');
      note({ action: 'alert_rule.create', target: row.id, before: null, after: rule });
      return ok(shownRule(row, AT_REST));
    }),
  );
}

/** What is absent in `changes` stays; of `config` and `tags` each key by itself. */
export async function changeRule(
  { control, checkSql, nowMs }: RuleChangeDeps,
  caller: Caller,
  id: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<Result<AlertRule>> {
  const { workspaceId } = caller;
  const found = await control.ofWorkspace(workspaceId).read((tx) => findRow(tx, caller, id));
  if (found === undefined) return NO_SUCH_RULE;
  const intended = mergeRule(keptRule(found), changes);
  if (!intended.ok) return intended;
  // SQL is sent or stays as it was, and a rule stays of its kind: what is checked here is what is written below, whoever else changes it.
  const ofSql = 'config' in changes ? await checkRuleSql(intended.value, checkSql) : ok(undefined);
  if (!ofSql.ok) return ofSql;
  return refuseTakenName('alert_rules_name', `a rule “${intended.value.name}”`, () =>
    control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
      // Before the rule: deleting a channel locks it first, then the rules that name it.
      const channels = 'channel_ids' in changes ? await checkChannels(tx, workspaceId, intended.value) : ok(undefined);
      if (!channels.ok) return channels;
      const before = await findRow(tx, caller, id, 'lock');
      if (before === undefined) return NO_SUCH_RULE;
      const merged = mergeRule(keptRule(before), changes);
      if (!merged.ok) return merged;
      const rule = merged.value;
      // A rule that no longer compiles, or tells a channel that is gone, can still be renamed and disabled.
      const refused = effectsOf(keptRule(before), rule).isJudgedAnew ? refusedFor(caller, rule) : ok(undefined);
      if (!refused.ok) return refused;
      const after = await writeRule(tx, before, rule, actorOf(caller), new Date(nowMs()));
      if (after !== before) note({ action: 'alert_rule.change', target: id, before: keptRule(before), after: rule });
      const [shown] = await withStanding(tx, caller, [after]);
      return shown === undefined ? NO_SUCH_RULE : ok(shown);
    }),
  );
}

/** Its open alerts are resolved, and stay in the history. */
export function deleteRule({ control, nowMs }: Pick<RuleChangeDeps, 'control' | 'nowMs'>, caller: Caller, id: string): Promise<Result<undefined>> {
  const { workspaceId } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const row = await findRow(tx, caller, id, 'lock');
    if (row === undefined) return NO_SUCH_RULE;
    if (row.builtin !== null) return fail('conflict', `The rule “${row.name}” comes with Sightglass and stays: disable it instead.`);
    await endRuleAlerts(tx, { workspaceId, ruleId: id, notes: 'The rule was deleted.', by: actorOf(caller), now: new Date(nowMs()) });
    await tx.delete(alertRules).where(and(eq(alertRules.workspaceId, workspaceId), eq(alertRules.id, id)));
    note({ action: 'alert_rule.delete', target: id, before: keptRule(row), after: null });
    return ok(undefined);
  });
}

/** Writes `rule` over the locked row `before`, with all that follows for its groups and alerts. Answers `before` itself when nothing differs. */
export async function writeRule(tx: ControlTx, before: RuleRow, rule: NewAlertRule, by: Actor, now: Date): Promise<RuleRow> {
  const kept = keptRule(before);
  if (isDeepStrictEqual(kept, rule)) return before;
  const { endsAlerts, nextEvaluation, isJudgedAnew } = effectsOf(kept, rule);
  const workspaceId = before.workspaceId as WorkspaceId;
  const [after] = await tx
    .update(alertRules)
    .set({
      ...columnsOf(rule),
      revision: before.revision + (endsAlerts === null ? 0 : 1),
      updatedAt: now,
      ...(nextEvaluation === 'as planned' ? {} : { nextEvaluationAt: nextEvaluation === 'now' ? now : null }),
      ...(isJudgedAnew ? { lastError: null, failures: 0 } : {}),
    })
    .where(and(eq(alertRules.workspaceId, workspaceId), eq(alertRules.id, before.id)))
    .returning();
  if (after === undefined) throw new Error('A changed rule was not returned');
  if (endsAlerts === null) await carryOver(tx, before, after, by, now);
  else await endRuleAlerts(tx, { workspaceId, ruleId: before.id, notes: endsAlerts, by, now });
  return after;
}

/** A rule as its columns hold it. */
export const columnsOf = (rule: NewAlertRule) => ({ name: rule.name, kind: rule.kind, severity: rule.severity, enabled: rule.enabled, rule });

function refusedFor({ hiddenAgents }: Caller, rule: NewAlertRule): Result<undefined> {
  const hidden = agentsNamed(rule, hiddenAgents);
  return hidden.length > 0 ? fail('invalid-request', 'The rule names an agent that is not there.', hidden) : checkCompiles(rule);
}

/** One more rule of people's own; those that come with Sightglass do not count. */
async function checkRoom(tx: ControlTx, workspaceId: WorkspaceId): Promise<Result<undefined>> {
  // Rules of one workspace are made one after the other, so that the limit holds.
  await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
  const [own] = await tx
    .select({ rules: count() })
    .from(alertRules)
    .where(and(eq(alertRules.workspaceId, workspaceId), isNull(alertRules.builtin)));
  return (own?.rules ?? 0) < RULES_MAX ? ok(undefined) : fail('conflict', `A workspace has at most ${RULES_MAX} rules. Delete one first.`);
}
