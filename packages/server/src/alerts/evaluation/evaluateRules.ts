/** Evaluates rules that are due, or all, in rounds that are bounded in size: what is not reached in time is due still. */
import type { NewAlertRule } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, asc, eq, gt, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { ControlConnection } from '../../control/connect.ts';
import { alertRules } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { fail } from '../../result.ts';
import type { DueRule } from './dueRule.ts';
import { type ObserveRules, observeRules } from './observeRules.ts';
import { type Seen, writeEvaluation, type Written } from './writeEvaluation.ts';

/** What is asked of the same moment; more are taken up by the next round, which asks anew. */
const RULES_AT_ONCE = 20_000;

export interface EvaluateRules extends Omit<ObserveRules, 'control'> {
  control: Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>;
  nowMs(): number;
  /** Told of rules that have been failing. */
  onTrouble(workspaceId: WorkspaceId, troubled: Written['troubled']): Promise<void>;
  log: Pick<Logger, 'error'>;
}

export interface Evaluated {
  /** Rules. */
  done: number;
  /** Rules that were to be evaluated and were not reached. */
  remaining: number;
  opened: number;
  closed: number;
}

/** `which`: those that are due, or every enabled one. Both at the same time, or on two instances, open no alert twice. */
export async function evaluateRules(deps: EvaluateRules, which: 'due' | 'all', mayGoOn: () => boolean): Promise<Evaluated> {
  const nowMs = deps.nowMs();
  const now = new Date(nowMs);
  // What has just been evaluated stands behind what is left.
  const isLeft = or(isNull(alertRules.lastEvaluatedAt), ne(alertRules.lastEvaluatedAt, now));
  const isMeant = and(eq(alertRules.enabled, true), which === 'all' ? isLeft : lte(alertRules.nextEvaluationAt, now));
  const evaluated: Evaluated = { done: 0, remaining: 0, opened: 0, closed: 0 };
  let after: Place | undefined;
  for (;;) {
    const batch = await loadRules(deps.control, and(isMeant, after === undefined ? undefined : isAfter(after)));
    const last = batch.at(-1);
    if (last === undefined) return evaluated;
    after = placeOf(last);
    const { reached, opened, closed } = await evaluateBatch(deps, batch, nowMs, mayGoOn);
    evaluated.done += reached;
    evaluated.opened += opened;
    evaluated.closed += closed;
    if (reached < batch.length) {
      const left = await deps.control.instanceDb.$count(alertRules, and(isMeant, isAfter(after)));
      return { ...evaluated, remaining: batch.length - reached + left };
    }
  }
}

/** Those that have waited longest come first, so that what was not reached in time is first the next time. */
type Place = { waitedSince: Date; id: string };
const WAITED_SINCE = sql<Date>`coalesce(${alertRules.lastEvaluatedAt}, '-infinity'::timestamptz)`;
const NEVER = new Date(-8.64e15);
const placeOf = ({ lastEvaluatedAtMs, id }: DueRule): Place => ({
  waitedSince: lastEvaluatedAtMs === null ? NEVER : new Date(lastEvaluatedAtMs),
  id,
});
const isAfter = ({ waitedSince, id }: Place): SQL | undefined =>
  waitedSince === NEVER
    ? or(sql`${alertRules.lastEvaluatedAt} IS NOT NULL`, and(isNull(alertRules.lastEvaluatedAt), gt(alertRules.id, id)))
    : sql`(${WAITED_SINCE}, ${alertRules.id}) > (${waitedSince.toISOString()}::timestamptz, ${id})`;

async function loadRules({ instanceDb }: Pick<ControlConnection, 'instanceDb'>, where: SQL | undefined): Promise<(DueRule & { timeZone: string })[]> {
  const rows = await instanceDb
    .select({ rule: alertRules, timeZone: workspaces.timeZone })
    .from(alertRules)
    .innerJoin(workspaces, eq(workspaces.id, alertRules.workspaceId))
    .where(and(where, isNull(workspaces.deletingSince)))
    .orderBy(WAITED_SINCE, asc(alertRules.id))
    .limit(RULES_AT_ONCE);
  return rows.map(({ rule: row, timeZone }) => ({
    id: row.id,
    workspaceId: row.workspaceId as WorkspaceId,
    rule: row.rule as NewAlertRule,
    revision: row.revision,
    createdAtMs: row.createdAt.getTime(),
    lastEvaluatedAtMs: row.lastEvaluatedAt?.getTime() ?? null,
    nextEvaluationAtMs: row.nextEvaluationAt?.getTime() ?? null,
    failures: row.failures,
    timeZone,
  }));
}

async function evaluateBatch(deps: EvaluateRules, batch: readonly (DueRule & { timeZone: string })[], nowMs: number, mayGoOn: () => boolean) {
  const observed = await observeRules(deps, batch, nowMs, mayGoOn);
  const byWorkspace = new Map<WorkspaceId, Seen[]>();
  let reached = 0;
  for (const rule of batch) {
    const seen = observed.get(rule.id);
    if (seen === undefined) continue;
    reached++;
    const ofWorkspace = byWorkspace.get(rule.workspaceId);
    if (ofWorkspace === undefined) byWorkspace.set(rule.workspaceId, [{ rule, observed: seen }]);
    else ofWorkspace.push({ rule, observed: seen });
  }
  let [opened, closed] = [0, 0];
  for (const [workspaceId, seen] of byWorkspace) {
    const written = await write(deps, workspaceId, seen, nowMs);
    opened += written.opened;
    closed += written.closed;
    if (written.troubled.length > 0) await deps.onTrouble(workspaceId, written.troubled);
  }
  return { reached, opened, closed };
}

/** When rules of a workspace cannot be written together, each is written by itself, so that one that cannot keeps no other. */
async function write(deps: EvaluateRules, workspaceId: WorkspaceId, seen: readonly Seen[], nowMs: number): Promise<Written> {
  try {
    return await writeEvaluation(deps.control, workspaceId, seen, nowMs);
  } catch (error) {
    if (seen.length > 1) {
      const all: Written = { opened: 0, closed: 0, troubled: [] };
      for (const one of seen) {
        const { opened, closed, troubled } = await write(deps, workspaceId, [one], nowMs);
        all.opened += opened;
        all.closed += closed;
        all.troubled.push(...troubled);
      }
      return all;
    }
    deps.log.error({ err: error, ruleId: seen[0]?.rule.id }, 'what a rule has seen could not be written');
    const [only] = seen;
    if (only?.observed.ok !== true) throw error;
    return writeEvaluation(
      deps.control,
      workspaceId,
      [{ rule: only.rule, observed: fail('internal', 'What the rule has seen could not be written.') }],
      nowMs,
    );
  }
}
