import type { WorkspaceId } from '@sightglass/contract/ids';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { notify } from '../../notifications/notifications.ts';
import { ok } from '../../result.ts';
import type { Written } from './writeEvaluation.ts';

/** People learn that a rule has not been evaluated for a while: an alert that cannot come is no good news. */
export async function tellTrouble(
  control: Pick<ControlConnection, 'ofWorkspace'>,
  workspaceId: WorkspaceId,
  troubled: Written['troubled'],
  nowMs: number,
): Promise<void> {
  const told = await control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx) => {
    await notify(
      tx,
      workspaceId,
      troubled.map(({ ruleId, ruleName, error }) => ({
        kind: 'evaluation_failed',
        severity: 'warning',
        title: ruleName,
        message: `The rule could not be evaluated: ${error}`,
        ruleId,
        at: new Date(nowMs),
      })),
    );
    return ok(undefined);
  });
  if (!told.ok) throw new Error(told.error.detail);
}
