/** What a call would have cost otherwise: by another model's price, or with other token counts. Exact, call by call. */
import { computeCost } from '../cost/computeCost.ts';
import type { Price } from '../cost/price.ts';
import type { PriceBook } from '../cost/priceBook.ts';
import type { GroupNames, SampledCall } from './callGroup.ts';

export type FindPrice = PriceBook['find'];
export type ModelNames = Pick<GroupNames, 'provider' | 'model' | 'kind'>;

/** The price in force for a model when the call began. */
export function priceAt({ provider, model }: ModelNames, atNs: bigint, findPrice: FindPrice): Price | undefined {
  return findPrice({ provider: provider === '' ? null : provider, model, atNs })?.price;
}

/** Pico-dollars; undefined when the book has no price for it, or the usage cannot be charged. */
export function costOfUsage(
  call: Pick<SampledCall, 'usage' | 'serviceTier' | 'startNs'>,
  names: ModelNames,
  findPrice: FindPrice,
): bigint | undefined {
  const price = priceAt(names, call.startNs, findPrice);
  if (price === undefined) return undefined;
  const cost = computeCost(call.usage, price, { kind: names.kind, serviceTier: call.serviceTier });
  return cost.ok ? cost.costPicoUsd : undefined;
}

/** Two sums over the same calls: as they are and as they could be. */
export interface CostPair {
  calls: number;
  nowPicoUsd: bigint;
  otherwisePicoUsd: bigint;
}

/**
 * The share of `picoUsd` that would be saved: picoUsd × (now − otherwise) ÷ now, rounded down; 0n when it would
 * cost as much or more. Calls of the pair that were all the calls make it exact, a sample of them an estimate.
 */
export function savedOf(picoUsd: bigint, { nowPicoUsd, otherwisePicoUsd }: CostPair): bigint {
  if (nowPicoUsd <= 0n || otherwisePicoUsd >= nowPicoUsd || picoUsd <= 0n) return 0n;
  return (picoUsd * (nowPicoUsd - otherwisePicoUsd)) / nowPicoUsd;
}
