/** Notices when rules are due and nobody evaluates them: on every instance, by the database alone, so that no lease and no loop can hide it. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, gt, isNull, lt, min } from 'drizzle-orm';
import type { Logger } from 'pino';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { alertRules, notifications } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { notify } from '../../notifications/notifications.ts';
import { ok } from '../../result.ts';

/** A rule that is later than this is called stalled. With the pause between looks it is noticed within two minutes. */
const STALLED_MS = 90_000;
/** Nobody is told twice within this. */
const TOLD_AGAIN_MS = 3_600_000;

export interface Watchdog {
  look(nowMs: number): Promise<void>;
}

export function createWatchdog(
  control: Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>,
  log: Pick<Logger, 'error'>,
  onLag?: (seconds: number) => void,
): Watchdog {
  return {
    look: async (nowMs) => {
      const rows = await control.instanceDb
        .select({ workspaceId: alertRules.workspaceId, oldest: min(alertRules.nextEvaluationAt) })
        .from(alertRules)
        .innerJoin(workspaces, eq(workspaces.id, alertRules.workspaceId))
        .where(and(eq(alertRules.enabled, true), isNull(workspaces.deletingSince), lt(alertRules.nextEvaluationAt, new Date(nowMs))))
        .groupBy(alertRules.workspaceId);
      const late = rows.flatMap(({ workspaceId, oldest }) =>
        oldest === null ? [] : [{ workspaceId: workspaceId as WorkspaceId, lateMs: nowMs - oldest.getTime() }],
      );
      const lagMs = Math.max(0, ...late.map(({ lateMs }) => lateMs));
      onLag?.(lagMs / 1_000);
      if (lagMs < STALLED_MS) return;
      log.error({ lateSeconds: Math.round(lagMs / 1_000) }, 'rules of alerts are not evaluated in time');
      for (const { workspaceId, lateMs } of late) if (lateMs >= STALLED_MS) await tell(control, workspaceId, lateMs, nowMs);
    },
  };
}

async function tell(control: Pick<ControlConnection, 'ofWorkspace'>, workspaceId: WorkspaceId, lateMs: number, nowMs: number): Promise<void> {
  const told = await control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx) => {
    const again = await tx.$count(
      notifications,
      and(eq(notifications.workspaceId, workspaceId), eq(notifications.kind, 'evaluation_stalled'), gtMs(nowMs - TOLD_AGAIN_MS)),
    );
    if (again > 0) return ok(undefined);
    await notify(tx, workspaceId, [
      {
        kind: 'evaluation_stalled',
        severity: 'critical',
        title: 'Rules are not evaluated',
        message: `A rule has been due for ${Math.round(lateMs / 60_000)} min and was not evaluated: alerts may be missing. Look at the log of Sightglass.`,
        at: new Date(nowMs),
      },
    ]);
    return ok(undefined);
  });
  if (!told.ok) throw new Error(told.error.detail);
}

const gtMs = (ms: number) => gt(notifications.createdAt, new Date(ms));
