/**
 * Writes what rules of one workspace have seen, in one transaction: rules that were changed, evaluated or deleted by somebody else in
 * the meantime are left alone, so that two instances never open two alerts. Locks: rules, then groups, then alerts.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { alertEvents, alertGroups, alertRules, alerts } from '../../control/tables/alerts.ts';
import { createId } from '../../prefixedId.ts';
import { ok, type Result } from '../../result.ts';
import type { Observations } from '../conditions/observation.ts';
import { advanceRule, type KnownGroup, type RuleAdvance } from './advanceRule.ts';
import type { DueRule } from './dueRule.ts';

const MINUTE_MS = 60_000;
/** A failed evaluation is tried again after 15, 30, 60 … seconds, and at the latest when the rule would be due. */
const RETRY_MS = 15_000;
const ROWS_AT_ONCE = 500;

export interface Seen {
  rule: DueRule;
  observed: Result<Observations>;
}

export interface Written {
  opened: number;
  closed: number;
  /** Rules that have failed this many times in a row for the first time: worth telling somebody. */
  troubled: { ruleId: string; ruleName: string; error: string }[];
}

/** After so many failures in a row people are told. */
const TROUBLE_AFTER = 3;

export async function writeEvaluation(
  control: Pick<ControlConnection, 'ofWorkspace'>,
  workspaceId: WorkspaceId,
  seen: readonly Seen[],
  nowMs: number,
): Promise<Written> {
  const written: Written = { opened: 0, closed: 0, troubled: [] };
  const result = await control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx) => {
    const ours = await lockRules(tx, workspaceId, seen);
    if (ours.length === 0) return ok(undefined);
    const known = await lockGroups(
      tx,
      workspaceId,
      ours.filter(({ observed }) => observed.ok).map(({ rule }) => rule.id),
    );
    const advances = ours.flatMap(({ rule, observed }) =>
      observed.ok ? [{ rule, advance: advanceRule(rule.rule, known.get(rule.id) ?? [], observed.value, nowMs) }] : [],
    );
    const openIds = await openAlerts(tx, workspaceId, advances, nowMs);
    await closeAlerts(tx, workspaceId, advances, nowMs);
    await updateAlerts(tx, workspaceId, advances, nowMs);
    await writeGroups(tx, workspaceId, advances, openIds);
    await markEvaluated(tx, workspaceId, ours, nowMs);
    written.opened = openIds.size;
    written.closed = advances.reduce((sum, { advance }) => sum + advance.closed.length, 0);
    written.troubled = ours.flatMap(({ rule, observed }) =>
      !observed.ok && rule.failures + 1 === TROUBLE_AFTER ? [{ ruleId: rule.id, ruleName: rule.rule.name, error: errorOf(observed) ?? '' }] : [],
    );
    return ok(undefined);
  });
  if (!result.ok) throw new Error(result.error.detail);
  return written;
}

interface Advanced {
  rule: DueRule;
  advance: RuleAdvance;
}

async function lockRules(tx: ControlTx, workspaceId: WorkspaceId, seen: readonly Seen[]): Promise<Seen[]> {
  const rows = await tx
    .select({ id: alertRules.id, revision: alertRules.revision, enabled: alertRules.enabled, lastEvaluatedAt: alertRules.lastEvaluatedAt })
    .from(alertRules)
    .where(
      and(
        eq(alertRules.workspaceId, workspaceId),
        inArray(
          alertRules.id,
          seen.map(({ rule }) => rule.id),
        ),
      ),
    )
    .orderBy(asc(alertRules.id))
    .for('update');
  const now = new Map(rows.map((row) => [row.id, row]));
  return seen.filter(({ rule }) => {
    const row = now.get(rule.id);
    return row?.enabled === true && row.revision === rule.revision && (row.lastEvaluatedAt?.getTime() ?? null) === rule.lastEvaluatedAtMs;
  });
}

async function lockGroups(tx: ControlTx, workspaceId: WorkspaceId, ruleIds: readonly string[]): Promise<Map<string, KnownGroup[]>> {
  const groups = new Map<string, KnownGroup[]>();
  if (ruleIds.length === 0) return groups;
  const rows = await tx
    .select()
    .from(alertGroups)
    .where(and(eq(alertGroups.workspaceId, workspaceId), inArray(alertGroups.ruleId, [...ruleIds])))
    .orderBy(asc(alertGroups.ruleId), asc(alertGroups.fingerprint))
    .for('update');
  for (const { ruleId, fingerprint, labels, state, since, triggeredAt, alertId } of rows) {
    const group = { fingerprint, labels, state, sinceMs: since.getTime(), triggeredAtMs: triggeredAt?.getTime() ?? null, alertId };
    const ofRule = groups.get(ruleId);
    if (ofRule === undefined) groups.set(ruleId, [group]);
    else ofRule.push(group);
  }
  return groups;
}

const groupKey = (ruleId: string, fingerprint: string) => `${ruleId} ${fingerprint}`;

/** Answers the id of the open alert of each group that opened. */
async function openAlerts(tx: ControlTx, workspaceId: WorkspaceId, advances: readonly Advanced[], nowMs: number): Promise<Map<string, string>> {
  const at = new Date(nowMs);
  const rows = advances.flatMap(({ rule: { id: ruleId, rule }, advance }) =>
    advance.opened.map(({ fingerprint, labels, message, value, threshold, details }) => ({
      id: createId('alert'),
      workspaceId,
      ruleId,
      ruleName: rule.name,
      ruleKind: rule.kind,
      fingerprint,
      status: 'active' as const,
      severity: rule.severity,
      message,
      value,
      threshold,
      labels: { ...labels },
      details: { ...details },
      createdAt: at,
    })),
  );
  const ids = new Map<string, string>();
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
    const some = rows.slice(i, i + ROWS_AT_ONCE);
    // One that is open already stands for it: at most one is, whatever went wrong before.
    const inserted = await tx.insert(alerts).values(some).onConflictDoNothing().returning({ id: alerts.id });
    const isNew = new Set(inserted.map(({ id }) => id));
    for (const row of some) if (isNew.has(row.id)) ids.set(groupKey(row.ruleId, row.fingerprint), row.id);
    const events = some
      .filter(({ id }) => isNew.has(id))
      .map(({ id, message }) => ({ workspaceId, alertId: id, at, kind: 'triggered' as const, notes: message }));
    if (events.length > 0) await tx.insert(alertEvents).values(events);
  }
  return ids;
}

async function closeAlerts(tx: ControlTx, workspaceId: WorkspaceId, advances: readonly Advanced[], nowMs: number): Promise<void> {
  const closed = advances.flatMap(({ advance }) => advance.closed);
  const at = new Date(nowMs);
  for (let i = 0; i < closed.length; i += ROWS_AT_ONCE) {
    const rows = await tx
      .update(alerts)
      // Who was not told that it began need not be told that it ended.
      .set({ status: 'resolved', resolvedAt: at, endNotified: sql`${alerts.notifiedAt} IS NULL` })
      .where(and(eq(alerts.workspaceId, workspaceId), inArray(alerts.id, closed.slice(i, i + ROWS_AT_ONCE)), sql`${alerts.status} <> 'resolved'`))
      .returning({ id: alerts.id });
    if (rows.length > 0) await tx.insert(alertEvents).values(rows.map(({ id }) => ({ workspaceId, alertId: id, at, kind: 'resolved' as const })));
  }
}

async function updateAlerts(tx: ControlTx, workspaceId: WorkspaceId, advances: readonly Advanced[], nowMs: number): Promise<void> {
  const news = advances.flatMap(({ advance }) => advance.news);
  const at = new Date(nowMs);
  for (let i = 0; i < news.length; i += ROWS_AT_ONCE) {
    const some = news.slice(i, i + ROWS_AT_ONCE);
    const { rows } = await tx.execute(sql`
      UPDATE alerts SET value = news.value, details = alerts.details || news.details
      FROM (SELECT alerts.id, alerts.value AS was, told.value, told.details::jsonb
            FROM unnest(${textArray(some.map(({ alertId }) => alertId))}, ${numberArray(some.map(({ value }) => value))}, ${textArray(some.map(({ details, value }) => JSON.stringify({ ...details, no_data: value === null })))})
              AS told (id, value, details) JOIN alerts ON alerts.id = told.id) AS news
      WHERE alerts.id = news.id AND alerts.workspace_id = ${workspaceId} AND alerts.status <> 'resolved'
      RETURNING alerts.id, news.was IS NOT NULL AND news.value IS NULL AS fell_silent`);
    const events = (rows as { id: string; fell_silent: boolean }[])
      .filter(({ fell_silent }) => fell_silent)
      .map(({ id }) => ({ workspaceId, alertId: id, at, kind: 'no_data' as const }));
    if (events.length > 0) await tx.insert(alertEvents).values(events);
  }
  const kept = news.filter(({ isKept }) => isKept).map(({ alertId }) => ({ workspaceId, alertId, at, kind: 'keep_firing' as const }));
  if (kept.length > 0) await tx.insert(alertEvents).values(kept);
}

async function writeGroups(
  tx: ControlTx,
  workspaceId: WorkspaceId,
  advances: readonly Advanced[],
  openIds: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = advances.flatMap(({ rule, advance }) =>
    advance.groups.map(({ fingerprint, labels, state, sinceMs, triggeredAtMs }) => ({
      workspaceId,
      ruleId: rule.id,
      fingerprint,
      labels: { ...labels },
      state,
      since: new Date(sinceMs),
      triggeredAt: triggeredAtMs === null ? null : new Date(triggeredAtMs),
      alertId: openIds.get(groupKey(rule.id, fingerprint)) ?? null,
    })),
  );
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
    await tx
      .insert(alertGroups)
      .values(rows.slice(i, i + ROWS_AT_ONCE))
      .onConflictDoUpdate({
        target: [alertGroups.ruleId, alertGroups.fingerprint],
        set: {
          state: sql`excluded.state`,
          since: sql`excluded.since`,
          triggeredAt: sql`excluded.triggered_at`,
          alertId: sql`CASE WHEN excluded.state = 'firing' OR excluded.state = 'keep_firing' THEN coalesce(excluded.alert_id, alert_groups.alert_id) END`,
        },
      });
  }
  for (const { rule, advance } of advances) {
    if (advance.forgotten.length > 0)
      await tx
        .delete(alertGroups)
        .where(and(eq(alertGroups.workspaceId, workspaceId), eq(alertGroups.ruleId, rule.id), inArray(alertGroups.fingerprint, advance.forgotten)));
  }
}

async function markEvaluated(tx: ControlTx, workspaceId: WorkspaceId, ours: readonly Seen[], nowMs: number): Promise<void> {
  await tx.execute(sql`
    UPDATE alert_rules SET last_evaluated_at = ${new Date(nowMs).toISOString()}::timestamptz, next_evaluation_at = done.next::timestamptz,
      last_error = done.error, failures = CASE WHEN done.error IS NULL THEN 0 ELSE alert_rules.failures + 1 END
    FROM unnest(${textArray(ours.map(({ rule }) => rule.id))}, ${textArray(ours.map((each) => new Date(nextMs(each, nowMs)).toISOString()))}, ${textArray(ours.map(({ observed }) => errorOf(observed)))})
      AS done (id, next, error)
    WHERE alert_rules.id = done.id AND alert_rules.workspace_id = ${workspaceId}`);
}

function errorOf(observed: Result<Observations>): string | null {
  if (!observed.ok) return observed.error.detail;
  return observed.value.isCut
    ? 'There are more groups than a rule may have; those beyond its limit (500; 20 of an anomaly rule) are not watched.'
    : null;
}

/** In step with when it was due, so that a busy minute does not shift it for good. */
function nextMs({ rule, observed }: Seen, nowMs: number): number {
  const intervalMs = rule.rule.check_interval_minutes * MINUTE_MS;
  if (!observed.ok) return nowMs + Math.min(intervalMs, RETRY_MS * 2 ** Math.min(rule.failures, 20));
  const dueMs = rule.nextEvaluationAtMs ?? nowMs;
  const inStepMs = dueMs > nowMs ? dueMs : dueMs + intervalMs;
  return inStepMs > nowMs ? inStepMs : nowMs + intervalMs;
}

const textArray = (values: readonly (string | null)[]) => sql`${sql.param([...values])}::text[]`;
const numberArray = (values: readonly (number | null)[]) => sql`${sql.param([...values])}::double precision[]`;
