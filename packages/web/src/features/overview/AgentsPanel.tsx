import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { metricsQuery, numberOf, textOf } from '../../api/metrics.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { formatCount, formatTokenFlow } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { isHigh } from './errorShare.ts';
import { CostCell } from './costWords.tsx';
import { RankPanel } from './RankPanel.tsx';

const ROWS_MAX = 50;

/** What each agent did in the range. */
export function AgentsPanel() {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const agents = useQuery({
    ...metricsQuery({
      measures: ['cost_usd', 'runs', 'errors', 'error_rate', 'latency_ms_p95', 'input_tokens', 'output_tokens', 'unpriced_calls'],
      group_by: ['agent_id'],
      from: range.from,
      to: range.to,
      limit: ROWS_MAX,
    }),
    refetchInterval,
  });
  return (
    <RankPanel
      title="Agents"
      note={describeRange(range, zone).toLowerCase()}
      query={agents}
      rowsMax={ROWS_MAX}
      empty="No agent was seen in this range"
      columns={['Agent', 'Runs', 'Errors', 'p95', 'Tokens', 'Cost']}
      rowKey={(row) => textOf(row, 'agent_id') ?? ''}
      renderRow={(row) => {
        const agent = textOf(row, 'agent_id');
        const errors = numberOf(row, 'errors') ?? 0;
        return (
          <>
            <th scope="row" className="table-name">
              {agent === null ? (
                <span className="dim">no agent named</span>
              ) : (
                <Link to="/traces" search={(search) => ({ ...keepRange(search), agent_id: agent })} className="link truncate" title={agent}>
                  {agent}
                </Link>
              )}
            </th>
            <td className="num" data-label="Runs">
              {formatCount(numberOf(row, 'runs'))}
            </td>
            <td className="num" data-label="Errors">
              {errors === 0 || agent === null ? (
                formatPercent(numberOf(row, 'error_rate'))
              ) : (
                <Link
                  to="/traces"
                  search={(search) => ({ ...keepRange(search), agent_id: agent, status: 'error' })}
                  className={isHigh(numberOf(row, 'error_rate')) ? 'link-plain worse' : 'link-plain'}
                  title={`${formatCount(errors)} failed: show their traces`}
                >
                  {formatPercent(numberOf(row, 'error_rate'))}
                </Link>
              )}
            </td>
            <td className="num" data-label="p95">
              {formatDurationMs(numberOf(row, 'latency_ms_p95'))}
            </td>
            <td className="num" data-label="Tokens">
              {formatTokenFlow(numberOf(row, 'input_tokens'), numberOf(row, 'output_tokens'))}
            </td>
            <td className="num" data-label="Cost">
              <CostCell costUsd={textOf(row, 'cost_usd')} unpricedCalls={numberOf(row, 'unpriced_calls') ?? 0} />
            </td>
          </>
        );
      }}
    />
  );
}
