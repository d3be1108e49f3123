/**
 * The keys with which workspaces encrypt what they store. Each is 32 random bytes, kept in the control plane
 * wrapped under a key that is derived from the instance's secret: the database alone opens nothing.
 */
import { randomBytes } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Actor } from '../access/caller.ts';
import { deriveKey, KEY_BYTES, openBytes, sealBytes } from '../aesGcm.ts';
import type { ControlDb, ControlTx } from '../control/connect.ts';
import { dataKeys } from '../control/tables/settings.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { createId } from '../prefixedId.ts';
import type { DataKey } from './envelope.ts';

export interface DataKeyFacts {
  id: string;
  createdAt: Date;
  retiredAt: Date | null;
  /** Undefined when the instance's secret does not open it. */
  bytes: Uint8Array | undefined;
}

export interface DataKeys {
  /** Newest first. */
  of(workspaceId: string): readonly DataKeyFacts[];
  /** The key for new data: undefined when there is none, `locked` when there is one that the secret does not open. */
  current(workspaceId: string): DataKey | 'locked' | undefined;
  bytesOf(workspaceId: string, keyId: string): Uint8Array | undefined;
  /** Makes a key for new data and retires the one before; with `onlyFirst` nothing happens where there is one already. Answers the id of the key for new data. */
  rotate(tx: ControlTx, workspaceId: WorkspaceId, by: Actor, onlyFirst?: 'onlyFirst'): Promise<string>;
  /** Reads what changed of late, or everything; answers the workspaces whose keys are others now. */
  read(since: 'all' | { interval: string }): Promise<Set<WorkspaceId>>;
  forget(workspaceId: string): void;
}

type KeyRow = typeof dataKeys.$inferSelect;

export function createDataKeys(db: ControlDb, secret: string): DataKeys {
  const wrapping = deriveKey(secret, 'sightglass/data-keys/v1');
  const known = new Map<string, Map<string, DataKeyFacts>>();

  /** Whether it tells something new. */
  function takeIn(row: KeyRow): boolean {
    const ofWorkspace = known.get(row.workspaceId) ?? new Map<string, DataKeyFacts>();
    const before = ofWorkspace.get(row.id);
    if (before !== undefined && before.retiredAt?.getTime() === row.retiredAt?.getTime()) return false;
    const bytes = before === undefined ? unwrap(wrapping, row) : before.bytes;
    known.set(row.workspaceId, ofWorkspace.set(row.id, { id: row.id, createdAt: row.createdAt, retiredAt: row.retiredAt, bytes }));
    return true;
  }

  const of = (workspaceId: string) =>
    [...(known.get(workspaceId)?.values() ?? [])].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));

  return {
    of,
    current: (workspaceId) => {
      const key = of(workspaceId).find(({ retiredAt }) => retiredAt === null);
      return key === undefined ? undefined : key.bytes === undefined ? 'locked' : { id: key.id, bytes: key.bytes };
    },
    bytesOf: (workspaceId, keyId) => known.get(workspaceId)?.get(keyId)?.bytes,
    rotate: async (tx, workspaceId, by, onlyFirst) => {
      // Two rotations at a time come one after the other.
      await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
      const unretired = and(eq(dataKeys.workspaceId, workspaceId), isNull(dataKeys.retiredAt));
      const [current] = await tx.select({ id: dataKeys.id }).from(dataKeys).where(unretired);
      if (onlyFirst !== undefined && current !== undefined) return current.id;
      await tx.update(dataKeys).set({ retiredAt: sql`now()`, changedAt: sql`now()` }).where(unretired);
      const id = createId('dataKey');
      await tx
        .insert(dataKeys)
        .values({ id, workspaceId, wrappedKey: sealBytes(wrapping, randomBytes(KEY_BYTES), ownerOf(workspaceId, id)), createdBy: by.id });
      return id;
    },
    read: async (since) => {
      const rows = await db
        .select()
        .from(dataKeys)
        .where(since === 'all' ? undefined : gt(dataKeys.changedAt, sql`now() - ${since.interval}::interval`));
      return new Set(rows.filter(takeIn).map(({ workspaceId }) => workspaceId as WorkspaceId));
    },
    forget: (workspaceId) => void known.delete(workspaceId),
  };
}

const ownerOf = (workspaceId: string, id: string) => `${workspaceId}:${id}`;

function unwrap(wrapping: Uint8Array, { workspaceId, id, wrappedKey }: KeyRow): Uint8Array | undefined {
  const bytes = openBytes(wrapping, wrappedKey, ownerOf(workspaceId, id));
  return bytes?.length === KEY_BYTES ? new Uint8Array(bytes) : undefined;
}
