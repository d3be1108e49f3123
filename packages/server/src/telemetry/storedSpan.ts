import type { CostSource } from '@sightglass/contract/spanKinds';
import type { SpanResolution } from '../enrich/resolveTrace.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';

/** What a call costs, and by which price. */
export interface SpanCost {
  /** Pico-dollars (1e-12 USD); null when unpriced. */
  costPicoUsd: bigint | null;
  costSource: CostSource | null;
  priceId: string | null;
}

/** Whether sampling leaves the span out: it is held back for an hour, in which more of its trace may save it. */
export const isLeftOut = ({ resolution }: Pick<StoredSpan, 'resolution'>) => resolution.weight === 0;

/** A span with all that a row of `spans` holds: the last stage before the journal. */
export interface StoredSpan {
  span: CanonicalSpan;
  resolution: SpanResolution;
  cost: SpanCost;
  /** Of the row, see `spansTable`; absent: 0, as received. */
  version?: bigint;
}
