import type { QuerySpecInput } from '@sightglass/contract/querySpec';
import { useMemo, useState } from 'react';
import { numberOf, textOf } from '../api/metrics.ts';
import { ProblemState } from '../api/ProblemState.tsx';
import '../features/overview/chartPanel.css';
import { intervalFor } from '../time/interval.ts';
import { resolveRange, utcText } from '../time/timeRange.ts';
import { useTimeZone } from '../time/timeZone.ts';
import { useTimeRange } from '../time/useTimeRange.ts';
import { epochMs } from '../ui/formatTime.ts';
import { Panel } from '../ui/Panel.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { EmptyState } from '../ui/StateMessage.tsx';
import { TimeChart } from '../ui/TimeChart.tsx';
import { formatMeasure, type MeasureUnit } from './formatMeasure.ts';
import { useMeasures } from './useMeasures.ts';

interface LinesPanelProps {
  title: string;
  unit: MeasureUnit;
  unitWords: string;
  lines: readonly { label: string; measure: string }[];
  scope: Pick<QuerySpecInput, 'source' | 'filters'>;
  /** Said where nothing was measured. */
  empty: string;
}

const POINTS_MAX = 100;
const SECOND_MS = 1000;

/** Several measures of one unit over the range, each a line. A drag zooms the whole page. */
export function LinesPanel({ title, unit, unitWords, lines, scope, empty }: LinesPanelProps) {
  const zone = useTimeZone();
  const { range, setRange } = useTimeRange();
  const [openedAtMs] = useState(() => Date.now());
  const { fromMs, toMs } = resolveRange(range, openedAtMs);
  const interval = intervalFor(toMs - fromMs, POINTS_MAX);
  const query = useMeasures({ ...scope, measures: lines.map(({ measure }) => measure), interval: interval.text, time_zone: zone });
  const rows = query.data?.rows;
  const drawn = useMemo(() => {
    const timed = (rows ?? []).map((row) => ({ row, time: epochMs(textOf(row, 'time') ?? '') }));
    const series = lines
      .map(({ label, measure }, index) => {
        const values = timed.map(({ row }) => numberOf(row, measure));
        return { label, values, colour: index + 1, text: (at: number) => formatMeasure(values[at], unit) };
      })
      .filter(({ values }) => values.some((value) => value !== null));
    return { times: timed.map(({ time }) => time), series };
  }, [rows, lines, unit]);
  const latest = drawn.series
    .map(
      ({ label, values }) =>
        `${label} ${formatMeasure(
          values.findLast((value) => value !== null),
          unit,
        )}`,
    )
    .join(', ');
  return (
    <Panel className="chart-panel" title={`${title} per ${interval.words}`} note={unitWords}>
      {rows === undefined ? (
        query.error !== null ? (
          <ProblemState error={query.error} what={`${title} could not be read`} onRetry={() => void query.refetch()} />
        ) : (
          <div className="chart-panel-body" aria-busy="true">
            <Skeleton height="220px" />
          </div>
        )
      ) : drawn.series.length === 0 ? (
        <EmptyState title={`No ${title.toLowerCase()} in this range`}>{empty}</EmptyState>
      ) : (
        <div className="chart-panel-body">
          <div className="chart-legend">
            <ul>
              {drawn.series.map(({ label, colour }) => (
                <li key={label}>
                  <i className={`chart-swatch chart-swatch-${colour}`} aria-hidden="true" />
                  {label}
                </li>
              ))}
            </ul>
            <p>Latest: {latest}</p>
          </div>
          <TimeChart
            times={drawn.times}
            series={drawn.series}
            shape="lines"
            formatTick={(value) => formatMeasure(value, unit)}
            zone={zone}
            summary={`${title} per ${interval.words}. Latest: ${latest}`}
            onZoom={(from, to) => {
              const start = Math.floor(from / SECOND_MS) * SECOND_MS;
              setRange({ from: utcText(start), to: utcText(Math.max(start + SECOND_MS, Math.ceil(to / SECOND_MS) * SECOND_MS)) });
            }}
          />
        </div>
      )}
    </Panel>
  );
}
