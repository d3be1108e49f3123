/** Silences as people keep them. Which alerts they hold for is told by `silenceHolds.ts`. */
import { type NewSilence, type Silence, SILENCES_MAX } from '@sightglass/contract/alertSilence';
import type { FieldError } from '@sightglass/contract/errors';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { isStorableText } from '@sightglass/contract/plainText';
import type { SilenceListQuery } from '@sightglass/contract/routes/alertSilences';
import { parseTimestamp } from '@sightglass/contract/timestamp';
import { and, asc, count, eq, gt, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { callerName } from '../../access/callerName.ts';
import { actorOf, type Caller } from '../../access/caller.ts';
import type { ControlConnection, ControlTx } from '../../control/connect.ts';
import { type Page, pageAfter, toPage } from '../../control/page.ts';
import { alertSilences } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { isStorableTime } from '../../explore/timeRange.ts';
import { createId } from '../../prefixedId.ts';
import { fail, ok, type Result } from '../../result.ts';
import { REPEAT_MS, silenceState } from './silenceHolds.ts';

type Control = Pick<ControlConnection, 'ofWorkspace'>;
export type SilenceRow = typeof alertSilences.$inferSelect;

const NO_SUCH_SILENCE = fail('not-found', 'There is no such silence in this workspace.');

const notOver = (nowMs: number) => or(isNotNull(alertSilences.repeat), gt(alertSilences.endsAt, new Date(nowMs)));

/** Those of a workspace that can hold at this moment, the oldest first; at most `SILENCES_MAX`. */
export function openSilences(tx: ControlTx, workspaceId: WorkspaceId, nowMs: number): Promise<SilenceRow[]> {
  return tx
    .select()
    .from(alertSilences)
    .where(and(eq(alertSilences.workspaceId, workspaceId), lte(alertSilences.startsAt, new Date(nowMs)), notOver(nowMs)))
    .orderBy(asc(alertSilences.createdAt), asc(alertSilences.id))
    .limit(SILENCES_MAX);
}

/** The zone by whose clock the silences of a workspace are repeated, an IANA name. */
export async function silenceTimeZone(tx: ControlTx, workspaceId: WorkspaceId): Promise<string> {
  const [workspace] = await tx.select({ timeZone: workspaces.timeZone }).from(workspaces).where(eq(workspaces.id, workspaceId));
  return workspace?.timeZone ?? 'UTC';
}

/** Newest first, without those that name an agent that is hidden from the caller. */
export async function listSilences(control: Control, caller: Caller, query: SilenceListQuery, nowMs: number): Promise<Result<Page<Silence>>> {
  const { workspaceId } = caller;
  const { limit, cursor, state } = query;
  const after = pageAfter(cursor, alertSilences);
  if (!after.ok) return after;
  const { where, order } = after.value;
  return control.ofWorkspace(workspaceId).read(async (tx) => {
    const timeZone = await silenceTimeZone(tx, workspaceId);
    // Whether a repeated one is in its hours is told by the wall clock, not by SQL; of those that are not over there are few.
    const isChosenHere = state === 'pending' || state === 'active';
    const found = await tx
      .select()
      .from(alertSilences)
      .where(and(eq(alertSilences.workspaceId, workspaceId), notOfHidden(caller), whereState(state, nowMs), where))
      .orderBy(...order)
      .limit(isChosenHere ? 2 * SILENCES_MAX : limit + 1);
    const rows = isChosenHere ? found.filter((row) => silenceState(row, nowMs, timeZone) === state) : found;
    return ok(toPage(rows, limit, (row) => shownSilence(row, nowMs, timeZone)));
  });
}

export function createSilence(control: Control, caller: Caller, silence: NewSilence, nowMs: number): Promise<Result<Silence>> {
  const { workspaceId } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    const times = timesOf(silence, nowMs);
    if (!times.ok) return times;
    // Locked, so that two at once do not both become the last one that there may be.
    const [workspace] = await tx
      .select({ timeZone: workspaces.timeZone })
      .from(workspaces)
      .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletingSince)))
      .for('no key update');
    if (workspace === undefined) return NO_SUCH_SILENCE;
    const [there] = await tx
      .select({ silences: count() })
      .from(alertSilences)
      .where(and(eq(alertSilences.workspaceId, workspaceId), notOver(nowMs)));
    if ((there?.silences ?? 0) >= SILENCES_MAX) {
      return fail('conflict', `A workspace has at most ${SILENCES_MAX} silences that are not over; delete some first.`);
    }
    const [row] = await tx
      .insert(alertSilences)
      .values({
        id: createId('silence'),
        workspaceId,
        matchers: textsOf(silence.matchers),
        ...times.value,
        comment: silence.comment,
        repeat: silence.repeat ?? null,
        createdAt: new Date(nowMs),
        createdBy: await callerName(tx, caller),
      })
      .returning();
    if (row === undefined) throw new Error('An inserted silence was not returned');
    note({ action: 'silence.create', target: row.id, before: null, after: auditedSilence(row) });
    return ok(shownSilence(row, nowMs, workspace.timeZone));
  });
}

export function deleteSilence(control: Control, caller: Caller, id: string): Promise<Result<undefined>> {
  const { workspaceId } = caller;
  return control.ofWorkspace(workspaceId).change(actorOf(caller), async (tx, note) => {
    if (!isStorableText(id)) return NO_SUCH_SILENCE;
    const isIt = and(eq(alertSilences.workspaceId, workspaceId), eq(alertSilences.id, id), notOfHidden(caller));
    const [row] = await tx.delete(alertSilences).where(isIt).returning();
    if (row === undefined) return NO_SUCH_SILENCE;
    note({ action: 'silence.delete', target: id, before: auditedSilence(row), after: null });
    return ok(undefined);
  });
}

/** A silence that is over before it is made, or that repeats before it has ended, is a slip of the pen. */
function timesOf({ starts_at, ends_at, repeat }: NewSilence, nowMs: number): Result<{ startsAt: Date; endsAt: Date }> {
  const [startMs, endMs] = [starts_at === undefined ? nowMs : momentMs(starts_at), momentMs(ends_at)];
  if (startMs === undefined) return refused({ pointer: '/starts_at', message: 'is not a time' });
  if (endMs === undefined) return refused({ pointer: '/ends_at', message: 'is not a time' });
  if (endMs <= startMs) return refused({ pointer: '/ends_at', message: 'must be after starts_at' });
  if (repeat == null && endMs <= nowMs) return refused({ pointer: '/ends_at', message: 'must be in the future' });
  if (repeat != null && endMs - startMs > REPEAT_MS[repeat]) {
    return refused({
      pointer: '/ends_at',
      message: `must be at most a ${repeat === 'daily' ? 'day' : 'week'} after starts_at where it repeats ${repeat}`,
    });
  }
  return ok({ startsAt: new Date(startMs), endsAt: new Date(endMs) });
}

const refused = (error: FieldError) => fail('invalid-request', `The silence cannot be: ${error.pointer.slice(1)} ${error.message}.`, [error]);

/** Unix milliseconds. */
function momentMs(text: string): number | undefined {
  const ns = parseTimestamp(text);
  return ns === undefined || !isStorableTime(ns) ? undefined : Number(ns / 1_000_000n);
}

const textsOf = (matchers: NewSilence['matchers']): Record<string, string> =>
  Object.fromEntries(Object.entries(matchers).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));

const notOfHidden = ({ hiddenAgents }: Caller): SQL | undefined =>
  hiddenAgents.length === 0 ? undefined : sql`coalesce(${alertSilences.matchers} ->> 'agent_id', '') <> ALL(${sql.param([...hiddenAgents])}::text[])`;

const whereState = (state: SilenceListQuery['state'], nowMs: number): SQL | undefined => {
  if (state === undefined) return undefined;
  return state === 'expired' ? and(isNull(alertSilences.repeat), lte(alertSilences.endsAt, new Date(nowMs))) : notOver(nowMs);
};

const shownSilence = (row: SilenceRow, nowMs: number, timeZone: string): Silence => ({
  id: row.id,
  matchers: row.matchers,
  starts_at: row.startsAt.toISOString(),
  ends_at: row.endsAt.toISOString(),
  comment: row.comment,
  repeat: row.repeat,
  state: silenceState(row, nowMs, timeZone),
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
});

/** What the audit log tells of a silence. */
const auditedSilence = ({ matchers, startsAt, endsAt, comment, repeat }: SilenceRow) => ({
  matchers,
  starts_at: startsAt.toISOString(),
  ends_at: endsAt.toISOString(),
  comment,
  repeat,
});
