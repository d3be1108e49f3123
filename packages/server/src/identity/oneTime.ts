/** What works once: tokens in mails, and things that were presented and must not be presented again. Kept in `verifications`, by hash. */
import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, inArray, like, lte } from 'drizzle-orm';
import type { ControlDb, ControlTx } from '../control/connect.ts';
import { verifications } from '../control/tables/people.ts';

const TOKEN_PURPOSES = ['reset-password', 'change-email'] as const;
export type TokenPurpose = (typeof TOKEN_PURPOSES)[number];

const TOKEN_BYTES = 32;
const TOKEN_CHARS_MAX = 100;

const hashOf = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
const identifierOf = (purpose: TokenPurpose, userId: string) => `${purpose}:${userId}`;

const SHOWN = { identifier: verifications.identifier, value: verifications.value };
const readRow = (purpose: TokenPurpose, { identifier, value }: { identifier: string; value: string }) => ({
  userId: identifier.slice(purpose.length + 1),
  value,
});

export interface OneTime {
  /** A new token with which `value` can be had back once, until `lifetimeMs` are over. */
  create(purpose: TokenPurpose, userId: string, value: string, lifetimeMs: number): Promise<string>;
  /** What the token was made for, without using it up. */
  find(purpose: TokenPurpose, token: string): Promise<{ userId: string; value: string } | undefined>;
  /** What the token was made for, and never again; undefined when it is unknown, used or too old. Of several at once exactly one gets it. */
  consume(tx: ControlTx, purpose: TokenPurpose, token: string): Promise<{ userId: string; value: string } | undefined>;
  /** What waits for this person, newest first. */
  waiting(purpose: TokenPurpose, userId: string): Promise<string[]>;
  /** Takes back all tokens of a person. */
  revoke(tx: ControlTx, userId: string): Promise<void>;
  /** False when the same was claimed before, within its lifetime. */
  claim(what: string, lifetimeMs: number): Promise<boolean>;
}

export function createOneTime(db: ControlDb, clock: () => number): OneTime {
  const prune = () => db.delete(verifications).where(lte(verifications.expiresAt, new Date(clock())));
  const insert = (row: { id: string; identifier: string; value: string; lifetimeMs: number }) => {
    const { lifetimeMs, ...rest } = row;
    return db
      .insert(verifications)
      .values({ ...rest, expiresAt: new Date(clock() + lifetimeMs) })
      .onConflictDoNothing()
      .returning({ id: verifications.id });
  };

  const isToken = (purpose: TokenPurpose, token: string) =>
    and(
      eq(verifications.id, token.length > TOKEN_CHARS_MAX ? '' : hashOf(purpose, token)),
      like(verifications.identifier, `${purpose}:%`),
      gt(verifications.expiresAt, new Date(clock())),
    );

  return {
    create: async (purpose, userId, value, lifetimeMs) => {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      await prune();
      await insert({ id: hashOf(purpose, token), identifier: identifierOf(purpose, userId), value, lifetimeMs });
      return token;
    },
    find: async (purpose, token) => {
      const [found] = await db.select(SHOWN).from(verifications).where(isToken(purpose, token));
      return found && readRow(purpose, found);
    },
    consume: async (tx, purpose, token) => {
      const [used] = await tx.delete(verifications).where(isToken(purpose, token)).returning(SHOWN);
      return used && readRow(purpose, used);
    },
    waiting: async (purpose, userId) => {
      const rows = await db
        .select({ value: verifications.value, createdAt: verifications.createdAt })
        .from(verifications)
        .where(and(eq(verifications.identifier, identifierOf(purpose, userId)), gt(verifications.expiresAt, new Date(clock()))));
      return rows.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime()).map(({ value }) => value);
    },
    revoke: async (tx, userId) => {
      const identifiers = TOKEN_PURPOSES.map((purpose) => identifierOf(purpose, userId));
      await tx.delete(verifications).where(inArray(verifications.identifier, identifiers));
    },
    claim: async (what, lifetimeMs) => {
      await prune();
      return (await insert({ id: hashOf('claim', what), identifier: 'claim', value: '', lifetimeMs })).length === 1;
    },
  };
}
