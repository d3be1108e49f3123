import { AlertTriangle } from 'lucide-react';
import { estimateWords } from '../../ui/approximate.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Money } from '../../ui/Money.tsx';
import { Tag } from '../../ui/Tag.tsx';

interface CostCellProps {
  costUsd: string | null;
  unpricedCalls: number;
  /** Calls whose cost is an estimate; absent where the estimate is told elsewhere. */
  estimatedCalls?: number;
}

/** A sum of costs beside the calls that no price was found for: those are flagged, never shown as $0. */
export function CostCell({ costUsd, unpricedCalls, estimatedCalls = 0 }: CostCellProps) {
  const words = `${formatQuantity(unpricedCalls, 'call')} without a known price`;
  if (unpricedCalls > 0 && (costUsd === null || Number(costUsd) === 0)) {
    return (
      <Tag tone="warn" title={words}>
        unpriced
      </Tag>
    );
  }
  return (
    <span className="cost-cell">
      {unpricedCalls > 0 ? (
        <Tag tone="warn" title={`Not in it: ${words}`}>
          <AlertTriangle aria-hidden="true" />
          <span className="visually-hidden">{unpricedCalls} unpriced calls not in it</span>
        </Tag>
      ) : null}
      <Money usd={costUsd} estimate={estimateWords(estimatedCalls)} />
    </span>
  );
}
