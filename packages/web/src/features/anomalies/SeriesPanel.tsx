import type { AnomalySeries } from '@sightglass/contract/routes/anomalies';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell, Info } from 'lucide-react';
import { useMemo } from 'react';
import { anomalySeriesQuery } from '../../api/anomalies.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import '../overview/chartPanel.css';
import { seriesChart } from './anomalyChart.ts';
import { type AnomalyView, ruleSearch } from './anomalySearch.ts';
import { backtestSentence, formatEstimate } from './anomalyWords.ts';

const CHART_HEIGHT = 240;
const SIDE_WORDS = { both: 'more and less', above: 'only more', below: 'only less' } as const;

/** The last thirty days of a measure beside what was expected, and what a rule would have done. */
export function SeriesPanel({ view }: { view: AnomalyView }) {
  const query = useQuery(anomalySeriesQuery(view));
  const { data, error } = query;
  const name = data?.title ?? view.measure;
  return (
    <Panel
      className="chart-panel"
      title={`${name}, hour by hour`}
      note={`${data?.agent_id ?? (view.agentId === undefined ? 'whole workspace' : view.agentId)} · last 30 days`}
      end={<CreateRule view={view} isReady={data !== undefined && error === null} />}
    >
      {error !== null ? (
        <ProblemState error={error} what="The hours could not be read" onRetry={() => void query.refetch()} />
      ) : data === undefined ? (
        <div className="chart-panel-body" aria-busy="true">
          <Skeleton height={`${CHART_HEIGHT}px`} />
        </div>
      ) : data.points.every(({ value }) => value === null || value === 0) ? (
        <EmptyState title={`No ${data.title.toLowerCase()} in the last 30 days`}>Choose another measure, or another agent.</EmptyState>
      ) : (
        <div className={query.isPlaceholderData ? 'chart-panel-body chart-panel-stale' : 'chart-panel-body'} aria-busy={query.isPlaceholderData}>
          <Hours series={data} />
        </div>
      )}
    </Panel>
  );
}

function Hours({ series }: { series: AnomalySeries }) {
  const { unit, title, time_zone: zone, reason, sides } = series;
  const { times, series: lines, band, stretches } = useMemo(() => seriesChart(series), [series]);
  const sentence = backtestSentence(series);
  return (
    <>
      <div className="chart-legend">
        <ul>
          {lines.slice(0, 2).map(({ label, colour }) => (
            <li key={label}>
              <i className={`chart-swatch chart-swatch-${colour}`} aria-hidden="true" />
              {label}
            </li>
          ))}
          {band === undefined ? null : (
            <li>
              <i className="chart-swatch chart-swatch-7" aria-hidden="true" />
              Usual ({SIDE_WORDS[sides]} than that is told)
            </li>
          )}
        </ul>
        <p role="status">
          <b>{sentence}</b>
        </p>
      </div>
      {reason === null ? null : (
        <p className="anomaly-reason" role="note">
          <Info aria-hidden="true" />
          {reason}
        </p>
      )}
      <TimeChart
        times={times}
        series={lines}
        shape="lines"
        {...(band === undefined ? {} : { band })}
        stretches={stretches}
        formatTick={(value) => formatEstimate(value, unit)}
        zone={zone}
        height={CHART_HEIGHT}
        summary={`${title}, hour by hour, beside what was expected. ${sentence}`}
      />
    </>
  );
}

function CreateRule({ view, isReady }: { view: AnomalyView; isReady: boolean }) {
  const mayChange = useShell().me.permissions.includes('alerts.write');
  const words = (
    <>
      <Bell aria-hidden="true" />
      Create a rule
    </>
  );
  if (!mayChange || !isReady) {
    return (
      <Button disabled title={mayChange ? 'There is nothing to watch' : 'Your role may not change rules'}>
        {words}
      </Button>
    );
  }
  return (
    <Link to="/alerts/rules/new" search={ruleSearch(view)} className={buttonClass()}>
      {words}
    </Link>
  );
}
