import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
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
  // Once begun, the first run stays until the person goes on: its last step says that the trace has arrived.
  const [firstRun, setFirstRun] = useState<'unknown' | 'shown' | 'done'>('unknown');
  if (firstRun === 'unknown' && firstTrace.data?.first_trace_at === null) setFirstRun('shown');
  const waiting = firstRun === 'shown';
  return (
    <Page title="Overview" timed={!waiting}>
      {firstTrace.isPending ? (
        <>
          <Skeleton height="92px" />
          <Skeleton height="280px" />
        </>
      ) : waiting ? (
        <FirstRun onDone={() => setFirstRun('done')} />
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
