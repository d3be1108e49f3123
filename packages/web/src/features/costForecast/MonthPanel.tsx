import type { CostForecast, ForecastDay } from '@sightglass/contract/routes/costForecast';
import { Info, Table2 } from 'lucide-react';
import { useMemo } from 'react';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Button } from '../../ui/Button.tsx';
import { Money } from '../../ui/Money.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import '../overview/chartPanel.css';
import { formatTick } from '../overview/chartWords.ts';
import { BAND, forecastChart } from './forecastChart.ts';
import { forecastSentence, intervalText, monthName } from './forecastWords.ts';

const CHART_HEIGHT = 240;

/** The month added up day by day, as a chart or as a table. */
export function MonthPanel({ forecast }: { forecast: CostForecast }) {
  const setSearch = useSetSearchText();
  const asTable = useSearchText().as === 'table';
  const { month, time_zone, workspace } = forecast;
  const sentence = forecastSentence(forecast);
  const chart = useMemo(() => forecastChart(workspace.days), [workspace.days]);
  return (
    <Panel
      className="chart-panel"
      title={`${monthName(month)}, added up`}
      note={`US dollars · days of ${time_zone}`}
      end={
        <Button variant="ghost" aria-pressed={asTable} onClick={() => setSearch({ as: asTable ? undefined : 'table' })}>
          <Table2 aria-hidden="true" />
          Table
        </Button>
      }
    >
      <div className="chart-panel-body">
        <div className="chart-legend">
          <ul>
            {chart.series.slice(0, 2).map(({ label, colour }) => (
              <li key={label}>
                <i className={`chart-swatch chart-swatch-${colour}`} aria-hidden="true" />
                {label}
              </li>
            ))}
            {chart.hasInterval ? (
              <li>
                <i className="chart-swatch chart-swatch-7" aria-hidden="true" />
                Interval
              </li>
            ) : null}
          </ul>
          <p>{sentence}</p>
        </div>
        {workspace.reason === null ? null : (
          <p className="forecast-reason" role="note">
            <Info aria-hidden="true" />
            {workspace.reason}
          </p>
        )}
        {asTable ? (
          <DaysTable days={workspace.days} />
        ) : (
          <TimeChart
            times={chart.times}
            series={chart.series}
            shape="lines"
            {...(chart.hasInterval ? { band: BAND } : {})}
            formatTick={(value) => formatTick(value, 'usd')}
            zone={time_zone}
            height={CHART_HEIGHT}
            summary={`Cost of ${monthName(month)}, added up day by day. ${sentence}`}
          />
        )}
      </div>
    </Panel>
  );
}

function DaysTable({ days }: { days: readonly ForecastDay[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable with the keyboard
    <section className="chart-table" tabIndex={0} aria-label="The month day by day">
      <table className="table">
        <TableHead columns={['Day', num('Spent'), num('Expected'), num('Month by its end'), num('Interval')]} />
        <tbody>
          {days.map((day) => (
            <tr key={day.date}>
              <th scope="row">{day.date}</th>
              <td className="num">
                <Money usd={day.spent_usd} missing="Still to come" />
              </td>
              <td className="num">
                <Money usd={day.expected_usd} missing={day.spent_usd === null ? 'Not projected' : 'Finished'} />
              </td>
              <td className="num">
                <Money usd={day.total_usd} missing="Not projected" />
              </td>
              <td className="num">{intervalText(day) ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
