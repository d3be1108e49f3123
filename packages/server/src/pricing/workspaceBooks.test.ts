import { NewPriceSchema, type NewPriceInput } from '@sightglass/contract/price';
import { eq } from 'drizzle-orm';
import { expect, it, vi } from 'vitest';
import { type Actor, SYSTEM_ACTOR } from '../access/caller.ts';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import type { ControlConnection } from '../control/connect.ts';
import { auditEntries } from '../control/tables/audit.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { bundledPriceIndex } from '../cost/bundledPrices.ts';
import { createId } from '../prefixedId.ts';
import { PRICES_PER_WORKSPACE_MAX } from './priceStore.ts';
import { openWorkspaceBooks } from './workspaceBooks.ts';

const member = (id: string): Actor => ({ kind: 'member', id, name: `${id}@example.com`, address: null });

const bundled = bundledPriceIndex();
const price = (more: Partial<NewPriceInput> = {}) =>
  NewPriceSchema.parse({ provider: 'acme', model: 'm', input_per_mtok: '1', output_per_mtok: '1', ...more });
const AT = 1_790_000_000_000_000_000n;

describeOnControlEngines('prices of workspaces', (engine) => {
  const open = (control: ControlConnection, onChange: Parameters<typeof openWorkspaceBooks>[0]['onChange'] = () => undefined) =>
    openWorkspaceBooks({ control, bundled, clock: () => Date.now(), warn: () => undefined, onChange });
  async function newWorkspace() {
    const id = createId('workspace');
    await engine.connection().instanceDb.insert(workspaces).values({ id, slug: id, name: id });
    return id;
  }

  it('are one workspace’s own, kept when replaced, and audited', async () => {
    const [mine, other] = [await newWorkspace(), await newWorkspace()];
    const told: string[] = [];
    const books = await open(engine.connection(), (changed) => told.push(...changed.map(([workspaceId]) => workspaceId)));
    const find = (workspaceId: string) => books.bookOf(workspaceId).find({ provider: 'acme', model: 'm', atNs: AT })?.price;
    const first = await books.store.set(mine, member('usr_1'), price());
    await books.refresh(mine);
    expect(find(mine)?.rates.input).toBe(1_000_000_000_000n);
    expect(find(other)).toBeUndefined();
    const second = await books.store.set(mine, member('usr_2'), price({ input_per_mtok: '2' }));
    await books.refresh(mine);
    expect(find(mine)?.id).toBe(second.ok ? second.value : '');
    expect(books.priceById(mine, first.ok ? first.value : '')?.rates.input).toBe(1_000_000_000_000n);
    expect(books.priceById(other, first.ok ? first.value : '')).toBeUndefined();
    expect(told).toEqual([mine, mine]);
    const entries = await engine
      .connection()
      .instanceDb.select()
      .from(auditEntries)
      .where(eq(auditEntries.workspaceId, mine))
      .orderBy(auditEntries.seq);
    expect(
      entries.map(({ actor, action, before, after }) => [
        actor,
        action,
        (before as NewPriceInput | null)?.input_per_mtok,
        (after as NewPriceInput).input_per_mtok,
      ]),
    ).toEqual([
      ['usr_1', 'price.set', undefined, '1'],
      ['usr_2', 'price.set', '1', '2'],
    ]);
    await books.stop();
  });

  it('cannot be removed by another workspace', async () => {
    const [mine, other] = [await newWorkspace(), await newWorkspace()];
    const books = await open(engine.connection());
    const set = await books.store.set(mine, SYSTEM_ACTOR, price());
    expect(await books.store.remove(other, SYSTEM_ACTOR, set.ok ? set.value : '')).toMatchObject({ ok: false, error: { code: 'not-found' } });
    await books.stop();
  });

  it('are as many as a workspace may have, and no more', async () => {
    const mine = await newWorkspace();
    const books = await open(engine.connection());
    const all = Array.from({ length: PRICES_PER_WORKSPACE_MAX }, (_, i) => price({ model: `m-${i}` }));
    expect(await books.store.importAll(mine, SYSTEM_ACTOR, all, { mode: 'merge', dryRun: false })).toMatchObject({
      ok: true,
      value: { added: all.length },
    });
    expect(await books.store.set(mine, SYSTEM_ACTOR, price({ model: 'one more' }))).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await books.store.set(mine, SYSTEM_ACTOR, price({ model: 'm-3', input_per_mtok: '9' }))).toMatchObject({ ok: true });
    await books.stop();
  });

  if (engine.another !== undefined) {
    const another = engine.another;
    it('set on one instance hold on another soon after', async () => {
      const mine = await newWorkspace();
      const here = await open(engine.connection());
      const there = await open(await another());
      await here.store.set(mine, SYSTEM_ACTOR, price());
      await vi.waitFor(() => expect(there.bookOf(mine).find({ provider: 'acme', model: 'm', atNs: AT })).toBeDefined(), { timeout: 15_000 });
      await here.stop();
      await there.stop();
    });
  }
});
