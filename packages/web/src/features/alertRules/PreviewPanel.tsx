import { useMemo } from 'react';
import { ProblemState } from '../../api/ProblemState.tsx';
import { formatMeasure } from '../../measures/formatMeasure.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import '../overview/chartPanel.css';
import { previewChart, previewUnit, type WouldBeAlert } from './previewChart.ts';
import { minutesWords } from './ruleWords.ts';
import type { Preview } from './usePreview.ts';

const CHART_HEIGHT = 200;
const ALERTS_SHOWN_MAX = 8;

/** What the condition would have seen and done over the last week. */
export function PreviewPanel({ preview, isSql }: { preview: Preview; isSql: boolean }) {
  const { asked, data, problem, errors, current, retry } = preview;
  return (
    <Panel className="chart-panel" title="Last week" note={isSql ? 'what the query answers now' : 'what it would have seen and done'}>
      {!asked ? (
        <p className="rule-preview-wait">Fill in the condition to see what it would have done.</p>
      ) : problem !== null ? (
        errors.some(({ pointer }) => pointer === '/config/query') ? (
          <p className="rule-preview-wait">The query cannot be evaluated as it stands: see what is wrong with it above.</p>
        ) : errors.length > 0 ? (
          <div className="rule-preview-wait worse" role="status">
            It cannot be evaluated:
            <ul>
              {errors.map(({ pointer, message }) => (
                <li key={`${pointer} ${message}`}>
                  <code>{pointer}</code> {message}
                </li>
              ))}
            </ul>
          </div>
        ) : (
          <ProblemState error={problem} what="The preview could not be read" onRetry={retry} />
        )
      ) : data === undefined ? (
        <div className="chart-panel-body" aria-busy="true">
          <Skeleton height="220px" />
        </div>
      ) : (
        <div className={current ? 'chart-panel-body' : 'chart-panel-body chart-panel-stale'} aria-busy={!current}>
          <LoadedPreview data={data} />
        </div>
      )}
    </Panel>
  );
}

function LoadedPreview({ data }: { data: NonNullable<Preview['data']> }) {
  const zone = useTimeZone();
  const chart = useMemo(() => previewChart(data), [data]);
  const unit = previewUnit(data.unit);
  const fired = data.would_have_fired;
  const verdict =
    chart.times.length === 0
      ? 'There was nothing to look at.'
      : fired === 0
        ? 'It would not have fired.'
        : `It would have fired ${fired === 1 ? 'once' : fired === 2 ? 'twice' : formatQuantity(fired, 'time')}.`;
  const shown = chart.groups > chart.series.length ? ` ${chart.series.length} of ${formatQuantity(chart.groups, 'group')} are drawn.` : '';
  return (
    <>
      <div className="chart-legend">
        {chart.groups < 2 ? null : (
          <ul>
            {chart.series.map(({ label, colour }) => (
              <li key={label}>
                <i className={`chart-swatch chart-swatch-${colour}`} aria-hidden="true" />
                <span className="truncate">{label}</span>
              </li>
            ))}
          </ul>
        )}
        <p role="status">
          <b>{verdict}</b>
          {shown} {chart.times.length < 2 ? '' : `Looked at every ${minutesWords(data.step_minutes)}.`}
        </p>
      </div>
      {chart.times.length < 2 ? (
        <CurrentValues data={data} />
      ) : (
        <TimeChart
          times={chart.times}
          series={chart.series}
          shape="lines"
          threshold={data.threshold}
          stretches={chart.stretches}
          formatTick={(value) => formatMeasure(value, unit)}
          zone={zone}
          height={CHART_HEIGHT}
          summary={`The condition over the last week. ${verdict}`}
        />
      )}
      <WouldBeAlerts alerts={chart.alerts} />
    </>
  );
}

/** What a SQL rule answers now: its bounds of time are its own, so there is no past to draw. */
function CurrentValues({ data }: { data: NonNullable<Preview['data']> }) {
  if (data.points.length === 0) return null;
  return (
    <ul className="rule-preview-alerts" aria-label="Values now">
      {data.points.slice(0, ALERTS_SHOWN_MAX).map(({ labels, value, breaches }) => (
        <li key={JSON.stringify(labels)}>
          <b>{formatMeasure(value, previewUnit(data.unit))}</b> {Object.values(labels).join(', ')}
          {breaches ? <span className="worse"> meets the condition</span> : ' does not meet the condition'}
        </li>
      ))}
      {data.points.length > ALERTS_SHOWN_MAX ? <li className="dim">and {data.points.length - ALERTS_SHOWN_MAX} more</li> : null}
    </ul>
  );
}

function WouldBeAlerts({ alerts }: { alerts: readonly WouldBeAlert[] }) {
  const zone = useTimeZone();
  if (alerts.length === 0) return null;
  const newest = alerts.slice(-ALERTS_SHOWN_MAX).reverse();
  return (
    <ul className="rule-preview-alerts" aria-label="Alerts that would have been open">
      {newest.map(({ group, fromMs, toMs }) => (
        <li key={`${group} ${fromMs}`}>
          {formatMinute(fromMs, zone)} {toMs === null ? 'until now' : `to ${formatMinute(toMs, zone)}`}{' '}
          {group === '' ? '' : <span className="dim">{group}</span>}
        </li>
      ))}
      {alerts.length > newest.length ? <li className="dim">and {alerts.length - newest.length} before</li> : null}
    </ul>
  );
}
