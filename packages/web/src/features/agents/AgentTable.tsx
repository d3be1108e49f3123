import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { numberOf, textOf } from '../../api/metrics.ts';
import { TracesLink } from '../../measures/TracesLink.tsx';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { CostCell } from '../overview/costWords.tsx';
import { isHigh } from '../overview/errorShare.ts';
import { type AgentLine, type AgentSort, type LineOrder, writeOrder } from './agentLines.ts';
import { AgentStatusTag } from './AgentStatusTag.tsx';
import { HealthScore } from './HealthScore.tsx';
import { Sparkline } from './Sparkline.tsx';

interface AgentTableProps {
  lines: readonly AgentLine[];
  order: LineOrder;
  isStale: boolean;
}

/** Agents under one another: who, whether healthy, and what they did in the range; cards on phones. */
export function AgentTable({ lines, order, isStale }: AgentTableProps) {
  return (
    <div className={isStale ? 'table-scroll agents-stale' : 'table-scroll'}>
      <table className="table table-cards agents-table">
        <thead>
          <tr>
            <SortHeader by="name" label="Agent" order={order} />
            <th scope="col">Heartbeat</th>
            <SortHeader by="health" label="Health" order={order} />
            <th scope="col">Activity</th>
            <SortHeader by="runs" label="Runs" order={order} isNumber />
            <SortHeader by="errors" label="Errors" order={order} isNumber />
            <SortHeader by="latency" label="p95" order={order} isNumber />
            <SortHeader by="cost" label="Cost" order={order} isNumber />
            <SortHeader by="seen" label="Last seen" order={order} isNumber />
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <AgentRow key={line.agent.agent_id} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AgentRow({ line: { agent, figures, activity } }: { line: AgentLine }) {
  const { agent_id: agentId, name, owner, department } = agent;
  const rate = figures && numberOf(figures, 'error_rate');
  const done = activity.reduce((sum, value) => sum + value, 0);
  const belongs = [department, owner].filter((text) => text !== null).join(' · ');
  return (
    <tr>
      <th scope="row" className="table-name">
        <span className="agent-name">
          <Link to="/agents/$agentId" params={{ agentId }} search={keepRange} className="link truncate" title={agentId}>
            {name ?? agentId}
          </Link>
          {name === null && belongs === '' ? null : (
            <small className="truncate" title={[name === null ? '' : agentId, belongs].filter(Boolean).join(' · ')}>
              {[name === null ? '' : agentId, belongs].filter(Boolean).join(' · ')}
            </small>
          )}
        </span>
      </th>
      <td data-label="Heartbeat">
        <AgentStatusTag status={agent.status} />
      </td>
      <td data-label="Health">
        <HealthScore health={agent.health} of={name ?? agentId} />
      </td>
      <td data-label="Activity">
        <Sparkline values={activity} words={`${formatQuantity(done, 'run or call', 'runs and calls')} over the range`} />
      </td>
      <td className="num" data-label="Runs">
        {formatCount(figures && numberOf(figures, 'runs'))}
      </td>
      <td className="num" data-label="Errors">
        {rate === null || rate === 0 ? (
          formatPercent(rate)
        ) : (
          <TracesLink filters={{ agent_id: agentId, status: 'error' }} title="Traces with failures" className="link-plain">
            <span className={isHigh(rate) ? 'worse' : undefined}>{formatPercent(rate)}</span>
          </TracesLink>
        )}
      </td>
      <td className="num" data-label="p95">
        {formatDurationMs(figures && numberOf(figures, 'latency_ms_p95'))}
      </td>
      <td className="num" data-label="Cost">
        {figures === null ? (
          <span className="dim">–</span>
        ) : (
          <CostCell
            costUsd={textOf(figures, 'cost_usd')}
            unpricedCalls={numberOf(figures, 'unpriced_calls') ?? 0}
            estimatedCalls={numberOf(figures, 'estimated_calls') ?? 0}
          />
        )}
      </td>
      <td className="num" data-label="Last seen">
        {agent.last_seen_at === null ? <span className="dim">never</span> : <RelativeTime time={agent.last_seen_at} />}
      </td>
    </tr>
  );
}

function SortHeader({ by, label, order, isNumber = false }: { by: AgentSort; label: string; order: LineOrder; isNumber?: boolean }) {
  const setSearch = useSetSearchText();
  const sorted = order.by === by;
  // Names begin with A, everything else with the most.
  const next = { by, descending: sorted ? !order.descending : by !== 'name' && by !== 'health' };
  return (
    <th scope="col" className={isNumber ? 'num' : undefined} aria-sort={sorted ? (order.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="agents-sort" onClick={() => setSearch({ sort: writeOrder(next) }, { push: true })}>
        {label}
        {sorted ? order.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" /> : null}
      </button>
    </th>
  );
}
