import type { CostBreakdown } from '@sightglass/contract/trace';
import { Link } from '@tanstack/react-router';
import { keepRange } from '../../../time/keepRange.ts';

interface PriceUsedProps {
  breakdown: Pick<CostBreakdown, 'price_model' | 'price_from' | 'tier'>;
  /** Null where it is not known whose price it is. */
  origin: 'override' | 'bundled' | null;
}

const WHOSE = { override: 'Own price of', bundled: 'Bundled price of' } as const;

/** Which price a cost was made with, and the way to it in the price book. */
export function PriceUsed({ breakdown: { price_model, price_from, tier }, origin }: PriceUsedProps) {
  return (
    <p>
      {origin === null ? 'Price of' : WHOSE[origin]}{' '}
      <Link to="/prices" search={(search) => ({ ...keepRange(search), q: price_model })} className="link">
        {price_model}
      </Link>
      {`${price_from === null ? '' : ` since ${price_from.slice(0, 10)}`}${tier === null ? '' : `, tier ${tier}`}`}
    </p>
  );
}
