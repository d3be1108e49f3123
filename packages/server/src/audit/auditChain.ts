/**
 * How the audit log is kept from being changed unseen: the entries of a workspace are numbered, and each carries a code that is made
 * of its content and of the code before it (HMAC-SHA-256, RFC 2104, under a key made of the instance's secret). The head of the chain
 * says how many entries there are. Whoever writes to the database without the secret can change, move or remove an entry, but not so
 * that verifying does not find it.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import type { Actor } from '../access/caller.ts';
import type { ControlTx } from '../control/connect.ts';
import { auditEntries, auditHeads } from '../control/tables/audit.ts';
import { createId } from '../prefixedId.ts';
import { maskSecrets } from './maskSecrets.ts';

export interface ChainedChange {
  /** Null: of the instance. */
  workspaceId: WorkspaceId | null;
  action: string;
  target: string;
  before: unknown;
  after: unknown;
}

export type AuditRow = typeof auditEntries.$inferSelect;
/** What the code of an entry covers. */
export type AuditContent = Omit<AuditRow, 'code' | 'workspaceId'>;

export interface AuditChain {
  /** Adds entries to the ends of their chains. Others who add to the same one wait until the transaction ends. */
  append(tx: ControlTx, by: Actor, changes: readonly ChainedChange[]): Promise<void>;
  /** Of an entry that stands behind the one with `previous` (empty for the first). */
  codeOf(content: AuditContent, previous: Uint8Array): Buffer;
  /** Of a head: `seq` entries, the last of which has `code`. */
  headCodeOf(chain: string, seq: number, code: Uint8Array): Buffer;
}

/** The chain of what is no workspace's. */
export const INSTANCE_CHAIN = 'instance';
export const chainOf = (workspaceId: WorkspaceId | null): string => workspaceId ?? INSTANCE_CHAIN;

const NOTHING = new Uint8Array(0);
/** A statement of PostgreSQL takes 65,535 parameters; a row has fifteen. */
const ROWS_PER_INSERT = 1_000;

export function createAuditChain(secret: string): AuditChain {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'sightglass/audit-chain', 32));
  const codeOf = (content: AuditContent, previous: Uint8Array) => createHmac('sha256', key).update(previous).update(canonicalText(content)).digest();
  const headCodeOf = (chain: string, seq: number, code: Uint8Array) =>
    createHmac('sha256', key)
      .update(canonicalText({ head: chain, seq }))
      .update(code)
      .digest();

  async function appendTo(tx: ControlTx, workspaceId: WorkspaceId | null, by: Actor, changes: readonly ChainedChange[]): Promise<void> {
    const chain = chainOf(workspaceId);
    await tx
      .insert(auditHeads)
      .values({ chain, workspaceId, seq: 0, code: NOTHING, headCode: headCodeOf(chain, 0, NOTHING) })
      .onConflictDoNothing();
    const [head] = await tx.select().from(auditHeads).where(eq(auditHeads.chain, chain)).for('update');
    if (head === undefined) throw new Error('The head of an audit chain is not there');
    let { seq } = head;
    let code: Uint8Array = head.code;
    const createdAt = new Date();
    const rows = changes.map(({ action, target, before, after }): AuditRow => {
      seq += 1;
      const content: AuditContent = {
        id: createId('auditEntry'),
        chain,
        seq,
        createdAt,
        actorKind: by.kind,
        actor: by.id,
        actorName: by.name,
        address: by.address,
        action,
        target,
        before: maskSecrets(before) ?? null,
        after: maskSecrets(after) ?? null,
      };
      code = codeOf(content, code);
      return { ...content, workspaceId, code };
    });
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) await tx.insert(auditEntries).values(rows.slice(from, from + ROWS_PER_INSERT));
    await tx
      .update(auditHeads)
      .set({ seq, code, headCode: headCodeOf(chain, seq, code) })
      .where(eq(auditHeads.chain, chain));
  }

  return {
    append: async (tx, by, changes) => {
      // In one order for everyone, so that two changes at once cannot wait for each other.
      const workspaceIds = [...new Set(changes.map((change) => change.workspaceId))].sort((a, b) => (chainOf(a) < chainOf(b) ? -1 : 1));
      for (const workspaceId of workspaceIds) {
        await appendTo(
          tx,
          workspaceId,
          by,
          changes.filter((change) => change.workspaceId === workspaceId),
        );
      }
    },
    codeOf,
    headCodeOf,
  };
}

/** JSON with the keys of objects in order: the database gives them back in one of its own. */
export const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
