/**
 * What people do about an alert. Every change holds the row of the alert's group first and the alert second, in the order in which the
 * evaluation of its rule takes them, so that neither waits for the other for ever and of two things at once one comes first.
 */
import type { AlertDetail, AlertEventKind } from '@sightglass/contract/alert';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { parseTimestamp } from '@sightglass/contract/timestamp';
import { and, eq } from 'drizzle-orm';
import { callerName } from '../../access/callerName.ts';
import { type Actor, actorOf, type Caller, SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { alertEvents, alertGroups, alerts } from '../../control/tables/alerts.ts';
import type { Change } from '../../control/workspaceDb.ts';
import { fail, ok, type Result } from '../../result.ts';
import { alertDetail, type AlertsSeen, findAlert, NO_SUCH_ALERT } from './readAlerts.ts';
import type { AlertRow } from './shownAlerts.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;

const SNOOZE_MS_MAX = 30 * 86_400_000;
const RESOLVED = fail('conflict', 'The alert is resolved already.');

/** What becomes of an alert, and the event that tells of it. */
interface Step {
  set: Partial<AlertRow>;
  event: { kind: AlertEventKind; by: string; notes: string | null };
  /** A verb, as the audit log has it. */
  verb: 'acknowledge' | 'resolve' | 'snooze';
}

/** Somebody looks after it. Doing it again changes nothing. */
export function acknowledgeAlert(
  control: Control,
  caller: Caller,
  id: string,
  notes: string | undefined,
  nowMs: number,
): Promise<Result<AlertDetail>> {
  return change(control, caller, actorOf(caller), id, nowMs, async (tx, alert) => {
    if (alert.status === 'resolved') return RESOLVED;
    if (alert.status === 'acknowledged') return ok(undefined);
    return ok(acknowledged(await callerName(tx, caller), notes, nowMs));
  });
}

/** By the link that was sent to a channel: once, and not after somebody else. */
export function acknowledgeLinked(
  control: Control,
  link: { workspaceId: WorkspaceId; alertId: string; channelName: string },
  address: string | null,
  nowMs: number,
): Promise<Result<AlertDetail>> {
  const seen = { workspaceId: link.workspaceId, hiddenAgents: [] };
  return change(control, seen, { ...SYSTEM_ACTOR, address }, link.alertId, nowMs, async (_tx, alert) => {
    if (alert.status === 'resolved') return RESOLVED;
    if (alert.status === 'acknowledged') return fail('conflict', `The alert is acknowledged already (${alert.acknowledgedBy ?? 'by somebody'}).`);
    return ok(acknowledged(`by link sent to ${link.channelName}`, undefined, nowMs));
  });
}

const acknowledged = (by: string, notes: string | undefined, nowMs: number): Step => ({
  set: { status: 'acknowledged', acknowledgedAt: new Date(nowMs), acknowledgedBy: by },
  event: { kind: 'acknowledged', by, notes: notes || null },
  verb: 'acknowledge',
});

/** Its group begins anew; the cooldown counts on from when the alert opened. */
export function resolveAlert(control: Control, caller: Caller, id: string, notes: string | undefined, nowMs: number): Promise<Result<AlertDetail>> {
  return change(control, caller, actorOf(caller), id, nowMs, async (tx, alert) => {
    if (alert.status === 'resolved') return RESOLVED;
    const { workspaceId, ruleId, fingerprint } = alert;
    const by = await callerName(tx, caller);
    await tx
      .update(alertGroups)
      .set({ state: 'inactive', alertId: null, since: new Date(nowMs) })
      .where(and(eq(alertGroups.workspaceId, workspaceId), eq(alertGroups.ruleId, ruleId), eq(alertGroups.fingerprint, fingerprint)));
    return ok({
      // Who was told that it began is told that it ended; `deliveries/` sees to it.
      set: {
        status: 'resolved',
        resolvedAt: new Date(nowMs),
        resolvedBy: by,
        resolutionNotes: notes || null,
        endNotified: alert.notifiedAt === null,
      },
      event: { kind: 'resolved', by, notes: notes || null },
      verb: 'resolve',
    });
  });
}

/** Nobody is told of it until then. `until` is RFC 3339. */
export function snoozeAlert(control: Control, caller: Caller, id: string, until: string, nowMs: number): Promise<Result<AlertDetail>> {
  return change(control, caller, actorOf(caller), id, nowMs, async (tx, alert) => {
    const untilMs = Number((parseTimestamp(until) ?? 0n) / 1_000_000n);
    if (untilMs <= nowMs || untilMs > nowMs + SNOOZE_MS_MAX) {
      const message = 'must be in the future, and at most 30 days from now';
      return fail('invalid-request', `An alert cannot be snoozed until then: until ${message}.`, [{ pointer: '/until', message }]);
    }
    if (alert.status === 'resolved') return RESOLVED;
    const snoozedUntil = new Date(untilMs);
    const by = await callerName(tx, caller);
    return ok({ set: { snoozedUntil }, event: { kind: 'snoozed', by, notes: `until ${snoozedUntil.toISOString()}` }, verb: 'snooze' });
  });
}

/** Decides by the alert as it is while nobody else can change it. `undefined`: it stays as it is, and nothing is written down. */
type Decide = (tx: ControlTx, alert: AlertRow) => Promise<Result<Step | undefined>>;

function change(control: Control, seen: AlertsSeen, by: Actor, id: string, nowMs: number, decide: Decide): Promise<Result<AlertDetail>> {
  const { workspaceId } = seen;
  return control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
    const alert = await holdAlert(tx, seen, id);
    if (!alert.ok) return alert;
    const step = await decide(tx, alert.value);
    if (!step.ok) return step;
    if (step.value === undefined) return ok(await alertDetail(tx, workspaceId, alert.value, nowMs));
    const { set, event, verb } = step.value;
    const [changed] = await tx
      .update(alerts)
      .set(set)
      .where(and(eq(alerts.workspaceId, workspaceId), eq(alerts.id, id)))
      .returning();
    if (changed === undefined) throw new Error('A changed alert was not returned');
    await tx.insert(alertEvents).values({ workspaceId, alertId: id, at: new Date(nowMs), ...event });
    note(auditedStep(verb, alert.value, changed, event.notes));
    return ok(await alertDetail(tx, workspaceId, changed, nowMs));
  });
}

async function holdAlert(tx: ControlTx, seen: AlertsSeen, id: string): Promise<Result<AlertRow>> {
  const { workspaceId } = seen;
  const found = await findAlert(tx, seen, id);
  if (!found.ok) return found;
  const { ruleId, fingerprint } = found.value;
  await tx
    .select({ ruleId: alertGroups.ruleId })
    .from(alertGroups)
    .where(and(eq(alertGroups.workspaceId, workspaceId), eq(alertGroups.ruleId, ruleId), eq(alertGroups.fingerprint, fingerprint)))
    .for('update');
  const [row] = await tx
    .select()
    .from(alerts)
    .where(and(eq(alerts.workspaceId, workspaceId), eq(alerts.id, id)))
    .for('update');
  return row === undefined ? NO_SUCH_ALERT : ok(row);
}

function auditedStep(verb: Step['verb'], before: AlertRow, after: AlertRow, notes: string | null): Change {
  const told = ({ status, snoozedUntil }: AlertRow) => ({ status, snoozed_until: snoozedUntil?.toISOString() ?? null });
  const { ruleName: rule, labels } = after;
  return { action: `alert.${verb}`, target: after.id, before: told(before), after: { rule, labels, ...told(after), notes } };
}
