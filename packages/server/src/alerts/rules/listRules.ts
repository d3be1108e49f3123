/** Reading rules: pages of them, and one. */
import type { AlertRule } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { AlertRuleListQuery } from '@sightglass/contract/routes/alertRules';
import { and, desc, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import type { Page } from '../../control/page.ts';
import { alertRules } from '../../control/tables/alerts.ts';
import { openCursor, sealCursor } from '../../explore/opaqueCursor.ts';
import { fail, ok, type Result } from '../../result.ts';
import { isStorable } from './mergeRule.ts';
import { AT_REST, readStandings } from './ruleStanding.ts';
import { namesNoneOf } from './ruleVisibility.ts';
import { type RuleRow, shownRule } from './shownRule.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;

/** Whose rules, and what is kept from them. */
export interface RulesSeen {
  workspaceId: WorkspaceId;
  hiddenAgents: readonly string[];
}

/** Where a page ended: whether its last rule came with Sightglass, when it was made (ms since 1970), its id. */
const PositionSchema = z.tuple([z.union([z.literal(0), z.literal(1)]), z.number().int().min(0).max(8.64e15), z.string().max(64)]);

export const NO_SUCH_RULE = fail('not-found', 'There is no such rule in this workspace.');

/** The rules that people made, newest first, then those that came with Sightglass. */
export async function listRules(control: Control, seen: RulesSeen, query: AlertRuleListQuery): Promise<Result<Page<AlertRule>>> {
  const position = query.cursor === undefined ? undefined : openCursor(query.cursor, PositionSchema);
  if (query.cursor !== undefined && position === undefined)
    return fail('invalid-request', 'The cursor is not one that a list has answered.', [
      { pointer: '?cursor', message: 'send next_cursor as it came' },
    ]);
  return control.ofWorkspace(seen.workspaceId).read(async (tx) => {
    const rows = await tx
      .select()
      .from(alertRules)
      .where(and(eq(alertRules.workspaceId, seen.workspaceId), namesNoneOf(seen.hiddenAgents), ...conditionsOf(query), after(position)))
      .orderBy(sql`${alertRules.builtin} IS NOT NULL`, desc(alertRules.createdAt), desc(alertRules.id))
      .limit(query.limit + 1);
    const shown = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? shown.at(-1) : undefined;
    return ok({
      items: await withStanding(tx, seen, shown),
      next_cursor: last === undefined ? null : sealCursor([last.builtin === null ? 0 : 1, last.createdAt.getTime(), last.id]),
    });
  });
}

/** An unknown rule, another workspace's, and one that names a hidden agent are the same. */
export const getRule = (control: Control, seen: RulesSeen, id: string): Promise<Result<AlertRule>> =>
  control.ofWorkspace(seen.workspaceId).read(async (tx) => {
    const row = await findRow(tx, seen, id);
    const [rule] = row === undefined ? [] : await withStanding(tx, seen, [row]);
    return rule === undefined ? NO_SUCH_RULE : ok(rule);
  });

/** Undefined where there is none. With `lock` nobody changes it before the transaction ends; groups and alerts are locked after it, never before. */
export async function findRow(tx: ControlTx, seen: RulesSeen, id: string, lock?: 'lock'): Promise<RuleRow | undefined> {
  if (!isStorable(id)) return undefined;
  const found = tx
    .select()
    .from(alertRules)
    .where(and(eq(alertRules.workspaceId, seen.workspaceId), eq(alertRules.id, id), namesNoneOf(seen.hiddenAgents)));
  const [row] = lock === undefined ? await found : await found.for('update');
  return row;
}

export async function withStanding(tx: ControlTx, seen: RulesSeen, rows: readonly RuleRow[]): Promise<AlertRule[]> {
  const standings = await readStandings(
    tx,
    seen,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => shownRule(row, standings.get(row.id) ?? AT_REST));
}

function after(position: z.infer<typeof PositionSchema> | undefined): SQL | undefined {
  if (position === undefined) return undefined;
  const [isBuiltin, createdAtMs, id] = position;
  const within = sql`(${alertRules.createdAt}, ${alertRules.id}) < (${new Date(createdAtMs).toISOString()}::timestamptz, ${id}::text)`;
  return isBuiltin === 1 ? and(isNotNull(alertRules.builtin), within) : sql`(${alertRules.builtin} IS NOT NULL OR ${within})`;
}

function conditionsOf({ kind, severity, enabled, evaluation, channel_id, q }: AlertRuleListQuery): (SQL | undefined)[] {
  // No rule has such a text, and PostgreSQL takes none.
  if ([channel_id, q].some((text) => text !== undefined && !isStorable(text))) return [sql`false`];
  return [
    kind === undefined ? undefined : eq(alertRules.kind, kind),
    severity === undefined ? undefined : eq(alertRules.severity, severity),
    enabled === undefined ? undefined : eq(alertRules.enabled, enabled === 'true'),
    evaluation === undefined ? undefined : evaluation === 'ok' ? isNull(alertRules.lastError) : isNotNull(alertRules.lastError),
    channel_id === undefined ? undefined : sql`jsonb_exists(${alertRules.rule}->'channel_ids', ${channel_id}::text)`,
    q === undefined || q === '' ? undefined : sql`position(lower(${q}::text) in lower(${alertRules.name})) > 0`,
  ];
}
