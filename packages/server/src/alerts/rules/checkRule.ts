/** Whether a rule that is well formed can be evaluated at all, and tells somebody who is there. */
import type { NewAlertRule } from '@sightglass/contract/alertRule';
import type { FieldError } from '@sightglass/contract/errors';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, inArray } from 'drizzle-orm';
import type { ControlTx } from '../../control/connect.ts';
import { alertChannels } from '../../control/tables/alerts.ts';
import { fail, ok, type Result } from '../../result.ts';
import { checkCondition } from '../conditions/checkCondition.ts';

/** Asks the engine whether SQL is what a rule may ask; its errors point into the question. */
export type CheckSql = (query: string) => Promise<Result<unknown>>;

/** Measures, fields and filters of the rule. */
export function checkCompiles(rule: NewAlertRule): Result<undefined> {
  if (rule.kind === 'budget')
    return notCompilable([{ pointer: '/config/budget_id', message: `there is no budget ${rule.config.budget_id} in this workspace` }]);
  const errors = checkCondition(rule);
  return errors.length > 0 ? notCompilable(errors) : ok(undefined);
}

/** The SQL of a rule, where it has any. Not to be awaited inside a transaction: it asks the other plane. */
export async function checkRuleSql(rule: NewAlertRule, checkSql: CheckSql): Promise<Result<undefined>> {
  if (rule.kind !== 'sql_query') return ok(undefined);
  const checked = await checkSql(rule.config.query);
  if (checked.ok) return ok(undefined);
  const { code, detail, errors } = checked.error;
  if (code !== 'not-compilable') return checked;
  const inRule = errors?.map(({ message }) => ({ pointer: '/config/query', message }));
  return notCompilable(inRule ?? [{ pointer: '/config/query', message: detail }]);
}

const notCompilable = (errors: FieldError[]) =>
  fail('not-compilable', `The rule cannot be evaluated: ${errors.map(({ message }) => message).join('; ')}.`, errors);

/** The channels that a rule names; nobody deletes them before the transaction ends. */
export async function checkChannels(tx: ControlTx, workspaceId: WorkspaceId, { channel_ids: ids }: NewAlertRule): Promise<Result<undefined>> {
  if (ids.length === 0) return ok(undefined);
  const rows = await tx
    .select({ id: alertChannels.id })
    .from(alertChannels)
    .where(and(eq(alertChannels.workspaceId, workspaceId), inArray(alertChannels.id, ids)))
    .orderBy(alertChannels.id)
    .for('key share');
  const there = new Set(rows.map(({ id }) => id));
  const errors = ids.flatMap((id, i) =>
    there.has(id) ? [] : [{ pointer: `/channel_ids/${i}`, message: 'there is no such channel in this workspace' }],
  );
  return errors.length > 0 ? fail('invalid-request', 'The rule names channels that are not there.', errors) : ok(undefined);
}
