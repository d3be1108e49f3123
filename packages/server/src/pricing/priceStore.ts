/** The prices of workspaces in the control plane. Changes of one workspace come one after the other, each audited. */
import type { Actor } from '../access/caller.ts';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { PriceImportResult } from '@sightglass/contract/routes/pricing';
import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { canonicalText } from '../audit/auditChain.ts';
import type { ControlConnection, ControlTx } from '../control/connect.ts';
import { prices } from '../control/tables/pricing.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { createId } from '../prefixedId.ts';
import { fail, ok, type Result } from '../result.ts';
import { type PriceContent, type StoredPrice, versionKey } from './overridePrice.ts';

/** In force or to come, of one workspace: every price is in memory on every instance. */
export const PRICES_PER_WORKSPACE_MAX = 1000;

type PriceRow = typeof prices.$inferSelect;

const storedOf = ({ id, content, createdAt, createdBy, retiredAt }: PriceRow): StoredPrice => ({ id, content, createdAt, createdBy, retiredAt });

export interface PriceStore {
  /** All prices of some workspaces, retired ones too, oldest first; of all workspaces without an argument. */
  read(workspaceIds?: readonly string[]): Promise<Map<WorkspaceId, StoredPrice[]>>;
  /** Workspaces with changes of late. */
  changedWithin(interval: string): Promise<WorkspaceId[]>;
  set(workspaceId: WorkspaceId, by: Actor, content: PriceContent): Promise<Result<string>>;
  remove(workspaceId: WorkspaceId, by: Actor, id: string): Promise<Result<void>>;
  importAll(
    workspaceId: WorkspaceId,
    by: Actor,
    contents: readonly PriceContent[],
    options: { mode: 'merge' | 'replace'; dryRun: boolean },
  ): Promise<Result<PriceImportResult>>;
}

export function createPriceStore(control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace'>): PriceStore {
  const { instanceDb } = control;
  const read = async (workspaceIds?: readonly string[]) => {
    const rows = await instanceDb
      .select()
      .from(prices)
      .where(workspaceIds === undefined ? undefined : inArray(prices.workspaceId, [...workspaceIds]))
      .orderBy(prices.createdAt, prices.id);
    const found = new Map<WorkspaceId, StoredPrice[]>();
    for (const row of rows) {
      const workspaceId = row.workspaceId as WorkspaceId;
      found.set(workspaceId, [...(found.get(workspaceId) ?? []), storedOf(row)]);
    }
    return found;
  };

  return {
    read,
    changedWithin: async (interval) => {
      const rows = await instanceDb
        .selectDistinct({ workspaceId: prices.workspaceId })
        .from(prices)
        .where(gt(prices.changedAt, sql`now() - ${interval}::interval`));
      return rows.map(({ workspaceId }) => workspaceId as WorkspaceId);
    },
    set: (workspaceId, by, content) =>
      control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
        const current = await lockedPrices(tx, workspaceId);
        const replaced = current.filter((price) => versionKey(price.content) === versionKey(content));
        if (current.length - replaced.length >= PRICES_PER_WORKSPACE_MAX) return tooMany();
        await retire(tx, workspaceId, by, replaced);
        const [id] = await insert(tx, workspaceId, by, [content]);
        if (id === undefined) throw new Error('An inserted price was not returned');
        note({ action: 'price.set', target: id, before: replaced[0]?.content ?? null, after: content });
        return ok(id);
      }),
    remove: (workspaceId, by, id) =>
      control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
        const price = (await lockedPrices(tx, workspaceId)).find((each) => each.id === id);
        if (price === undefined) return fail('not-found', 'The workspace has set no such price, or it was replaced or removed.');
        await retire(tx, workspaceId, by, [price]);
        note({ action: 'price.remove', target: id, before: price.content, after: null });
        return ok(undefined);
      }),
    importAll: (workspaceId, by, contents, { mode, dryRun }) =>
      control.ofWorkspace(workspaceId).change(by, async (tx, note) => {
        const repeated = firstRepeated(contents);
        if (repeated !== undefined) {
          return fail('invalid-request', 'The file names the same price twice.', [
            { pointer: `/prices/${repeated}`, message: 'has the provider, model and effective_from of an earlier one' },
          ]);
        }
        const current = await lockedPrices(tx, workspaceId);
        const plan = planImport(current, contents, mode);
        const result = {
          added: plan.added.length,
          replaced: plan.replaced.length,
          unchanged: contents.length - plan.added.length - plan.replaced.length,
          removed: plan.removed.length,
        };
        if (current.length + plan.added.length - plan.removed.length > PRICES_PER_WORKSPACE_MAX) return tooMany();
        if (dryRun) return ok(result);
        await retire(tx, workspaceId, by, [...plan.replaced.map(({ old }) => old), ...plan.removed]);
        const written = [...plan.added.map((content) => ({ old: undefined, content })), ...plan.replaced];
        const ids = await insert(
          tx,
          workspaceId,
          by,
          written.map(({ content }) => content),
        );
        for (const [i, { old, content }] of written.entries()) {
          note({ action: 'price.set', target: ids[i] ?? '', before: old?.content ?? null, after: content });
        }
        for (const old of plan.removed) note({ action: 'price.remove', target: old.id, before: old.content, after: null });
        return ok(result);
      }),
  };
}

const tooMany = () => fail('conflict', `A workspace may have ${PRICES_PER_WORKSPACE_MAX} prices of its own. Remove some, or use patterns.`);

/** Prices that are not retired. Holds the workspace until the transaction ends. */
async function lockedPrices(tx: ControlTx, workspaceId: WorkspaceId): Promise<StoredPrice[]> {
  await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
  const rows = await tx
    .select()
    .from(prices)
    .where(and(eq(prices.workspaceId, workspaceId), isNull(prices.retiredAt)));
  return rows.map(storedOf);
}

async function retire(tx: ControlTx, workspaceId: WorkspaceId, by: Actor, retired: readonly StoredPrice[]): Promise<void> {
  if (retired.length === 0) return;
  const ids = retired.map(({ id }) => id);
  await tx
    .update(prices)
    .set({ retiredAt: sql`now()`, retiredBy: by.id, changedAt: sql`now()` })
    .where(and(eq(prices.workspaceId, workspaceId), inArray(prices.id, ids)));
}

async function insert(tx: ControlTx, workspaceId: WorkspaceId, by: Actor, contents: readonly PriceContent[]): Promise<string[]> {
  const rows = contents.map((content) => ({ id: createId('price'), workspaceId, content, createdBy: by.id }));
  if (rows.length > 0) await tx.insert(prices).values(rows);
  return rows.map(({ id }) => id);
}

function firstRepeated(contents: readonly PriceContent[]): number | undefined {
  const seen = new Set<string>();
  const isRepeated = (content: PriceContent) => {
    const key = versionKey(content);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  };
  const found = contents.findIndex(isRepeated);
  return found === -1 ? undefined : found;
}

interface ImportPlan {
  added: PriceContent[];
  replaced: { old: StoredPrice; content: PriceContent }[];
  removed: StoredPrice[];
}

function planImport(current: readonly StoredPrice[], contents: readonly PriceContent[], mode: 'merge' | 'replace'): ImportPlan {
  const byKey = new Map(current.map((price) => [versionKey(price.content), price]));
  const plan: ImportPlan = { added: [], replaced: [], removed: [] };
  const named = new Set<string>();
  for (const content of contents) {
    const key = versionKey(content);
    named.add(key);
    const old = byKey.get(key);
    if (old === undefined) plan.added.push(content);
    else if (canonicalText(old.content) !== canonicalText(content)) plan.replaced.push({ old, content });
  }
  if (mode === 'replace') for (const [key, price] of byKey) if (!named.has(key)) plan.removed.push(price);
  return plan;
}
