import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AlertTriangle } from 'lucide-react';
import { metricsQuery, numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { formatCount, formatQuantity, formatTokenFlow } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { isHigh } from './errorShare.ts';
import { CostCell } from './costWords.tsx';
import { RankPanel } from './RankPanel.tsx';

const ROWS_MAX = 50;
const NAMED_MAX = 3;

/** Which models were called in the range, what they cost, and which of them have no price. */
export function ModelsPanel() {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const models = useQuery({
    ...metricsQuery({
      measures: ['cost_usd', 'calls', 'error_rate', 'latency_ms_p95', 'input_tokens', 'output_tokens', 'unpriced_calls'],
      group_by: ['provider', 'model'],
      filters: [
        { field: 'model', op: 'exists', value: true },
        { field: 'kind', op: 'in', value: ['llm', 'embedding', 'reranker'] },
      ],
      from: range.from,
      to: range.to,
      limit: ROWS_MAX,
    }),
    refetchInterval,
  });
  return (
    <RankPanel
      title="Models"
      note={describeRange(range, zone).toLowerCase()}
      query={models}
      rowsMax={ROWS_MAX}
      empty="No model was called in this range"
      columns={['Model', 'Calls', 'Errors', 'p95', 'Tokens', 'Cost']}
      renderNotice={(rows) => <UnpricedNotice rows={rows} />}
      rowKey={(row) => `${textOf(row, 'provider')} ${textOf(row, 'model')}`}
      renderRow={(row) => {
        const model = textOf(row, 'model') ?? '';
        const provider = textOf(row, 'provider');
        return (
          <>
            <th scope="row" className="table-name">
              <span className="model-name">
                <Link
                  to="/traces"
                  search={(search) => ({ ...keepRange(search), model })}
                  className="link truncate"
                  title={provider === null ? model : `${model} (${provider})`}
                >
                  {model}
                </Link>
                {provider === null ? null : <span className="dim model-provider">{provider}</span>}
              </span>
            </th>
            <td className="num" data-label="Calls">
              {formatCount(numberOf(row, 'calls'))}
            </td>
            <td className={isHigh(numberOf(row, 'error_rate')) ? 'num worse' : 'num'} data-label="Errors">
              {formatPercent(numberOf(row, 'error_rate'))}
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

function UnpricedNotice({ rows }: { rows: readonly QueryRow[] }) {
  const unpriced = rows.filter((row) => (numberOf(row, 'unpriced_calls') ?? 0) > 0);
  if (unpriced.length === 0) return null;
  const calls = unpriced.reduce((total, row) => total + (numberOf(row, 'unpriced_calls') ?? 0), 0);
  const names = unpriced.slice(0, NAMED_MAX).map((row) => textOf(row, 'model'));
  const more = unpriced.length - names.length;
  return (
    <p className="models-unpriced">
      <AlertTriangle aria-hidden="true" />
      <span>
        {formatQuantity(calls, 'call')} of {names.join(', ')}
        {more > 0 ? ` and ${more} more` : ''} have no known price: no cost on this page includes them.
      </span>
    </p>
  );
}
