import type { UserId } from '@sightglass/contract/ids';
import type { Session } from '@sightglass/contract/routes/profile';
import { and, desc, eq, gt, ne } from 'drizzle-orm';
import { notePerson } from '../audit/recordSignIn.ts';
import { sessions } from '../control/tables/people.ts';
import { fail, ok, type Result } from '../result.ts';
import { deviceName } from './deviceName.ts';
import type { Identity } from './identity.ts';
import { actorOfOwn, type Own } from './passwords.ts';

/** More are signed in only by a program. */
const SHOWN_MAX = 200;

export interface OwnSessions {
  list(userId: UserId, currentId: string): Promise<Session[]>;
  /** Fails with `not-found` for a session that is not one's own. */
  end(own: Own, sessionId: string): Promise<Result<undefined>>;
  /** Answers how many ended. */
  endOthers(own: Own, currentId: string): Promise<Result<number>>;
}

export function createOwnSessions({ control, clock }: Pick<Identity, 'control' | 'clock'>): OwnSessions {
  const endWhere = (own: Own, which: ReturnType<typeof eq>, reason: string) =>
    control.changeInstance<number>(actorOfOwn(own), async (tx, note) => {
      const ended = await tx
        .delete(sessions)
        .where(and(eq(sessions.userId, own.userId), which))
        .returning({ address: sessions.ipAddress, userAgent: sessions.userAgent });
      if (ended.length > 0) {
        const before = { reason, sessions: ended.map(({ address, userAgent }) => ({ address, device: deviceName(userAgent ?? '') })) };
        await notePerson(tx, note, own.userId, { action: 'session.end', target: own.userId, before, after: null });
      }
      return ok(ended.length);
    });

  return {
    list: async (userId, currentId) => {
      const rows = await control.instanceDb
        .select()
        .from(sessions)
        .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, new Date(clock()))))
        .orderBy(desc(sessions.updatedAt), desc(sessions.id))
        .limit(SHOWN_MAX);
      return rows.map(({ id, userAgent, ipAddress, createdAt, updatedAt, expiresAt }) => ({
        id,
        device: deviceName(userAgent ?? ''),
        user_agent: userAgent ?? '',
        address: ipAddress === '' ? null : ipAddress,
        created_at: createdAt.toISOString(),
        last_used_at: updatedAt.toISOString(),
        expires_at: expiresAt.toISOString(),
        current: id === currentId,
      }));
    },
    end: async (own, sessionId) => {
      const ended = await endWhere(own, eq(sessions.id, sessionId), 'ended by the person');
      if (!ended.ok) return ended;
      return ended.value === 0 ? fail('not-found', 'You have no such session.') : ok(undefined);
    },
    endOthers: (own, currentId) => endWhere(own, ne(sessions.id, currentId), 'ended by the person, with all others'),
  };
}
