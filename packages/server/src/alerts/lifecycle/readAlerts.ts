/** Alerts as a caller may see them. Those about agents that are hidden from the caller are like none. */
import type { Alert, AlertDetail } from '@sightglass/contract/alert';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { isStorableText } from '@sightglass/contract/plainText';
import type { AlertListQuery } from '@sightglass/contract/routes/alerts';
import { and, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Caller } from '../../access/caller.ts';
import { momentOf } from '../../audit/listAudit.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { type Page, pageAfter, toPage } from '../../control/page.ts';
import { alerts } from '../../control/tables/alerts.ts';
import { fail, ok, type Result } from '../../result.ts';
import { type AlertRow, readTimeline, shownAlerts } from './shownAlerts.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;
/** Whose alerts, and what is kept from whoever asks. */
export type AlertsSeen = Pick<Caller, 'workspaceId' | 'hiddenAgents'>;

export const NO_SUCH_ALERT = fail('not-found', 'There is no such alert in this workspace.');

/** Newest first. */
export async function listAlerts(control: Control, seen: AlertsSeen, query: AlertListQuery, nowNs: bigint): Promise<Result<Page<Alert>>> {
  const { workspaceId } = seen;
  const { limit, cursor } = query;
  const after = pageAfter(cursor, alerts);
  if (!after.ok) return after;
  const filter = filterOf(query, nowNs);
  if (!filter.ok) return filter;
  const { where, order } = after.value;
  return control.ofWorkspace(workspaceId).read(async (tx) => {
    const rows = await tx
      .select()
      .from(alerts)
      .where(and(ofSeen(seen), filter.value, where))
      .orderBy(...order)
      .limit(limit + 1);
    const page = toPage(rows, limit, (row) => row);
    return ok({ items: await shownAlerts(tx, workspaceId, page.items, Number(nowNs / 1_000_000n)), next_cursor: page.next_cursor });
  });
}

export function readAlert(control: Control, seen: AlertsSeen, id: string, nowMs: number): Promise<Result<AlertDetail>> {
  return control.ofWorkspace(seen.workspaceId).read(async (tx) => {
    const found = await findAlert(tx, seen, id);
    return found.ok ? ok(await alertDetail(tx, seen.workspaceId, found.value, nowMs)) : found;
  });
}

/** An unknown alert, another workspace's and one about a hidden agent are the same. */
export async function findAlert(tx: ControlTx, seen: AlertsSeen, id: string): Promise<Result<AlertRow>> {
  if (!isStorableText(id)) return NO_SUCH_ALERT;
  const [row] = await tx
    .select()
    .from(alerts)
    .where(and(ofSeen(seen), eq(alerts.id, id)));
  return row === undefined ? NO_SUCH_ALERT : ok(row);
}

export async function alertDetail(tx: ControlTx, workspaceId: WorkspaceId, row: AlertRow, nowMs: number): Promise<AlertDetail> {
  const [alert] = await shownAlerts(tx, workspaceId, [row], nowMs);
  if (alert === undefined) throw new Error('An alert that was read is not shown');
  return { ...alert, timeline: await readTimeline(tx, workspaceId, row.id) };
}

export const ofSeen = ({ workspaceId, hiddenAgents }: AlertsSeen): SQL | undefined =>
  and(
    eq(alerts.workspaceId, workspaceId),
    hiddenAgents.length === 0 ? undefined : sql`coalesce(${agentIdOf}, '') <> ALL(${sql.param([...hiddenAgents])}::text[])`,
  );

/** The agent that an alert is about; NULL where it is about none. */
export const agentIdOf: SQL = sql`(${alerts.labels} ->> 'agent_id')`;

function filterOf(query: AlertListQuery, nowNs: bigint): Result<SQL | undefined> {
  const { status, severity, rule_id, agent_id, q } = query;
  const [from, to] = [momentOf(query.from, nowNs), momentOf(query.to, nowNs)];
  for (const [name, moment] of [['from', from] as const, ['to', to] as const]) {
    if (moment === null) {
      return fail('invalid-request', 'A time must be RFC 3339 or relative, like now-24h.', [{ pointer: `?${name}`, message: 'is not a time' }]);
    }
  }
  // No alert has such a text, and PostgreSQL takes none.
  if ([rule_id, agent_id, q].some((text) => text !== undefined && !isStorableText(text))) return ok(sql`false`);
  return ok(
    and(
      status === undefined ? undefined : inArray(alerts.status, status),
      severity === undefined ? undefined : inArray(alerts.severity, severity),
      rule_id === undefined ? undefined : eq(alerts.ruleId, rule_id),
      agent_id === undefined ? undefined : sql`${agentIdOf} = ${agent_id}`,
      q === undefined || q === ''
        ? undefined
        : sql`position(lower(${q}::text) in lower(concat_ws(E'\n', ${alerts.message}, ${alerts.ruleName}))) > 0`,
      from == null ? undefined : gte(alerts.createdAt, from),
      to == null ? undefined : lt(alerts.createdAt, to),
    ),
  );
}
