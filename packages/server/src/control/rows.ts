import type { SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlDb } from './connect.ts';

/** count(*), sum of int8 and the like, as raw SQL answers them. */
export const CountSchema = z.coerce.number().int().nonnegative();

/** Runs raw SQL and parses every row: the one way from hand-written SQL to typed values, equal on both engines. */
export async function queryRows<Row>(db: Pick<ControlDb, 'execute'>, statement: SQL, schema: z.ZodType<Row>): Promise<Row[]> {
  const { rows } = await db.execute(statement);
  return z.array(schema).parse(rows);
}
