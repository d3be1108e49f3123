/** Signing in and out, in the audit log of every workspace of the person: each of them was opened by it. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, isNull } from 'drizzle-orm';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { members, workspaces } from '../control/tables/workspaces.ts';
import type { Change, InstanceNote } from '../control/workspaceDb.ts';
import { ok } from '../result.ts';

/** `method`: how, as the log shows it (`password`, `link`, `single sign-on` …). `reason`: why not, in a few words. */
export type SignInEvent =
  | { action: 'session.begin'; method: string }
  | { action: 'session.refuse'; method: string; reason: string }
  | { action: 'session.end'; reason: string };

export interface SignInPerson {
  id: string;
  email: string;
}

/**
 * Writes down that somebody who is known signed in, was refused or signed out; `address` is the other end of the socket. Who is in no
 * workspace stands in the instance's own log. Rejects when it cannot be written: then a session that begins must not be handed out.
 */
export async function recordSignIn(
  control: Pick<ControlConnection, 'changeInstance'>,
  person: SignInPerson,
  { action, ...how }: SignInEvent,
  address: string | null,
): Promise<void> {
  const by = { kind: 'member', id: person.id, name: person.email, address } as const;
  const change = action === 'session.end' ? { before: how, after: null } : { before: null, after: how };
  await control.changeInstance(by, async (tx, note) => {
    await notePerson(tx, note, person.id, { action, target: person.id, ...change });
    return ok(undefined);
  });
}

/** Notes a change of an account in the log of every workspace of the person; of somebody who is in none, in the instance's own. */
export async function notePerson(tx: ControlTx, note: InstanceNote, personId: string, change: Change): Promise<void> {
  const rows = await tx
    .select({ id: members.workspaceId })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(members.userId, personId), isNull(workspaces.deletingSince)));
  const chains = rows.length === 0 ? [null] : rows.map(({ id }) => id as WorkspaceId);
  for (const workspaceId of chains) note(workspaceId, change);
}
