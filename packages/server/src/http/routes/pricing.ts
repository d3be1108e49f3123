import type { WorkspaceId } from '@sightglass/contract/ids';
import { type NewPrice, NewPriceSchema, type PriceItem } from '@sightglass/contract/price';
import {
  createPrice,
  deletePrice,
  estimateCost as estimateCostRoute,
  exportPrices,
  cancelRecompute,
  getRecomputeJob,
  importPrices,
  listPrices as listPricesRoute,
  listRecomputeJobs,
  listUnpriced,
  PRICE_FILE_FORMAT,
  type RecomputeJob,
  recomputeCosts,
} from '@sightglass/contract/routes/pricing';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { parseTime, parseTimeRange } from '../../explore/timeRange.ts';
import { actorOf } from '../../access/caller.ts';
import { estimateCost } from '../../pricing/estimateCost.ts';
import { findUnpriced } from '../../pricing/findUnpriced.ts';
import { listPrices } from '../../pricing/listPrices.ts';
import { priceItem } from '../../pricing/priceItem.ts';
import type { Recomputes } from '../../pricing/recompute/recomputes.ts';
import type { WorkspaceBooks } from '../../pricing/workspaceBooks.ts';
import { fail } from '../../result.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface PricingRouteDeps {
  books: WorkspaceBooks;
  recomputes: Recomputes;
  readerOf(caller: Caller): TelemetryReader;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function pricingRoutes(app: App, { books, recomputes, readerOf, now }: PricingRouteDeps): void {
  const itemOf = (workspaceId: WorkspaceId, id: string): PriceItem => {
    const price = books.priceById(workspaceId, id);
    if (price === undefined) throw new Error('A price that was just written is not in the book');
    return priceItem(
      price,
      books.ownPrices(workspaceId).find((stored) => stored.id === id),
    );
  };

  app.openapi(listPricesRoute, (c) => {
    const page = listPrices(books, c.var.caller.workspaceId, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createPrice, async (c) => {
    const { caller } = c.var;
    const price = c.req.valid('json');
    const unclear = whatIsUnclear(price);
    if (unclear !== undefined) return problem(c, fail('invalid-request', 'The price is not complete.', [unclear]).error);
    const set = await books.store.set(caller.workspaceId, actorOf(caller), price);
    if (!set.ok) return problem(c, set.error);
    await books.refresh(caller.workspaceId);
    return c.json(itemOf(caller.workspaceId, set.value), 201);
  });
  app.openapi(exportPrices, (c) => {
    const prices = books
      .ownPrices(c.var.caller.workspaceId)
      .filter(({ retiredAt }) => retiredAt === null)
      .map(({ content }) => NewPriceSchema.parse(content));
    c.header('content-disposition', 'attachment; filename="sightglass-prices.json"');
    return c.json({ format: PRICE_FILE_FORMAT, version: 1 as const, prices } as const, 200);
  });
  app.openapi(importPrices, async (c) => {
    const { caller } = c.var;
    const { prices, mode, dry_run: dryRun } = c.req.valid('json');
    const unclear = prices.flatMap((price, i) => {
      const found = whatIsUnclear(price);
      return found === undefined ? [] : [{ ...found, pointer: `/prices/${i}${found.pointer}` }];
    });
    if (unclear.length > 0) return problem(c, fail('invalid-request', 'Some prices are not complete.', unclear.slice(0, 100)).error);
    const done = await books.store.importAll(caller.workspaceId, actorOf(caller), prices, { mode, dryRun });
    if (!done.ok) return problem(c, done.error);
    if (!dryRun) await books.refresh(caller.workspaceId);
    return c.json(done.value, 200);
  });
  app.openapi(deletePrice, async (c) => {
    const { caller } = c.var;
    const { id } = c.req.valid('param');
    const removed = await books.store.remove(caller.workspaceId, actorOf(caller), id);
    if (!removed.ok) return problem(c, removed.error);
    await books.refresh(caller.workspaceId);
    return c.body(null, 204);
  });

  app.openapi(estimateCostRoute, (c) => {
    const call = c.req.valid('json');
    const atNs = parseTime(call.at, now());
    if (atNs === undefined) return problem(c, fail('invalid-request', 'at is not a time.', [{ pointer: '/at', message: 'is not a time' }]).error);
    return c.json(estimateCost(call, atNs, books.bookOf(c.var.caller.workspaceId)), 200);
  });
  app.openapi(listUnpriced, async (c) => {
    const { workspaceId } = c.var.caller;
    const { from, to, limit } = c.req.valid('query');
    const range = parseTimeRange({ from, to }, now(), 'query');
    if (!range.ok) return problem(c, range.error);
    const found = await findUnpriced(readerOf(c.var.caller), books.bookOf(workspaceId), range.value, limit);
    return found.ok ? c.json({ items: found.value, next_cursor: null }, 200) : problem(c, found.error);
  });

  app.openapi(recomputeCosts, async (c) => {
    const { caller } = c.var;
    if (caller.hiddenAgents.length > 0) return problem(c, ALL_AGENTS_NEEDED.error);
    const input = c.req.valid('json');
    const range = parseTimeRange(input, now(), 'body');
    if (!range.ok) return problem(c, range.error);
    const outcome = await recomputes.run(caller.workspaceId, actorOf(caller), {
      range: range.value,
      filters: input.filters,
      dryRun: input.dry_run,
      includeReported: input.include_reported,
    });
    if (!outcome.ok) return problem(c, outcome.error);
    return outcome.value.state === 'done' && outcome.value.result !== null ? c.json(outcome.value.result, 200) : c.json(outcome.value, 202);
  });
  app.openapi(getRecomputeJob, async (c) => {
    const found = await recomputes.find(c.var.caller.workspaceId, c.req.valid('param').job_id);
    return found.ok ? c.json(jobFor(c.var.caller, found.value), 200) : problem(c, found.error);
  });
  app.openapi(cancelRecompute, async (c) => {
    const cancelled = await recomputes.cancel(c.var.caller.workspaceId, actorOf(c.var.caller), c.req.valid('param').job_id);
    return cancelled.ok ? c.json(jobFor(c.var.caller, cancelled.value), 200) : problem(c, cancelled.error);
  });
  app.openapi(listRecomputeJobs, async (c) => {
    const page = await recomputes.list(c.var.caller.workspaceId, c.req.valid('query'));
    if (!page.ok) return problem(c, page.error);
    return c.json({ ...page.value, items: page.value.items.map((job) => jobFor(c.var.caller, job)) }, 200);
  });
}

const ALL_AGENTS_NEEDED = fail('missing-scope', 'A recompute prices the calls of all agents, and some of them are hidden from you.');

/** What a recompute came to is made of the calls of all agents. */
const jobFor = (caller: Pick<Caller, 'hiddenAgents'>, job: RecomputeJob): RecomputeJob =>
  caller.hiddenAgents.length === 0 ? job : { ...job, result: null };

type SentPrice = Pick<NewPrice, 'input_per_mtok' | 'effective_from' | 'effective_to'>;

/** A price without one for input could charge nothing but requests; that must be said with a 0. */
function whatIsUnclear({ input_per_mtok, effective_from, effective_to }: SentPrice) {
  if (input_per_mtok == null) return { pointer: '/input_per_mtok', message: 'is needed; 0 means free' };
  if (effective_from != null && effective_to != null && Date.parse(effective_to) <= Date.parse(effective_from)) {
    return { pointer: '/effective_to', message: 'must be after effective_from' };
  }
  return undefined;
}
