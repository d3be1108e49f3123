import type { AuditEntry, AuditQuery } from '@sightglass/contract/routes/audit';
import { and, desc, eq, gte, lt, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Page } from '../control/page.ts';
import { auditEntries } from '../control/tables/audit.ts';
import { openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import { parseTime } from '../explore/timeRange.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { fail, ok, type Result } from '../result.ts';
import { AUDIT_BATCH_ROWS, auditColumns, auditEntryOf, type AuditLog } from './auditLog.ts';

type Filters = Pick<AuditQuery, 'actor' | 'action' | 'target' | 'from' | 'to'>;

/** Where a page ended. By number, not by time: the clocks of several instances differ. */
const CursorSchema = z.tuple([z.number().int().min(1)]);

/** One page of what `query` finds, newest first. */
export async function listAudit(
  log: AuditLog,
  query: Filters & Pick<AuditQuery, 'limit' | 'cursor'>,
  nowNs: bigint,
): Promise<Result<Page<AuditEntry>>> {
  const filter = auditFilter(query, nowNs);
  if (!filter.ok) return filter;
  const before = query.cursor === undefined ? undefined : openCursor(query.cursor, CursorSchema);
  if (query.cursor !== undefined && before === undefined) {
    return refuseCursor();
  }
  const found = await newestFirst(log, filter.value, before?.[0], query.limit + 1);
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return ok({ items, next_cursor: found.length > query.limit && last !== undefined ? sealCursor([last.seq]) : null });
}

/** All that `query` finds, newest first, a batch at a time. What is written meanwhile is not among it. */
export function readAudit(log: AuditLog, query: Filters, nowNs: bigint): Result<AsyncIterable<AuditEntry[]>> {
  const filter = auditFilter(query, nowNs);
  if (!filter.ok) return filter;
  async function* batches(where: SQL | undefined) {
    let before: number | undefined;
    for (;;) {
      const entries = await newestFirst(log, where, before, AUDIT_BATCH_ROWS);
      if (entries.length > 0) yield entries;
      before = entries.at(-1)?.seq;
      if (entries.length < AUDIT_BATCH_ROWS) return;
    }
  }
  return ok(batches(filter.value));
}

async function newestFirst(log: AuditLog, filter: SQL | undefined, before: number | undefined, limit: number): Promise<AuditEntry[]> {
  const rows = await log.read((tx) =>
    tx
      .select(auditColumns)
      .from(auditEntries)
      .where(and(log.ofThisLog, filter, before === undefined ? undefined : lt(auditEntries.seq, before)))
      .orderBy(desc(auditEntries.seq))
      .limit(limit),
  );
  return rows.map(auditEntryOf);
}

function auditFilter({ actor, action, target, from, to }: Filters, nowNs: bigint): Result<SQL | undefined> {
  const moments = { from: momentOf(from, nowNs), to: momentOf(to, nowNs) };
  for (const name of ['from', 'to'] as const) {
    if (moments[name] === null) {
      return fail('invalid-request', 'A time must be RFC 3339 or relative, like now-24h.', [{ pointer: `?${name}`, message: 'is not a time' }]);
    }
  }
  return ok(
    and(
      actor === undefined ? undefined : isActor(actor),
      action === undefined ? undefined : action.endsWith('.') ? sql`starts_with(${auditEntries.action}, ${action})` : eq(auditEntries.action, action),
      target === undefined ? undefined : eq(auditEntries.target, stored(target)),
      moments.from == null ? undefined : gte(auditEntries.createdAt, moments.from),
      moments.to == null ? undefined : lt(auditEntries.createdAt, moments.to),
    ),
  );
}

const isActor = (actor: string) =>
  or(
    eq(auditEntries.actor, stored(actor)),
    sql`lower(${auditEntries.actorName}) = lower(${stored(actor)})`,
    actor === 'system' ? eq(auditEntries.actorKind, 'system') : undefined,
  );

/** PostgreSQL takes no zero in a text, and holds none. */
const stored = (text: string): string => text.replaceAll('\0', '\uFFFD');

/** Undefined: not asked for; null: no time. Times are stored in milliseconds; a part of one counts as the next. */
export function momentOf(text: string | undefined, nowNs: bigint): Date | null | undefined {
  if (text === undefined) return undefined;
  const ns = parseTime(text, nowNs);
  // A double does not hold nanoseconds: it would make the next millisecond of some.
  return ns === undefined ? null : new Date(Number((ns + 999_999n) / 1_000_000n));
}
