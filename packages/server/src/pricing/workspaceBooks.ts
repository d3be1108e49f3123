/**
 * The price book of every workspace: its own prices over the bundled ones. All own prices are in memory; a change made here holds
 * at once, one made by another instance within a second.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { ControlConnection } from '../control/connect.ts';
import { followChanges } from '../control/followChanges.ts';
import type { Price } from '../cost/price.ts';
import { createPriceBook, indexPrices, type PriceBook, type PriceIndex } from '../cost/priceBook.ts';
import { bundledNamesOf } from './bundledNames.ts';
import { overridePrices, type StoredPrice } from './overridePrice.ts';
import { createPriceStore, type PriceStore } from './priceStore.ts';

export interface WorkspaceBooks {
  bookOf(workspaceId: string): PriceBook;
  /** A price that a cost was made with, retired ones too. */
  priceById(workspaceId: string, id: string): Price | undefined;
  /** What the workspace has set, retired ones too, oldest first. */
  ownPrices(workspaceId: string): readonly StoredPrice[];
  readonly store: PriceStore;
  /** Takes over what was changed here; resolves when it holds, in the receive worker too. */
  refresh(workspaceId: WorkspaceId): Promise<void>;
  /** Forgets the prices of a deleted workspace. */
  forget(workspaceId: string): void;
  stop(): Promise<void>;
}

interface Own {
  stored: StoredPrice[];
  book: PriceBook;
  retired: Map<string, Price>;
}

/** `onChange` hears of the prices in force of every workspace that has some or had, at start and whenever others hold. */
export async function openWorkspaceBooks(options: {
  control: Pick<ControlConnection, 'instanceDb' | 'ofWorkspace' | 'engine'>;
  bundled: PriceIndex;
  clock: () => number;
  warn: (message: string, error: unknown) => void;
  onChange: (prices: [WorkspaceId, Price[]][]) => void;
}): Promise<WorkspaceBooks> {
  const { control, bundled, clock, warn, onChange } = options;
  const store = createPriceStore(control);
  const bundledBook = createPriceBook(bundled);
  const bundledNames = bundledNamesOf(bundled);
  const own = new Map<string, Own>();

  function takeIn(read: ReadonlyMap<WorkspaceId, StoredPrice[]>): void {
    const changed: [WorkspaceId, Price[]][] = [];
    for (const [workspaceId, stored] of read) {
      if (sameIds(own.get(workspaceId)?.stored, stored)) continue;
      const inForce = overridePrices(
        stored.filter(({ retiredAt }) => retiredAt === null),
        bundledNames,
      );
      const retired = stored.filter(({ retiredAt }) => retiredAt !== null).flatMap((price) => overridePrices([price], bundledNames));
      own.set(workspaceId, {
        stored,
        book: createPriceBook(indexPrices(inForce), bundled),
        retired: new Map(retired.map((price) => [price.id, price])),
      });
      changed.push([workspaceId, inForce]);
    }
    if (changed.length > 0) onChange(changed);
  }

  takeIn(await store.read());
  const stopFollowing = followChanges({
    control,
    clock,
    read: async (since) => {
      const changed = since === 'all' ? undefined : await store.changedWithin(since.interval);
      if (changed === undefined || changed.length > 0) takeIn(await store.read(changed));
    },
    failed: (error) => warn('prices: changes could not be read', error),
  });

  const bookOf = (workspaceId: string) => own.get(workspaceId)?.book ?? bundledBook;
  return {
    store,
    bookOf,
    priceById: (workspaceId, id) => bookOf(workspaceId).byId(id) ?? own.get(workspaceId)?.retired.get(id),
    ownPrices: (workspaceId) => own.get(workspaceId)?.stored ?? [],
    refresh: async (workspaceId) => takeIn(await store.read([workspaceId])),
    forget: (workspaceId) => void own.delete(workspaceId),
    stop: stopFollowing,
  };
}

/** Rows change by being retired alone. */
function sameIds(known: readonly StoredPrice[] | undefined, read: readonly StoredPrice[]): boolean {
  if (known === undefined || known.length !== read.length) return false;
  return read.every(({ id, retiredAt }, i) => known[i]?.id === id && (known[i]?.retiredAt === null) === (retiredAt === null));
}
