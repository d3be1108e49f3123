import { useQuery } from '@tanstack/react-query';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { Page } from '../../shell/Page.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { FirstRun } from '../firstRun/FirstRun.tsx';
import { AgentsPanel } from './AgentsPanel.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import { KpiStrip } from './KpiStrip.tsx';
import { ModelsPanel } from './ModelsPanel.tsx';
import './overview.css';

/** Is anything wrong, and what does it cost? Before the first trace: how to send one. */
export function OverviewPage() {
  const firstTrace = useQuery(firstTraceQuery);
  const waiting = firstTrace.data?.first_trace_at === null;
  return (
    <Page title="Overview" timed={!waiting}>
      {firstTrace.isPending ? (
        <>
          <Skeleton height="92px" />
          <Skeleton height="280px" />
        </>
      ) : waiting ? (
        <FirstRun />
      ) : (
        <>
          <KpiStrip />
          <ChartPanel />
          <div className="overview-tables">
            <AgentsPanel />
            <ModelsPanel />
          </div>
        </>
      )}
    </Page>
  );
}
