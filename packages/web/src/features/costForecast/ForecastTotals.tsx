import type { CostForecast } from '@sightglass/contract/routes/costForecast';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatMoney, formatMoneyExact, NOT_SENT } from '../../ui/formatMoney.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import '../overview/kpiStrip.css';
import { changeText, daysLeftText, intervalText, METHOD_EXPLAINED, METHOD_LABELS, pastErrorWords } from './forecastWords.ts';

/** The month in four numbers: spent, projected, the month before, and how far off such projections were. */
export function ForecastTotals({ forecast }: { forecast: CostForecast }) {
  const { workspace, days_left, time_zone, interval_level } = forecast;
  const { method, past_error } = workspace;
  const change = changeText(workspace);
  const interval = intervalText(workspace);
  return (
    <section className="kpis" aria-label="This month">
      <div className="kpi">
        <span className="kpi-name">Spent this month</span>
        <b title={`${formatMoneyExact(workspace.spent_usd)} exactly, since the month began in ${time_zone}`}>{formatMoney(workspace.spent_usd)}</b>
        <div className="kpi-notes">
          <span>{daysLeftText(days_left)}</span>
          {workspace.unpriced_calls === 0 ? null : (
            <span className="kpi-warn">{formatQuantity(workspace.unpriced_calls, 'call')} unpriced, not in it</span>
          )}
        </div>
      </div>
      <div className="kpi">
        <span className="kpi-name">Projected month end</span>
        <b title="An estimate">{formatMoney(workspace.projected_usd)}</b>
        <div className="kpi-notes">
          {interval === null ? null : (
            <span title={`As past errors have it, ${formatPercent(interval_level)} of such intervals hold`}>
              {interval} ({formatPercent(interval_level)})
            </span>
          )}
          {method === null ? <span>no projection yet</span> : <span title={METHOD_EXPLAINED[method]}>{METHOD_LABELS[method]}</span>}
        </div>
      </div>
      <div className="kpi">
        <span className="kpi-name">Month before</span>
        <b title={`${formatMoneyExact(workspace.previous_month_usd)} exactly`}>{formatMoney(workspace.previous_month_usd)}</b>
        <div className="kpi-notes">
          <span>{change === null ? 'nothing to compare with' : `projected: ${change}`}</span>
        </div>
      </div>
      <div className="kpi">
        <span className="kpi-name">Past forecasts missed by</span>
        <b title={pastErrorWords(past_error)}>{past_error === null ? NOT_SENT : formatPercent(past_error.wape)}</b>
        <div className="kpi-notes">
          <span>
            {past_error === null
              ? 'none can be checked yet'
              : `${formatQuantity(past_error.forecasts, 'forecast')} over ${formatQuantity(past_error.days, 'day')}`}
          </span>
        </div>
      </div>
    </section>
  );
}
