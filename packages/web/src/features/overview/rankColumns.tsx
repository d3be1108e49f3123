import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import type { SearchText } from '../../routing/searchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { approximate } from '../../ui/approximate.ts';
import { formatCount, formatTokenFlow } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { CostCell } from './costWords.tsx';
import { isHigh } from './errorShare.ts';

/** A column of numbers in a ranking. */
export interface RankColumn {
  label: string;
  cell: (row: QueryRow) => ReactNode;
}

/** What the columns below are made of. */
export const USAGE_MEASURES = [
  'cost_usd',
  'errors',
  'error_rate',
  'latency_ms_p95',
  'input_tokens',
  'output_tokens',
  'unpriced_calls',
  'estimated_calls',
] as const;

export const countColumn = (label: string, measure: string): RankColumn => ({ label, cell: (row) => formatCount(numberOf(row, measure)) });

/** The share that failed, which leads to the traces it happened in. `filterOf` answers null where no filter can name the group. */
export const errorsColumn = (filterOf: (row: QueryRow) => SearchText | null): RankColumn => ({
  label: 'Errors',
  cell: (row) => {
    const rate = numberOf(row, 'error_rate');
    const errors = numberOf(row, 'errors') ?? 0;
    const filter = filterOf(row);
    const tone = isHigh(rate) ? 'worse' : '';
    if (errors === 0 || filter === null) return <span className={tone}>{formatPercent(rate)}</span>;
    return (
      <Link
        to="/traces"
        search={(search) => ({ ...keepRange(search), ...filter, status: 'error' })}
        className={`link-plain ${tone}`}
        title={`${formatCount(errors)} failed: show their traces`}
      >
        {formatPercent(rate)}
      </Link>
    );
  },
});

function tokensText(row: QueryRow): string | null {
  const flow = formatTokenFlow(numberOf(row, 'input_tokens'), numberOf(row, 'output_tokens'));
  return flow === null ? null : approximate((numberOf(row, 'estimated_calls') ?? 0) > 0, flow);
}

/** How long, how much, and for how much. */
export const USAGE_COLUMNS: readonly RankColumn[] = [
  { label: 'p95', cell: (row) => formatDurationMs(numberOf(row, 'latency_ms_p95')) },
  { label: 'Tokens', cell: (row) => tokensText(row) },
  {
    label: 'Cost',
    cell: (row) => (
      <CostCell
        costUsd={textOf(row, 'cost_usd')}
        unpricedCalls={numberOf(row, 'unpriced_calls') ?? 0}
        estimatedCalls={numberOf(row, 'estimated_calls') ?? 0}
      />
    ),
  },
];
