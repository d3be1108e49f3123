import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { agentRunsQuery } from '../../api/agents.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';
import type { SearchText } from '../../routing/searchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { formatCount } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { Money } from '../../ui/Money.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { StatusTag } from '../../ui/Tag.tsx';

const RUNS_SHOWN = 10;

/** Its newest runs in the range, each with the way to its trace. */
export function RecentRuns({ agentId }: { agentId: string }) {
  const { range } = useTimeRange();
  const refetchInterval = useRefetchInterval();
  const { data: runs, error, refetch } = useQuery({ ...agentRunsQuery(agentId, range, RUNS_SHOWN), refetchInterval });
  return (
    <Panel
      title="Recent runs"
      end={
        <TracesLink filters={{ agent_id: agentId }} title="Every trace of the agent in this range" className="link">
          All its traces
        </TracesLink>
      }
    >
      {runs === undefined ? (
        error === null ? (
          <div className="agents-pending" aria-busy="true">
            <Skeleton height="120px" />
          </div>
        ) : (
          <ProblemState error={error} what="Its runs could not be read" onRetry={() => void refetch()} />
        )
      ) : runs.length === 0 ? (
        <EmptyState title="No run began in this range">Choose a longer range.</EmptyState>
      ) : (
        <div className="table-scroll">
          <table className="table table-cards agent-runs">
            <TableHead columns={['Run', 'Status', num('Began'), num('Duration'), num('Errors'), num('Cost')]} />
            <tbody>
              {runs.map((run) => (
                <tr key={`${run.trace_id} ${run.span_id}`}>
                  <th scope="row" className="table-name">
                    <Link
                      to="/traces/$traceId"
                      params={{ traceId: run.trace_id }}
                      search={(before: SearchText) => ({ ...keepRange(before), span: run.span_id })}
                      className="link truncate"
                      title={run.run_id}
                    >
                      {run.name}
                    </Link>
                  </th>
                  <td data-label="Status">
                    <StatusTag status={run.status} />
                  </td>
                  <td className="num" data-label="Began">
                    <RelativeTime time={run.started_at} />
                  </td>
                  <td className="num" data-label="Duration">
                    {formatDurationMs(run.duration_ms)}
                  </td>
                  <td className="num" data-label="Errors">
                    <span className={run.errors > 0 ? 'worse' : undefined}>{formatCount(run.errors)}</span>
                  </td>
                  <td className="num" data-label="Cost">
                    <Money usd={run.cost_usd} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
