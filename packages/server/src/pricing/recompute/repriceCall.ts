import { priceSpan } from '../../cost/priceSpan.ts';
import type { PriceBook } from '../../cost/priceBook.ts';
import type { SpanCost } from '../../telemetry/storedSpan.ts';
import type { StoredCall } from './storedCalls.ts';

/** What a stored call costs by the prices of now. A cost that the sender reported stays, unless it is to be priced and can be. */
export function repriceCall({ span, cost }: Pick<StoredCall, 'span' | 'cost'>, book: Pick<PriceBook, 'find'>, includeReported: boolean): SpanCost {
  if (cost.costSource !== 'reported') return priceSpan(span, book);
  if (!includeReported) return cost;
  const priced = priceSpan({ ...span, reportedCostPicoUsd: null }, book);
  return priced.costPicoUsd === null ? cost : priced;
}

export const sameCost = (a: SpanCost, b: SpanCost) => a.costPicoUsd === b.costPicoUsd && a.costSource === b.costSource && a.priceId === b.priceId;
