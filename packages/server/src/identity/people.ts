/** Everybody who has an account on the instance, for those who manage it. */
import type { Person } from '@sightglass/contract/routes/profile';
import type { ControlListQuery } from '@sightglass/contract/controlList';
import { and, eq, inArray, isNotNull, max } from 'drizzle-orm';
import type { ControlDb } from '../control/connect.ts';
import { type Page, pageAfter, toPage } from '../control/page.ts';
import { accounts, sessions, users } from '../control/tables/people.ts';
import { ok, type Result } from '../result.ts';

export async function listPeople(db: ControlDb, { limit, cursor }: ControlListQuery): Promise<Result<Page<Person>>> {
  const page = pageAfter(cursor, { createdAt: users.createdAt, id: users.id });
  if (!page.ok) return page;
  const rows = await db
    .select()
    .from(users)
    .where(page.value.where)
    .orderBy(...page.value.order)
    .limit(limit + 1);
  const describe = await describer(
    db,
    rows.map(({ id }) => id),
  );
  return ok(toPage(rows, limit, describe));
}

/** Undefined when there is no such person. */
export async function findPerson(db: ControlDb, userId: string): Promise<Person | undefined> {
  const [row] = await db.select().from(users).where(eq(users.id, userId));
  return row && (await describer(db, [row.id]))(row);
}

async function describer(db: ControlDb, ids: string[]): Promise<(row: typeof users.$inferSelect) => Person> {
  const [withPassword, used] = await Promise.all([
    db
      .select({ userId: accounts.userId })
      .from(accounts)
      .where(and(inArray(accounts.userId, ids), eq(accounts.providerId, 'credential'), isNotNull(accounts.password))),
    db
      .select({ userId: sessions.userId, last: max(sessions.updatedAt) })
      .from(sessions)
      .where(inArray(sessions.userId, ids))
      .groupBy(sessions.userId),
  ]);
  const passwords = new Set(withPassword.map(({ userId }) => userId));
  const lastUsed = new Map(used.map(({ userId, last }) => [userId, last]));
  return ({ id, email, name, instanceOwner, twoFactorEnabled, createdAt }) => ({
    id,
    email,
    name,
    instance_owner: instanceOwner,
    two_factor_enabled: twoFactorEnabled,
    has_password: passwords.has(id),
    created_at: createdAt.toISOString(),
    last_used_at: lastUsed.get(id)?.toISOString() ?? null,
  });
}
