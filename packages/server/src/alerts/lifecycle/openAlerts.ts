/** How many alerts are open (active or acknowledged). */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { SEVERITIES } from '@sightglass/contract/alertRule';
import { and, count, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlConnection } from '../../control/connect.ts';
import { CountSchema, queryRows } from '../../control/rows.ts';
import { alerts } from '../../control/tables/alerts.ts';
import { NO_OPEN_ALERTS, type OpenAlerts } from '../../health/scoreHealth.ts';
import { ok } from '../../result.ts';
import { createRecentAnswers } from '../../snapshot/recentAnswers.ts';
import { type AlertsSeen, ofSeen } from './readAlerts.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;

/** Pages ask every few seconds, many at a time: within this they share an answer. */
const KEPT_MS = 5_000;

export type CountOpenAlerts = (seen: AlertsSeen) => Promise<number>;

/** Of a workspace, those about agents that are hidden from the caller left out; up to five seconds old. `nowMs` is Unix milliseconds. */
export function createOpenAlertCount(control: Control, nowMs: () => number): CountOpenAlerts {
  const recent = createRecentAnswers<number>(nowMs, KEPT_MS);
  return async (seen) => {
    const { workspaceId, hiddenAgents } = seen;
    const key = JSON.stringify([workspaceId, ...hiddenAgents]);
    const counted = await recent(key, () =>
      control.ofWorkspace(workspaceId).read(async (tx) => {
        const [row] = await tx
          .select({ open: count() })
          .from(alerts)
          .where(and(ofSeen(seen), wasOpen('now')));
        return ok(row?.open ?? 0);
      }),
    );
    if (!counted.ok) throw new Error(counted.error.detail);
    return counted.value;
  };
}

const OpenRowSchema = z.object({ agent_id: z.string(), severity: z.enum(SEVERITIES), open: CountSchema });

/** What is open now, or was open at a moment (Unix milliseconds), by the agent that it is about; agents without an open alert are left out. */
export async function readOpenAlerts(control: Control, workspaceId: WorkspaceId, at: number | 'now'): Promise<Map<string, OpenAlerts>> {
  const rows = await control.ofWorkspace(workspaceId).read((tx) =>
    queryRows(
      tx,
      sql`SELECT labels ->> 'agent_id' AS agent_id, severity, count(*) AS open FROM alerts
      WHERE workspace_id = ${workspaceId} AND ${wasOpen(at)} AND labels ->> 'agent_id' IS NOT NULL GROUP BY 1, 2`,
      OpenRowSchema,
    ),
  );
  const byAgent = new Map<string, OpenAlerts>();
  for (const { agent_id, severity, open } of rows) {
    byAgent.set(agent_id, { ...(byAgent.get(agent_id) ?? NO_OPEN_ALERTS), [severity]: open });
  }
  return byAgent;
}

/** Two questions, and words rather than parameters, because an index knows the open ones. */
function wasOpen(at: number | 'now'): SQL {
  if (at === 'now') return sql`status <> 'resolved'`;
  const moment = sql`${new Date(at).toISOString()}::timestamptz`;
  return sql`created_at <= ${moment} AND (status <> 'resolved' OR resolved_at > ${moment})`;
}
