/** Periodic work that only one instance needs to do: whoever holds its lease. Where nobody else can be, it is always held. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { ControlConnection } from './connect.ts';

/** Of this process. */
const HOLDER = randomUUID();

export interface Lease {
  /** Takes it, or keeps it, for as many seconds from now; false when another instance has it. To be asked again before they are over. */
  hold(seconds: number): Promise<boolean>;
  letGo(): Promise<void>;
}

/** Times are the database's, so the clocks of instances need not agree. `holder`: another process, for tests. */
export function createLease(control: Pick<ControlConnection, 'engine' | 'instanceDb'>, name: string, holder: string = HOLDER): Lease {
  if (control.engine === 'embedded') return { hold: () => Promise.resolve(true), letGo: () => Promise.resolve() };
  const { instanceDb } = control;
  return {
    hold: async (seconds) => {
      const { rows } = await instanceDb.execute(
        sql`INSERT INTO leases (name, holder, held_until) VALUES (${name}, ${holder}, now() + make_interval(secs => ${seconds}))
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
            WHERE leases.holder = excluded.holder OR leases.held_until < now() RETURNING name`,
      );
      return rows.length > 0;
    },
    letGo: async () => {
      await instanceDb.execute(sql`DELETE FROM leases WHERE name = ${name} AND holder = ${holder}`);
    },
  };
}
