import type { AlertDetail } from '@sightglass/contract/alert';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ALERTS_REFRESH_MS, alertQuery } from '../../api/alerts.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { Page } from '../../shell/Page.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AlertActions } from './AlertActions.tsx';
import { AlertAttempts } from './AlertAttempts.tsx';
import { AlertSeries } from './AlertSeries.tsx';
import { AlertSummary } from './AlertSummary.tsx';
import { AlertTimeline } from './AlertTimeline.tsx';
import '../../lists/itemPage.css';
import './alerts.css';
import './alertPage.css';

const Crumb = () => (
  <Link to="/alerts" className="page-crumb">
    Alerts /
  </Link>
);

/** What is it, how bad, since when, and what can be done? */
export function AlertPage() {
  const { alertId } = useParams({ from: '/alerts/$alertId' });
  const query = useQuery({ ...alertQuery(alertId), refetchInterval: ALERTS_REFRESH_MS });
  if (query.data !== undefined) return <LoadedAlert alert={query.data} key={alertId} />;
  return (
    <Page title="Alert" heading={<Crumb />}>
      {query.error === null ? (
        <div aria-busy="true" className="item-page">
          <Skeleton height="96px" />
          <Skeleton height="260px" />
        </div>
      ) : asProblem(query.error).status === 404 ? (
        <EmptyState
          title="No such alert in this workspace"
          actions={
            <Link to="/alerts" className={buttonClass('primary')}>
              All alerts
            </Link>
          }
        >
          It may belong to another workspace, or to an agent that is hidden from you.
        </EmptyState>
      ) : (
        <ProblemState error={query.error} what="The alert could not be read" onRetry={() => void query.refetch()} />
      )}
    </Page>
  );
}

function LoadedAlert({ alert }: { alert: AlertDetail }) {
  return (
    <Page
      title={`${alert.rule_name} · Alerts`}
      heading={
        <>
          <Crumb />
          <span className="truncate" title={alert.rule_name}>
            {alert.rule_name}
          </span>
        </>
      }
    >
      <div className="item-page">
        <AlertSummary alert={alert} />
        <AlertActions alert={alert} />
        <AlertSeries alert={alert} />
        <div className="item-columns alert-columns">
          <div>
            <AlertAttempts attempts={alert.notifications} />
          </div>
          <div>
            <AlertTimeline events={alert.timeline} />
          </div>
        </div>
      </div>
    </Page>
  );
}
