import {
  type CostForecast,
  FORECAST_METHODS,
  type ForecastHorizon,
  type ForecastMethodName,
  type PastMonth,
} from '@sightglass/contract/routes/costForecast';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatMoney } from '../../ui/formatMoney.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { Money } from '../../ui/Money.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { METHOD_EXPLAINED, METHOD_LABELS, monthName } from './forecastWords.ts';
import { missText, verdictOf } from './pastVerdict.ts';

/** How well past forecasts of the workspace did: each made again from nothing but what was known on its day. */
export function AccuracyPanel({ forecast }: { forecast: CostForecast }) {
  const { accuracy, interval_level } = forecast;
  return (
    <Panel title="How well past forecasts did" note="the workspace; each forecast made again from what was known on its day">
      {accuracy.reason === null ? (
        <>
          {accuracy.horizons.length === 0 ? null : <HorizonTable horizons={accuracy.horizons} level={interval_level} />}
          {accuracy.months.map((month) => (
            <MonthTable key={month.month} month={month} />
          ))}
        </>
      ) : (
        <EmptyState title="Nothing to check yet">{accuracy.reason}</EmptyState>
      )}
    </Panel>
  );
}

function HorizonTable({ horizons, level }: { horizons: readonly ForecastHorizon[]; level: number }) {
  return (
    <div className="table-scroll">
      <table className="table table-cards forecast-past">
        <caption>
          Cost of the next days. Missed by: Σ |error| ÷ Σ cost (WAPE), and the mean of each case’s own share (MAPE). Held: how often the cost lay in
          the interval, which is made to hold {formatPercent(level)}.
        </caption>
        <TableHead columns={['Ahead', 'Method', num('Missed by'), num('Mean miss'), num('Held'), num('Forecasts')]} />
        <tbody>
          {horizons.flatMap((horizon) =>
            FORECAST_METHODS.map((name) => <HorizonRow key={`${horizon.days} ${name}`} horizon={horizon} name={name} />),
          )}
        </tbody>
      </table>
    </div>
  );
}

function HorizonRow({ horizon, name }: { horizon: ForecastHorizon; name: ForecastMethodName }) {
  const { wape, mape, coverage, intervals } = horizon[name];
  return (
    <tr>
      <th scope="row">{formatQuantity(horizon.days, 'day')}</th>
      <td title={METHOD_EXPLAINED[name]} data-label="Method">
        {METHOD_LABELS[name]}
      </td>
      <td className="num" data-label="Missed by">
        {formatPercent(wape)}
      </td>
      <td className="num" data-label="Mean miss">
        {formatPercent(mape)}
      </td>
      <td className="num" data-label="Held" title={`of ${formatQuantity(intervals, 'interval')}`}>
        {formatPercent(coverage)}
      </td>
      <td className="num" data-label="Forecasts">
        {formatCount(horizon.forecasts)}
      </td>
    </tr>
  );
}

function MonthTable({ month }: { month: PastMonth }) {
  return (
    <div className="table-scroll">
      <table className="table table-cards forecast-past">
        <caption>
          {monthName(month.month)} cost <Money usd={month.spent_usd} />
        </caption>
        <TableHead columns={['Projected after', ...FORECAST_METHODS.map((name) => num(METHOD_LABELS[name]))]} />
        <tbody>
          {month.forecasts.map((then) => (
            <tr key={then.after}>
              <th scope="row">{then.after}</th>
              {FORECAST_METHODS.map((name) => (
                <td
                  key={name}
                  className="num"
                  data-label={METHOD_LABELS[name]}
                  title={then[name].reason ?? verdictOf(then[name], month.spent_usd).title}
                >
                  {formatMoney(then[name].projected_usd)} <span className="dim">{missText(then[name].projected_usd, month.spent_usd)}</span>{' '}
                  <span className="forecast-verdict">{verdictOf(then[name], month.spent_usd).word}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
