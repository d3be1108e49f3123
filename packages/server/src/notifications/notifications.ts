/** The list inside Sightglass: written by what happens, the same for everybody who may see it, read by each for themselves. */
import type { Severity } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Notification, NotificationKind } from '@sightglass/contract/notification';
import { isStorableText } from '@sightglass/contract/plainText';
import type { NotificationListQuery, NotificationPage } from '@sightglass/contract/routes/notifications';
import { and, count, eq, gt, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { actorOf, type Caller } from '../access/caller.ts';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { pageAfter, toPage } from '../control/page.ts';
import { notificationMarks, notificationReads, notifications } from '../control/tables/alerts.ts';
import { createId } from '../prefixedId.ts';
import { ok, type Result } from '../result.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;

export interface NewNotification {
  kind: NotificationKind;
  severity: Severity;
  /** One line. */
  title: string;
  message: string;
  /** Whom it is about: who may not see that agent is not shown it. */
  agentId?: string | null;
  alertId?: string | null;
  ruleId?: string | null;
  channelId?: string | null;
  at: Date;
}

/** A statement of PostgreSQL takes 65,535 parameters; a row has eleven. */
const ROWS_PER_INSERT = 1_000;
/**
 * "All of it" is a mark and not a row for each, but a mark says nothing of when something was read, and what is being written just then
 * must not pass for read: so what is newer than this, and the first of what is older, is noted one by one.
 */
const MARK_BEHIND_MS = 60_000;
const READ_SINGLY_MAX = 1_000;
/** What is older and marked needs no row of its own; `read_at` then tells when the caller last read all of it. */
const READ_SINGLY_MS = 7 * 86_400_000;

/** Writes within the caller's transaction. */
export async function notify(tx: ControlTx, workspaceId: WorkspaceId, entries: readonly NewNotification[]): Promise<void> {
  const rows = entries.map(({ at, ...entry }) => ({ id: createId('notification'), workspaceId, createdAt: at, ...entry }));
  for (let i = 0; i < rows.length; i += ROWS_PER_INSERT) await tx.insert(notifications).values(rows.slice(i, i + ROWS_PER_INSERT));
}

/** Newest first; `unread` counts all that the caller has not read, whatever the page shows. */
export async function listNotifications(control: Control, caller: Caller, query: NotificationListQuery): Promise<Result<NotificationPage>> {
  const { workspaceId } = caller;
  const { limit, cursor, unread } = query;
  const after = pageAfter(cursor, notifications);
  if (!after.ok) return after;
  const { where, order } = after.value;
  return control.ofWorkspace(workspaceId).read(async (tx) => {
    const readUntil = await markOf(tx, caller);
    const rows = await tx
      .select({ notification: notifications, readAt: notificationReads.readAt })
      .from(notifications)
      .leftJoin(notificationReads, isReadOf(caller))
      .where(and(visibleTo(caller), unread === undefined ? undefined : unreadAfter(readUntil), where))
      .orderBy(...order)
      .limit(limit + 1);
    const flat = rows.map(({ notification, readAt }) => ({ ...notification, readAt }));
    const page = toPage(flat, limit, ({ readAt, ...row }) => shownNotification(row, readAt ?? (isMarked(row, readUntil) ? readUntil : null)));
    return ok({ ...page, unread: await countUnread(tx, caller, readUntil) });
  });
}

/** Marks some, or all, as read by the caller; ids of none are passed over. Answers how many are unread then. */
export function readNotifications(
  control: Control,
  caller: Caller,
  ids: readonly string[] | undefined,
  nowMs: number,
): Promise<Result<{ unread: number }>> {
  const { workspaceId } = caller;
  const readerId = readerOf(caller);
  // Nothing is noted in the audit log: what somebody has read is nobody's business.
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx) => {
    const chosen = ids === undefined ? undefined : inArray(notifications.id, ids.filter(isStorableText));
    const readUntil = await markOf(tx, caller);
    const unread = await tx
      .select({ id: notifications.id })
      .from(notifications)
      .leftJoin(notificationReads, isReadOf(caller))
      .where(and(visibleTo(caller), unreadAfter(readUntil), chosen))
      .orderBy(sql`${notifications.createdAt} DESC`)
      .limit(READ_SINGLY_MAX);
    const readAt = new Date(nowMs);
    if (unread.length > 0) {
      await tx
        .insert(notificationReads)
        .values(unread.map(({ id }) => ({ workspaceId, readerId, notificationId: id, readAt })))
        .onConflictDoNothing();
    }
    if (ids === undefined) {
      await mark(tx, caller, new Date(nowMs - MARK_BEHIND_MS));
      await forgetReadsUntil(tx, caller, new Date(nowMs - READ_SINGLY_MS));
    }
    return ok({ unread: await countUnread(tx, caller, await markOf(tx, caller)) });
  });
}

/** Whose reading it is: a person's, a key's, or that of whoever asks from this machine without either. */
const readerOf = (caller: Caller): string => (caller.kind === 'member' ? caller.userId : caller.kind === 'key' ? caller.keyId : 'loopback');

const visibleTo = ({ workspaceId, hiddenAgents }: Caller): SQL | undefined =>
  and(
    eq(notifications.workspaceId, workspaceId),
    hiddenAgents.length === 0
      ? undefined
      : or(isNull(notifications.agentId), sql`${notifications.agentId} <> ALL(${sql.param([...hiddenAgents])}::text[])`),
  );

const isReadOf = (caller: Caller): SQL | undefined =>
  and(
    eq(notificationReads.workspaceId, caller.workspaceId),
    eq(notificationReads.readerId, readerOf(caller)),
    eq(notificationReads.notificationId, notifications.id),
  );

/** Needs the reads of the caller joined. */
const unreadAfter = (readUntil: Date | null): SQL | undefined =>
  and(isNull(notificationReads.readAt), readUntil === null ? undefined : gt(notifications.createdAt, readUntil));

const isMarked = ({ createdAt }: { createdAt: Date }, readUntil: Date | null): boolean => readUntil !== null && createdAt <= readUntil;

async function markOf(tx: ControlTx, caller: Caller): Promise<Date | null> {
  const [row] = await tx
    .select({ readUntil: notificationMarks.readUntil })
    .from(notificationMarks)
    .where(and(eq(notificationMarks.workspaceId, caller.workspaceId), eq(notificationMarks.readerId, readerOf(caller))));
  return row?.readUntil ?? null;
}

/** Never back: another window of the same person may have marked more. */
async function mark(tx: ControlTx, caller: Caller, readUntil: Date): Promise<void> {
  await tx
    .insert(notificationMarks)
    .values({ workspaceId: caller.workspaceId, readerId: readerOf(caller), readUntil })
    .onConflictDoUpdate({
      target: [notificationMarks.workspaceId, notificationMarks.readerId],
      set: { readUntil: sql`greatest(${notificationMarks.readUntil}, excluded.read_until)` },
    });
}

/** Of notifications that the mark has passed. */
async function forgetReadsUntil(tx: ControlTx, caller: Caller, until: Date): Promise<void> {
  const { workspaceId } = caller;
  const old = tx
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(eq(notifications.workspaceId, workspaceId), lte(notifications.createdAt, until)));
  await tx
    .delete(notificationReads)
    .where(
      and(
        eq(notificationReads.workspaceId, workspaceId),
        eq(notificationReads.readerId, readerOf(caller)),
        inArray(notificationReads.notificationId, old),
      ),
    );
}

async function countUnread(tx: ControlTx, caller: Caller, readUntil: Date | null): Promise<number> {
  const [row] = await tx
    .select({ unread: count() })
    .from(notifications)
    .leftJoin(notificationReads, isReadOf(caller))
    .where(and(visibleTo(caller), unreadAfter(readUntil)));
  return row?.unread ?? 0;
}

const shownNotification = (row: typeof notifications.$inferSelect, readAt: Date | null): Notification => ({
  id: row.id,
  kind: row.kind,
  severity: row.severity,
  title: row.title,
  message: row.message,
  alert_id: row.alertId,
  rule_id: row.ruleId,
  channel_id: row.channelId,
  created_at: row.createdAt.toISOString(),
  read_at: readAt?.toISOString() ?? null,
});
