import { isStorableText } from '@sightglass/contract/plainText';
import { and, desc, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Where a page ended: the creation time (ms since 1970) and id of its last row. */
const CursorSchema = z.tuple([z.number().int(), z.string().max(64).refine(isStorableText)]);

/** The condition and order of a control-plane list, newest first; equal times are told apart by id. */
export function pageAfter(
  cursor: string | undefined,
  columns: { createdAt: PgColumn; id: PgColumn },
): Result<{ where: SQL | undefined; order: SQL[] }> {
  const order = [desc(columns.createdAt), desc(columns.id)];
  if (cursor === undefined) return ok({ where: undefined, order });
  const position = decodeCursor(cursor);
  if (position === undefined) {
    return refuseCursor();
  }
  const [createdAtMs, id] = position;
  const where = sql`(${columns.createdAt}, ${columns.id}) < (${new Date(createdAtMs).toISOString()}::timestamptz, ${id})`;
  return ok({ where: and(where), order });
}

/** `rows` holds one more than `limit` when there is another page. */
export function toPage<Row extends { createdAt: Date; id: string }, Item>(rows: Row[], limit: number, toItem: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: shown.map(toItem),
    next_cursor: more ? Buffer.from(JSON.stringify([last.createdAt.getTime(), last.id])).toString('base64url') : null,
  };
}

function decodeCursor(cursor: string): z.infer<typeof CursorSchema> | undefined {
  try {
    const { success, data } = CursorSchema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return success && Math.abs(data[0]) <= 8.64e15 ? data : undefined;
  } catch {
    return undefined;
  }
}
