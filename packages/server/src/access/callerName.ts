import { eq } from 'drizzle-orm';
import type { ControlTx } from '../control/connect.ts';
import { users } from '../control/tables/people.ts';
import type { Caller } from './caller.ts';

/** What others know a caller by: the name of a person, else their e-mail; the name of a key. */
export async function callerName(tx: ControlTx, caller: Caller): Promise<string> {
  if (caller.kind === 'key') return caller.keyName;
  if (caller.kind === 'loopback') return 'this machine';
  const [person] = await tx.select({ name: users.name }).from(users).where(eq(users.id, caller.userId));
  return person?.name.trim() || caller.email;
}
