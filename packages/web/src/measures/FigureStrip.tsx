import type { ReactNode } from 'react';
import type { QueryRow } from '../api/metrics.ts';
import { ProblemState } from '../api/ProblemState.tsx';
import '../features/overview/kpiStrip.css';
import { formatCountShort } from '../ui/formatCount.ts';
import { Skeleton } from '../ui/Skeleton.tsx';
import { formatMeasure, type MeasureUnit } from './formatMeasure.ts';
import './figureStrip.css';
import type { useMeasures } from './useMeasures.ts';

/** One number of the range. */
export interface Figure {
  label: string;
  measure: string;
  unit: MeasureUnit;
  /** What the number says in full, on hover. */
  title?: string;
  /** Said below the number; null: nothing. */
  note?: (row: QueryRow) => ReactNode;
}

/** The numbers of the whole range beside one another. */
export function FigureStrip({ label, figures, query }: { label: string; figures: readonly Figure[]; query: ReturnType<typeof useMeasures> }) {
  const row = query.data?.rows[0];
  if (row === undefined) {
    return (
      <section className={query.error === null ? 'kpis figures' : 'kpis kpis-failed'} aria-label={label} aria-busy={query.error === null}>
        {query.error !== null ? (
          <ProblemState error={query.error} what={`${label} could not be read`} onRetry={() => void query.refetch()} />
        ) : (
          figures.map(({ measure }) => (
            <div className="kpi" key={measure}>
              <Skeleton width="70px" />
              <Skeleton width="96px" height="24px" />
            </div>
          ))
        )}
      </section>
    );
  }
  return (
    <section className="kpis figures" aria-label={label}>
      {figures.map(({ label: name, measure, unit, title, note }) => (
        <div className="kpi" key={measure}>
          <span className="kpi-name">{name}</span>
          <b title={title}>{shortened(row[measure], unit)}</b>
          <div className="kpi-notes">{note?.(row)}</div>
        </div>
      ))}
    </section>
  );
}

/** Tokens run into millions, for which there is no room. */
const shortened = (value: QueryRow[string] | undefined, unit: MeasureUnit): string =>
  unit === 'tokens' && typeof value === 'number' ? formatCountShort(value) : formatMeasure(value, unit);
