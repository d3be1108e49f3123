import { Link } from '@tanstack/react-router';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatMoney, formatMoneyExact } from '../../ui/formatMoney.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import '../overview/kpiStrip.css';
import { compare, costUsdOf, estimatedUsdOf, sumsOf } from './attribution.ts';
import { ComparisonText } from './ComparisonText.tsx';
import { COST_MEASURES, type CostMeasure } from './costQuestion.ts';
import type { ShownCosts } from './useCosts.ts';

const NAMES: Readonly<Record<CostMeasure, string>> = { cost: 'Cost', tokens: 'Tokens', calls: 'Calls', errors: 'Errors' };

/** What everything came to, and what it came to in the period before. */
export function CostTotals({ costs }: Pick<ShownCosts, 'costs'>) {
  const zone = useTimeZone();
  const total = sumsOf(costs.answers.total);
  const totalBefore = sumsOf(costs.answers.totalBefore);
  const usd = costUsdOf(total);
  const against = `${formatMinute(costs.before.fromMs, zone)} – ${formatMinute(costs.before.toMs, zone)}`;
  return (
    <section className="kpis" aria-label="In this range">
      {COST_MEASURES.map((measure) => (
        <div className="kpi" key={measure}>
          <span className="kpi-name">{NAMES[measure]}</span>
          {measure === 'cost' ? <b title={`${formatMoneyExact(usd)} exactly`}>{formatMoney(usd)}</b> : <b>{formatCount(total[measure])}</b>}
          <div className="kpi-notes">
            <span title={`Compared with ${against}`}>
              <ComparisonText comparison={compare(total, totalBefore, measure)} />
              <span className={measure === 'cost' ? undefined : 'visually-hidden'}> vs the period before</span>
            </span>
            {measure === 'cost' && total.unpricedCalls > 0 ? (
              <Link
                to="/prices"
                search={(search) => ({ ...keepRange(search), view: 'unpriced' })}
                className="kpi-warn link-plain"
                title="No price is known for them: set one"
              >
                {formatQuantity(total.unpricedCalls, 'call')} unpriced, not in it
              </Link>
            ) : null}
            {measure === 'cost' && total.estimatedCalls > 0 ? (
              <span title={`${formatQuantity(total.estimatedCalls, 'call')} without full usage`}>
                {formatMoney(estimatedUsdOf(total))} of it estimated
              </span>
            ) : null}
          </div>
        </div>
      ))}
    </section>
  );
}
