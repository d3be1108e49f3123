import type { AlertDetail } from '@sightglass/contract/alert';
import type { AlertRule } from '@sightglass/contract/alertRule';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { ruleSeriesQuery } from '../../api/alerts.ts';
import { alertRuleQuery } from '../../api/alertRules.ts';
import { measuresQuery } from '../../api/metrics.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { useNow } from '../../time/now.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import { conditionWords, type MeasuresByName, watchedBy } from '../alertRules/ruleWords.ts';
import { ownRule, ownSeries, seriesRange } from './alertSeries.ts';
import { formatAlertValue, thresholdWords, unitOfAlert } from './alertWords.ts';
import '../overview/chartPanel.css';

const NO_MEASURES: MeasuresByName = new Map();
const MINUTE_MS = 60_000;

/** What the rule measured around the alert, with its limit, and while the alert was open. */
export function AlertSeries({ alert }: { alert: AlertDetail }) {
  const rule = useQuery(alertRuleQuery(alert.rule_id));
  const problem = rule.error === null ? undefined : asProblem(rule.error);
  if (rule.data !== undefined) return <RuleSeries alert={alert} rule={rule.data} />;
  return (
    <Frame>
      {problem === undefined ? (
        <Pending />
      ) : problem.status === 404 ? (
        <EmptyState title="The rule was deleted">What it measured can no longer be drawn; traces and logs of that time are still there.</EmptyState>
      ) : problem.status === 403 ? (
        <EmptyState title="You may not see the rule">Your role has not the permission to read the configuration of the workspace.</EmptyState>
      ) : (
        <ProblemState error={rule.error} what="The rule could not be read" onRetry={() => void rule.refetch()} />
      )}
    </Frame>
  );
}

function Frame({ note, children }: { note?: ReactNode; children: ReactNode }) {
  return (
    <Panel title="What was measured" className="chart-panel" note={note}>
      {children}
    </Panel>
  );
}

const Pending = () => (
  <div className="chart-panel-body" aria-busy="true">
    <Skeleton height="220px" />
  </div>
);

function RuleSeries({ alert, rule }: { alert: AlertDetail; rule: AlertRule }) {
  const zone = useTimeZone();
  const now = useNow(MINUTE_MS);
  const measures = useQuery(measuresQuery).data ?? NO_MEASURES;
  const { from, to } = seriesRange(alert, rule.evaluation_window_minutes, now);
  const query = useQuery(ruleSeriesQuery(ownRule(rule, alert.labels), from, to));
  const { triggered_at, resolved_at, labels } = alert;
  const unit = unitOfAlert(alert, measures);
  const drawn = useMemo(() => {
    if (query.data === undefined) return undefined;
    const { times, values } = ownSeries(query.data, labels);
    return { times, series: [{ label: 'Value', values, text: (index: number) => formatAlertValue(values[index] ?? null, unit) }] };
  }, [query.data, labels, unit]);
  const stretches = useMemo(
    () => [{ fromMs: Date.parse(triggered_at), toMs: resolved_at === null ? now : Date.parse(resolved_at) }],
    [triggered_at, resolved_at, now],
  );
  const limit = thresholdWords(alert, unit);
  const wasChanged = Date.parse(rule.updated_at) > Date.parse(triggered_at);
  const openWords = `open from ${formatMinute(Date.parse(triggered_at), zone)} ${resolved_at === null ? 'until now' : `to ${formatMinute(Date.parse(resolved_at), zone)}`}`;
  const words = conditionWords(watchedBy(rule), measures);
  return (
    <Frame note={words}>
      {query.error !== null && drawn === undefined ? (
        <ProblemState error={query.error} what="What was measured could not be read" onRetry={() => void query.refetch()} />
      ) : drawn === undefined ? (
        <Pending />
      ) : drawn.times.length < 2 ? (
        <EmptyState title="There is no curve to draw">
          {rule.kind === 'sql_query'
            ? 'A query of your own says only what is the case now.'
            : 'The rule measures nothing over time, or nothing was measured then.'}
        </EmptyState>
      ) : (
        <div className="chart-panel-body">
          <div className="chart-legend">
            <ul>
              <li>
                <i className="chart-swatch chart-swatch-1" aria-hidden="true" />
                Value
              </li>
              {alert.threshold === null ? null : (
                <li>
                  <i className="alert-swatch-limit" aria-hidden="true" />
                  Alerts {limit}
                </li>
              )}
              <li>
                <i className="alert-swatch-open" aria-hidden="true" />
                Alert {openWords}
              </li>
            </ul>
            {wasChanged ? <p>The rule was changed since: the value is measured as it would be now.</p> : null}
          </div>
          <TimeChart
            times={drawn.times}
            series={drawn.series}
            shape="lines"
            threshold={alert.threshold}
            stretches={stretches}
            formatTick={(value) => formatAlertValue(value, unit)}
            zone={zone}
            summary={`${words}. Value last ${formatAlertValue(drawn.series[0]?.values.findLast((value) => value !== null) ?? null, unit)}, alerts ${limit}; ${openWords}`}
          />
        </div>
      )}
    </Frame>
  );
}
