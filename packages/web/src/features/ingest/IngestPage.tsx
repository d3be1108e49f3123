import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AlertTriangle, CheckCircle2 } from 'lucide-react';
import { useMemo } from 'react';
import { ingestHealthQuery } from '../../api/ingest.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { LongerRanges } from '../../filters/LongerRanges.tsx';
import { Page } from '../../shell/Page.tsx';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AccountEquation } from './AccountEquation.tsx';
import { type Account, sumOfAccounts } from './outcomes.ts';
import { ProblemsPanel } from './ProblemsPanel.tsx';
import { QuarantinePanel } from './QuarantinePanel.tsx';
import { verdictOf } from './verdict.ts';
import { inFixedOrder } from './wayIn.ts';
import { WaysInTable } from './WaysInTable.tsx';
import './ingestPage.css';

/** Was anything lost, where, and why? */
export function IngestPage() {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const { data, error, refetch } = useQuery({ ...ingestHealthQuery(range), refetchInterval });
  const items = useMemo(() => inFixedOrder(data ?? []), [data]);
  const sum = useMemo(() => sumOfAccounts(items), [items]);
  const note = describeRange(range, zone).toLowerCase();
  return (
    <Page title="Ingest health" timed>
      {data === undefined ? (
        error === null ? (
          <div className="ingest-loading" aria-busy="true">
            <Skeleton height="118px" />
            <Skeleton height="190px" />
          </div>
        ) : (
          <ProblemState error={error} what="Ingest health could not be read" onRetry={() => void refetch()} />
        )
      ) : (
        <>
          {sum.received === 0 ? (
            <NothingReceived range={note} />
          ) : (
            <Panel title="Everything received" note={note} end={<Verdict sum={sum} />}>
              <AccountEquation account={sum} />
            </Panel>
          )}
          {items.length === 0 ? null : (
            <Panel
              title="By way in"
              note={note}
              end={
                <Link to="/get-started" className="link ingest-help">
                  Address, keys and snippets
                </Link>
              }
            >
              <WaysInTable items={items} />
            </Panel>
          )}
          <ProblemsPanel items={items} />
        </>
      )}
      <QuarantinePanel />
    </Page>
  );
}

function Verdict({ sum }: { sum: Account }) {
  const { wrong, words } = verdictOf(sum);
  return (
    <span className={wrong ? 'ingest-verdict ingest-verdict-wrong' : 'ingest-verdict'} role="status">
      {wrong ? <AlertTriangle aria-hidden="true" /> : <CheckCircle2 aria-hidden="true" />}
      {words}
    </span>
  );
}

function NothingReceived({ range }: { range: string }) {
  return (
    <Panel title="Everything received" note={range}>
      <EmptyState
        title="Nothing was received in this range"
        actions={
          <>
            <LongerRanges />
            <Link to="/get-started" className={buttonClass()}>
              How to send data
            </Link>
          </>
        }
      >
        As soon as something arrives, by whatever way, this page accounts for it.
      </EmptyState>
    </Panel>
  );
}
