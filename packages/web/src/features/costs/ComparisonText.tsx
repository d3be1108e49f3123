import type { Comparison } from './attribution.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';

/** How something stands against the period before. */
export function ComparisonText({ comparison }: { comparison: Comparison }) {
  switch (comparison.kind) {
    case 'new':
      return <span title="Nothing in the period before">new</span>;
    case 'gone':
      return <span title="Nothing in this range any more">gone</span>;
    case 'from-zero':
      return <span title="0 in the period before">from 0</span>;
    case 'unknown':
      return (
        <span className="dim" title="Not among the foremost groups of the period before, which had too many to read them all">
          {NOT_SENT}
        </span>
      );
    case 'unpriced':
      return (
        <span className="dim" title="No price is known for its calls in one of the two periods">
          {NOT_SENT}
        </span>
      );
    case 'none':
      return (
        <span className="dim" title="Nothing in either period">
          {NOT_SENT}
        </span>
      );
    case 'change': {
      const { text, verdict } = comparison.change;
      return (
        <span className={verdict === 'neutral' ? undefined : verdict}>
          {text}
          {verdict === 'neutral' ? null : <span className="visually-hidden"> ({verdict})</span>}
        </span>
      );
    }
  }
}
