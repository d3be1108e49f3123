import { formatQuantity } from '../../ui/formatCount.ts';
import { Money } from '../../ui/Money.tsx';
import { Tag } from '../../ui/Tag.tsx';

/** A sum of costs beside the calls that no price was found for: those are named, never shown as $0. */
export function CostCell({ costUsd, unpricedCalls }: { costUsd: string | null; unpricedCalls: number }) {
  const nothingPriced = unpricedCalls > 0 && (costUsd === null || Number(costUsd) === 0);
  const title = `${formatQuantity(unpricedCalls, 'call')} without a known price`;
  if (nothingPriced) {
    return (
      <Tag tone="warn" title={title}>
        unpriced
      </Tag>
    );
  }
  return (
    <span className="cost-cell">
      {unpricedCalls > 0 ? (
        <Tag tone="warn" title={title}>
          +{unpricedCalls} unpriced
        </Tag>
      ) : null}
      <Money usd={costUsd} />
    </span>
  );
}
