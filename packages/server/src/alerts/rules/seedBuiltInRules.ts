/**
 * Gives workspaces the rules that come with Sightglass, and those whose threshold the environment sets the threshold that it sets now.
 * What was given last stands beside the rules (a setting of the workspace): a rule that still has it was not edited, and follows the
 * environment, enabled or not; one that has another threshold is people's own choice and stays. May run twice, and on several instances at once.
 */
import { isDeepStrictEqual } from 'node:util';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { queryRows } from '../../control/rows.ts';
import { alertRules } from '../../control/tables/alerts.ts';
import { workspaceSettings } from '../../control/tables/settings.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import type { Change } from '../../control/workspaceDb.ts';
import { createId } from '../../prefixedId.ts';
import { ok } from '../../result.ts';
import { type BuiltInRule, builtInRules } from './builtInRules.ts';
import type { AlertThresholds } from '../alertEnvironment.ts';
import { columnsOf, writeRule } from './changeRules.ts';
import { mergeRule } from './mergeRule.ts';
import { keptRule, type RuleRow } from './shownRule.ts';

const SETTING = 'built_in_alert_rules';
const NAME_ATTEMPTS_MAX = 3;

/** The threshold that each rule was given last, by its name. */
const GivenSchema = z.record(z.string(), z.union([z.string(), z.number()]));
type Given = z.infer<typeof GivenSchema>;

const thresholdOf = ({ rule, thresholdKey }: BuiltInRule): string | number | undefined =>
  thresholdKey === undefined ? undefined : (rule.config as Record<string, string | number>)[thresholdKey];

const givenOf = (rules: readonly BuiltInRule[]): Given =>
  Object.fromEntries(
    rules.flatMap((each) => {
      const threshold = thresholdOf(each);
      return threshold === undefined ? [] : [[each.builtin, threshold]];
    }),
  );

/** At start: every workspace that lacks a rule, or was given other thresholds. One that fails does not keep the others from theirs. */
export async function seedBuiltInRules(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace'>;
  thresholds: AlertThresholds;
  nowMs(): number;
  warn(message: string, error: unknown): void;
}): Promise<void> {
  const { control, thresholds, nowMs, warn } = options;
  const rules = builtInRules(thresholds);
  const lacking = await queryRows(
    control.instanceDb,
    sql`SELECT id FROM workspaces WHERE deleting_since IS NULL AND (
          (SELECT count(*) FROM alert_rules WHERE workspace_id = workspaces.id AND builtin = ANY(${sql.param(rules.map(({ builtin }) => builtin))}::text[])) < ${rules.length}
          OR (SELECT value FROM workspace_settings WHERE workspace_id = workspaces.id AND name = ${SETTING}) IS DISTINCT FROM ${JSON.stringify(givenOf(rules))}::jsonb)
        ORDER BY id`,
    z.object({ id: z.string() }),
  );
  for (const { id } of lacking) {
    const workspaceId = id as WorkspaceId;
    try {
      await control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx, note) => {
        await giveBuiltInRules({ tx, note, workspaceId, rules, now: new Date(nowMs()) });
        return ok(undefined);
      });
    } catch (error) {
      warn(`alerts: the built-in rules of ${workspaceId} could not be brought up to date; trying again at the next start`, error);
    }
  }
}

/** What a new workspace begins with; inside the transaction that makes it. */
export const furnishWithRules =
  (thresholds: AlertThresholds) =>
  (tx: ControlTx, workspaceId: WorkspaceId, now: Date): Promise<void> =>
    // A workspace comes with its rules: making it is what the audit log tells.
    giveBuiltInRules({ tx, note: () => undefined, workspaceId, rules: builtInRules(thresholds), now });

interface Giving {
  tx: ControlTx;
  note(change: Change): void;
  workspaceId: WorkspaceId;
  rules: readonly BuiltInRule[];
  now: Date;
}

async function giveBuiltInRules(giving: Giving): Promise<void> {
  const { tx, workspaceId, rules } = giving;
  const own = and(eq(workspaces.id, workspaceId), isNull(workspaces.deletingSince));
  const [there] = await tx.select({ id: workspaces.id }).from(workspaces).where(own).for('no key update');
  if (there === undefined) return;
  const rows = await tx
    .select()
    .from(alertRules)
    .where(and(eq(alertRules.workspaceId, workspaceId), isNotNull(alertRules.builtin)))
    .orderBy(alertRules.id)
    .for('update');
  await followEnvironment(giving, rows);
  const known = new Set(rows.map(({ builtin }) => builtin));
  await insertMissing(
    giving,
    rules.filter(({ builtin }) => !known.has(builtin)),
  );
  const value = givenOf(rules);
  await tx
    .insert(workspaceSettings)
    .values({ workspaceId, name: SETTING, value })
    .onConflictDoUpdate({ target: [workspaceSettings.workspaceId, workspaceSettings.name], set: { value, updatedAt: sql`now()` } });
}

async function followEnvironment({ tx, note, workspaceId, rules, now }: Giving, rows: readonly RuleRow[]): Promise<void> {
  const [setting] = await tx
    .select({ value: workspaceSettings.value })
    .from(workspaceSettings)
    .where(and(eq(workspaceSettings.workspaceId, workspaceId), eq(workspaceSettings.name, SETTING)));
  const given = GivenSchema.safeParse(setting?.value).data ?? {};
  for (const builtIn of rules) {
    const { builtin, thresholdKey } = builtIn;
    const row = rows.find((each) => each.builtin === builtin);
    if (row === undefined || thresholdKey === undefined || given[builtin] === undefined) continue;
    const before = keptRule(row);
    if (!isDeepStrictEqual((before.config as Record<string, unknown>)[thresholdKey], given[builtin])) continue;
    const after = mergeRule(before, { config: { [thresholdKey]: thresholdOf(builtIn) } });
    if (!after.ok || (await writeRule(tx, row, after.value, SYSTEM_ACTOR, now)) === row) continue;
    note({ action: 'alert_rule.change', target: row.id, before, after: after.value });
  }
}

/** Where people have given its name to a rule of theirs, a rule is called otherwise. */
async function insertMissing({ tx, workspaceId, rules, now }: Giving, missing: readonly BuiltInRule[]): Promise<void> {
  let left = missing;
  for (let attempt = 0; left.length > 0; attempt++) {
    // Somebody renames a rule at this very moment, again and again.
    if (attempt === NAME_ATTEMPTS_MAX) throw new Error(`No name is free for ${left.map(({ builtin }) => builtin).join(', ')}`);
    const rows = await tx.select({ name: alertRules.name }).from(alertRules).where(eq(alertRules.workspaceId, workspaceId));
    const taken = new Set(rows.map(({ name }) => name));
    const inserted = await tx
      .insert(alertRules)
      .values(
        left.map(({ builtin, rule }) => ({
          id: createId('alertRule'),
          workspaceId,
          ...columnsOf({ ...rule, name: freeName(builtin, taken) }),
          builtin,
          // Lists show the newest first: this keeps them in the order of the table.
          createdAt: new Date(now.getTime() - rules.findIndex((each) => each.builtin === builtin)),
          updatedAt: now,
        })),
      )
      .onConflictDoNothing()
      .returning({ builtin: alertRules.builtin });
    const done = new Set(inserted.map(({ builtin }) => builtin));
    left = left.filter(({ builtin }) => !done.has(builtin));
  }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let i = 1; ; i++) {
    const other = i === 1 ? `${name} (built in)` : `${name} (built in ${i})`;
    if (!taken.has(other)) return other;
  }
}
