import { type AuditEntry, type AuditScope } from '@sightglass/contract/routes/audit';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { auditEntries } from '../control/tables/audit.ts';
import { type AuditContent, INSTANCE_CHAIN } from './auditChain.ts';

/** Rows that one statement reads of a log: an entry may hold as much as a request's body. */
export const AUDIT_BATCH_ROWS = 100;

/** The log of one workspace, or the instance's own. */
export interface AuditLog {
  readonly chain: string;
  /** Null: of the instance. */
  readonly workspaceId: WorkspaceId | null;
  readonly ofThisLog: SQL | undefined;
  read<T>(work: (tx: ControlTx) => Promise<T>): Promise<T>;
}

export function auditLogOf(control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace'>, workspaceId: WorkspaceId, scope: AuditScope): AuditLog {
  if (scope === 'instance') {
    return {
      chain: INSTANCE_CHAIN,
      workspaceId: null,
      ofThisLog: and(eq(auditEntries.chain, INSTANCE_CHAIN), isNull(auditEntries.workspaceId)),
      read: (work) => control.instanceDb.transaction(work),
    };
  }
  return {
    chain: workspaceId,
    workspaceId,
    ofThisLog: and(eq(auditEntries.chain, workspaceId), eq(auditEntries.workspaceId, workspaceId)),
    read: (work) => control.ofWorkspace(workspaceId).read(work),
  };
}

/** As text: a JSON text that reads like a number would come back as one. */
const jsonText = (column: typeof auditEntries.before | typeof auditEntries.after) => sql<string | null>`${column}::text`;

export const auditColumns = {
  id: auditEntries.id,
  workspaceId: auditEntries.workspaceId,
  chain: auditEntries.chain,
  seq: auditEntries.seq,
  createdAt: auditEntries.createdAt,
  actorKind: auditEntries.actorKind,
  actor: auditEntries.actor,
  actorName: auditEntries.actorName,
  address: auditEntries.address,
  action: auditEntries.action,
  target: auditEntries.target,
  beforeText: jsonText(auditEntries.before),
  afterText: jsonText(auditEntries.after),
  code: auditEntries.code,
};

/** What `auditColumns` select. */
export type StoredEntry = Omit<typeof auditEntries.$inferSelect, 'before' | 'after'> & { beforeText: string | null; afterText: string | null };

const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

/** What the code of a stored entry has to cover. */
export function contentOf({ beforeText, afterText, workspaceId: _workspaceId, code: _code, ...row }: StoredEntry): AuditContent {
  return { ...row, before: parsed(beforeText), after: parsed(afterText) };
}

/** An entry as the API shows it. */
export const auditEntryOf = (row: StoredEntry): AuditEntry => ({
  id: row.id,
  seq: row.seq,
  created_at: row.createdAt.toISOString(),
  actor: { kind: row.actorKind, id: row.actor, name: row.actorName, address: row.address },
  action: row.action,
  target: row.target,
  before: parsed(row.beforeText),
  after: parsed(row.afterText),
});
