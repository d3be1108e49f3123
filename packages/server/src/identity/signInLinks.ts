import { createHash, randomBytes } from 'node:crypto';
import type { UserId } from '@sightglass/contract/ids';
import { and, eq, gt, lte } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import { signInLinks } from '../control/tables/people.ts';

export const LINK_LIFETIME_MS = 15 * 60_000;
const TOKEN_BYTES = 32;
const TOKEN_CHARS_MAX = 100;

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export interface SignInLinks {
  /** A new token for the user: works once, within 15 minutes. */
  create(userId: UserId): Promise<string>;
  /** Whose link the token is of; undefined when it is unknown, used or too old. Of several at once exactly one gets it. */
  consume(token: string): Promise<UserId | undefined>;
}

export function createSignInLinks(db: ControlDb, clock: () => number): SignInLinks {
  return {
    create: async (userId) => {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      await db.delete(signInLinks).where(lte(signInLinks.expiresAt, new Date(clock())));
      await db.insert(signInLinks).values({ tokenHash: hashToken(token), userId, expiresAt: new Date(clock() + LINK_LIFETIME_MS) });
      return token;
    },
    consume: async (token) => {
      if (token.length > TOKEN_CHARS_MAX) return undefined;
      const [used] = await db
        .delete(signInLinks)
        .where(and(eq(signInLinks.tokenHash, hashToken(token)), gt(signInLinks.expiresAt, new Date(clock()))))
        .returning({ userId: signInLinks.userId });
      return used?.userId as UserId | undefined;
    },
  };
}
