import { numberOf, type QueryRow, textOf } from '../api/metrics.ts';
import { isHigh } from '../features/overview/errorShare.ts';
import { RelativeTime } from '../time/RelativeTime.tsx';
import { formatPercent } from '../ui/formatPercent.ts';
import type { MeasureColumn } from './MeasureTable.tsx';
import { TracesLink } from './TracesLink.tsx';

/** The share that failed, red from where it matters, and the way to the failed traces where a filter can name the group. */
export function errorRateColumn(measure: string, filtersOf?: (row: QueryRow) => Readonly<Record<string, string | null>>): MeasureColumn {
  return {
    label: 'Errors',
    measure,
    unit: 'ratio',
    cell: (row) => {
      const rate = numberOf(row, measure);
      const shown = <span className={isHigh(rate) ? 'worse' : undefined}>{formatPercent(rate)}</span>;
      if (filtersOf === undefined || rate === null || rate === 0) return shown;
      return (
        <TracesLink filters={{ ...filtersOf(row), status: 'error' }} title="Traces with failures" className="link-plain">
          {shown}
        </TracesLink>
      );
    },
  };
}

/** What the newest failure said, and when that was. */
export function LastError({ row, prefix = '' }: { row: QueryRow; prefix?: string }) {
  const words = textOf(row, `${prefix}last_error`);
  const at = textOf(row, `${prefix}last_error_at`);
  if (words === null) return <span className="dim">–</span>;
  return (
    <span className="measure-error" title={words}>
      <span className="truncate">{words}</span>
      {at === null ? null : (
        <span className="dim">
          <RelativeTime time={at} />
        </span>
      )}
    </span>
  );
}
