import type { QuerySpecInput } from '@sightglass/contract/querySpec';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { metricsQuery, type QueryRow } from '../../api/metrics.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Panel } from '../../ui/Panel.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import type { RankColumn } from './rankColumns.tsx';
import { RankTable } from './RankTable.tsx';

const ROWS_MAX = 50;

interface RankPanelProps {
  title: string;
  /** What to ask of the range of the page; the foremost of its first measure come first. */
  question: Pick<QuerySpecInput, 'measures' | 'group_by' | 'filters'>;
  empty: string;
  nameLabel: string;
  renderName: (row: QueryRow) => ReactNode;
  columns: readonly RankColumn[];
  rowKey: (row: QueryRow) => string;
  renderNotice?: (rows: readonly QueryRow[]) => ReactNode;
}

/** The costliest groups of the range, with the states of their table. */
export function RankPanel({ title, question, empty, renderNotice, ...table }: RankPanelProps) {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const query = useQuery({ ...metricsQuery({ ...question, from: range.from, to: range.to, limit: ROWS_MAX }), refetchInterval });
  const rows = query.data?.rows;
  const note = describeRange(range, zone).toLowerCase();
  return (
    <Panel title={title} note={rows !== undefined && rows.length >= ROWS_MAX ? `${note} · the ${ROWS_MAX} costliest` : note}>
      {rows === undefined && query.error !== null ? (
        <ProblemState error={query.error} what={`${title} could not be read`} onRetry={() => void query.refetch()} />
      ) : rows !== undefined && rows.length === 0 ? (
        <EmptyState title={empty}>Choose a longer range.</EmptyState>
      ) : (
        <>
          {rows === undefined ? null : renderNotice?.(rows)}
          <RankTable {...table} rows={rows} />
        </>
      )}
    </Panel>
  );
}
