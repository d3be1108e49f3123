import type { AlertDetail } from '@sightglass/contract/alert';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { measuresQuery } from '../../api/metrics.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useNow } from '../../time/now.ts';
import { fieldWords, type MeasuresByName } from '../alertRules/ruleWords.ts';
import { logSearch, traceSearch } from './alertLinks.ts';
import { AlertStatusTags, SeverityTag } from './AlertTags.tsx';
import { formatAlertValue, openFor, thresholdWords, unitOfAlert } from './alertWords.ts';

const NO_MEASURES: MeasuresByName = new Map();
const SECOND_MS = 1_000;

/** What is the case, in words and figures, and where to look for why. */
export function AlertSummary({ alert }: { alert: AlertDetail }) {
  const measures = useQuery(measuresQuery).data ?? NO_MEASURES;
  const now = useNow(SECOND_MS);
  const unit = unitOfAlert(alert, measures);
  const limit = thresholdWords(alert, unit);
  const { labels, acknowledged_at, resolved_at } = alert;
  const isOpen = resolved_at === null;
  return (
    <section className={`alert-summary alert-summary-${alert.severity}`} aria-label="The alert">
      <div className="alert-summary-tags">
        <SeverityTag severity={alert.severity} />
        <AlertStatusTags alert={alert} />
      </div>
      <p className="alert-message">{alert.message}</p>
      <dl className="alert-facts">
        <Fact name={isOpen ? 'Value, as last evaluated' : 'Value, when it ended'}>
          {formatAlertValue(alert.value, unit)}
          {limit === '' ? null : <small> {limit}</small>}
        </Fact>
        <Fact name="Since">
          <RelativeTime time={alert.triggered_at} />
        </Fact>
        <Fact name={isOpen ? 'Open for' : 'Was open for'}>{openFor(alert, now)}</Fact>
        {acknowledged_at === null ? null : (
          <Fact name="Acknowledged">
            <RelativeTime time={acknowledged_at} />
            {alert.acknowledged_by === null ? null : <small> by {alert.acknowledged_by}</small>}
          </Fact>
        )}
        {resolved_at === null ? null : (
          <Fact name="Resolved">
            <RelativeTime time={resolved_at} />
            <small> by {alert.resolved_by ?? 'itself'}</small>
          </Fact>
        )}
        <Fact name="Rule">
          <Link to="/alerts/rules/$ruleId" params={{ ruleId: alert.rule_id }} className="link">
            {alert.rule_name}
          </Link>
        </Fact>
        {Object.entries(labels).map(([name, value]) => (
          <Fact key={name} name={fieldWords(name)}>
            <LabelValue name={name} value={value} />
          </Fact>
        ))}
      </dl>
      {alert.resolution_notes === null || alert.resolution_notes === '' ? null : (
        <blockquote className="alert-notes">
          <b>Notes</b>
          {alert.resolution_notes}
        </blockquote>
      )}
      <nav aria-label="In this window" className="alert-ways">
        <span className="dim">In this window:</span>
        <Link to="/traces" search={traceSearch(alert)} className="link">
          Traces
        </Link>
        <Link to="/logs" search={logSearch(alert)} className="link">
          Logs
        </Link>
        <Link to="/alerts" search={{ status: 'resolved', rule_id: alert.rule_id }} className="link">
          Earlier alerts of this rule
        </Link>
      </nav>
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function LabelValue({ name, value }: { name: string; value: string }) {
  if (value === '') return <span className="dim">(none)</span>;
  if (name !== 'agent_id') return value;
  return (
    <Link to="/agents/$agentId" params={{ agentId: value }} className="link">
      {value}
    </Link>
  );
}
