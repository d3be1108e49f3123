import type { AuditFault } from '@sightglass/contract/auditFaults';
import type { AuditVerification } from '@sightglass/contract/routes/audit';
import { and, asc, count, eq, gt, sql } from 'drizzle-orm';
import { auditEntries, auditHeads } from '../control/tables/audit.ts';
import type { AuditChain } from './auditChain.ts';
import { AUDIT_BATCH_ROWS, auditColumns, type AuditLog, contentOf, type StoredEntry } from './auditLog.ts';

type Head = typeof auditHeads.$inferSelect;
interface Fault {
  brokenAt: number;
  reason: AuditFault;
}
/** A head code, as `AuditVerification` has it, taken apart. */
interface Noted {
  seq: number;
  headCode: string;
}

/**
 * Walks a log from its first entry, a batch at a time, and stops at the first that does not hold. Others may add to it meanwhile.
 * `noted`: a head code of earlier, which the log must still lead to.
 */
export async function verifyLog(log: AuditLog, chain: Pick<AuditChain, 'codeOf' | 'headCodeOf'>, notedText?: string): Promise<AuditVerification> {
  const noted = notedOf(notedText);
  let seq = 0;
  let code: Uint8Array = new Uint8Array(0);
  for (;;) {
    const entries = await entriesBehind(log, seq);
    for (const entry of entries) {
      const fault = faultOf(log, chain, entry, seq, code);
      if (fault !== undefined) return broken(log, fault);
      seq = entry.seq;
      code = entry.code;
      if (noted?.seq === seq && noted.headCode !== hex(chain.headCodeOf(log.chain, seq, code))) {
        return broken(log, { brokenAt: seq, reason: 'not-as-noted' });
      }
    }
    if (entries.length === AUDIT_BATCH_ROWS) continue;
    const { head, lastSeq } = await endOf(log);
    // Added since the batch was read.
    if (lastSeq > seq) continue;
    if (head === undefined) return broken(log, { brokenAt: seq + 1, reason: 'head-missing' });
    const fault = faultOfEnd(log, chain, head, seq, code, noted);
    return fault === undefined ? { ok: true, entries: seq, head_code: `${seq}:${hex(head.headCode)}` } : broken(log, fault);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function notedOf(text: string | undefined): Noted | undefined {
  if (text === undefined) return undefined;
  const [seq = '', headCode = ''] = text.split(':');
  return { seq: Number(seq), headCode };
}

/** By the chain alone: an entry that was given to another workspace must be met here. */
const entriesBehind = (log: AuditLog, seq: number): Promise<StoredEntry[]> =>
  log.read((tx) =>
    tx
      .select(auditColumns)
      .from(auditEntries)
      .where(and(eq(auditEntries.chain, log.chain), gt(auditEntries.seq, seq)))
      .orderBy(asc(auditEntries.seq))
      .limit(AUDIT_BATCH_ROWS),
  );

/** The head, and the number of the last entry (0: there is none), by one statement: of one moment. */
async function endOf(log: AuditLog): Promise<{ head: Head | undefined; lastSeq: number }> {
  const lastSeq = sql<number | null>`(SELECT max(seq) FROM audit_entries WHERE chain = ${log.chain})`;
  const [end] = await log.read((tx) => tx.select({ head: auditHeads, lastSeq }).from(auditHeads).where(eq(auditHeads.chain, log.chain)));
  return { head: end?.head, lastSeq: Number(end?.lastSeq ?? 0) };
}

function faultOf(log: AuditLog, chain: Pick<AuditChain, 'codeOf'>, entry: StoredEntry, before: number, previous: Uint8Array): Fault | undefined {
  const brokenAt = before + 1;
  if (entry.seq !== brokenAt) return { brokenAt, reason: 'missing' };
  const holds = entry.workspaceId === log.workspaceId && equal(entry.code, chain.codeOf(contentOf(entry), previous));
  return holds ? undefined : { brokenAt, reason: 'changed' };
}

function faultOfEnd(
  log: AuditLog,
  chain: Pick<AuditChain, 'headCodeOf'>,
  head: Head,
  seq: number,
  code: Uint8Array,
  noted: Noted | undefined,
): Fault | undefined {
  const brokenAt = seq + 1;
  if (head.seq > seq) return { brokenAt, reason: 'tail-missing' };
  if (head.seq < seq) return { brokenAt: head.seq + 1, reason: 'added' };
  const holds = equal(head.code, code) && head.workspaceId === log.workspaceId && equal(head.headCode, chain.headCodeOf(log.chain, seq, code));
  if (!holds) return { brokenAt, reason: 'head-changed' };
  if (noted === undefined) return undefined;
  if (noted.seq > seq) return { brokenAt, reason: 'tail-missing' };
  const isEmptyAsNoted = noted.seq > 0 || noted.headCode === hex(chain.headCodeOf(log.chain, 0, new Uint8Array(0)));
  return isEmptyAsNoted ? undefined : { brokenAt: 1, reason: 'not-as-noted' };
}

async function broken(log: AuditLog, { brokenAt, reason }: Fault): Promise<AuditVerification> {
  const [counted] = await log.read((tx) => tx.select({ entries: count() }).from(auditEntries).where(log.ofThisLog));
  const { head } = await endOf(log);
  const isBehindEnd = reason === 'changed' && head !== undefined && brokenAt > head.seq;
  return { ok: false, entries: counted?.entries ?? 0, broken_at: brokenAt, reason: isBehindEnd ? 'added' : reason, head_code: null };
}
