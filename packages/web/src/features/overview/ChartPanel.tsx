import type { QuerySpecInput } from '@sightglass/contract/querySpec';
import { useQuery } from '@tanstack/react-query';
import { Table2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { metricsQuery } from '../../api/metrics.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { type Interval, intervalFor } from '../../time/interval.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { describeRange, resolveRange, utcText } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Button } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import { ChartTable } from './ChartTable.tsx';
import { type ChartData, type ChartSplits, chartData, MEASURE_WORDS, type MeasureWords, OVERVIEW_SPLITS, SERIES_MAX } from './chartQuestion.ts';
import { formatQuantityOf, formatTick, summaryOf } from './chartWords.ts';
import './chartPanel.css';

const POINTS_MAX = 100;
/** What is asked beside the measure and the range. */
type ChartScope = Pick<QuerySpecInput, 'source' | 'filters'>;
const EVERYTHING: ChartScope = {};

interface ChartPanelProps {
  /** What can be shown, by its name in the URL; the first is shown unless another is chosen. */
  measures?: Readonly<Record<string, MeasureWords>>;
  /** By their names in the URL; the first likewise. */
  splits?: ChartSplits;
  scope?: ChartScope;
}

/** One quantity over the range of the page, as a chart or as a table. What is shown stands in the URL. */
export function ChartPanel({ measures = MEASURE_WORDS, splits = OVERVIEW_SPLITS, scope = EVERYTHING }: ChartPanelProps) {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const [usual = ''] = Object.keys(measures);
  const [whole = ''] = Object.keys(splits);
  const measure = Object.hasOwn(measures, search.chart ?? '') ? (search.chart ?? usual) : usual;
  const split = Object.hasOwn(splits, search.split ?? '') ? (search.split ?? whole) : whole;
  const asTable = search.as === 'table';
  const words = measures[measure] as MeasureWords;
  const field = splits[split]?.field ?? null;
  const zone = useTimeZone();
  const { range, setRange } = useTimeRange();
  const { data, interval, error, pending, stale, retry } = useChartData(words, field, scope);

  return (
    <Panel
      className="chart-panel"
      title={`${words.label} per ${interval.words}`}
      note={`${words.unitWords} · ${describeRange(range, zone).toLowerCase()}`}
      end={
        <>
          <label className="visually-hidden" htmlFor="chart-measure">
            Measure
          </label>
          <select
            id="chart-measure"
            className="field"
            value={measure}
            onChange={(event) => setSearch({ chart: event.target.value === usual ? undefined : event.target.value })}
          >
            {Object.entries(measures).map(([each, { label }]) => (
              <option key={each} value={each}>
                {label}
              </option>
            ))}
          </select>
          <label className="visually-hidden" htmlFor="chart-split">
            Split
          </label>
          <select
            id="chart-split"
            className="field"
            value={split}
            onChange={(event) => setSearch({ split: event.target.value === whole ? undefined : event.target.value })}
          >
            {Object.entries(splits).map(([each, { label }]) => (
              <option key={each} value={each}>
                {label}
              </option>
            ))}
          </select>
          <Button variant="ghost" aria-pressed={asTable} onClick={() => setSearch({ as: asTable ? undefined : 'table' })}>
            <Table2 aria-hidden="true" />
            Table
          </Button>
        </>
      }
    >
      {error !== null && data === null ? (
        <ProblemState error={error} what={`${words.label} could not be read`} onRetry={retry} />
      ) : pending || data === null ? (
        <div className="chart-panel-body" aria-busy="true">
          <Skeleton height="244px" />
        </div>
      ) : isEmpty(data, words) ? (
        <EmptyState title={`No ${words.label.toLowerCase()} in this range`}>Choose a longer range, or wait for the next call.</EmptyState>
      ) : (
        <div className={stale ? 'chart-panel-body chart-panel-stale' : 'chart-panel-body'}>
          <Legend data={data} words={words} named={field !== null} interval={interval} />
          {asTable ? (
            <ChartTable data={data} words={words} intervalWords={interval.words} />
          ) : (
            <Chart data={data} words={words} interval={interval} onZoom={(fromMs, toMs) => setRange(zoomed(fromMs, toMs))} />
          )}
        </div>
      )}
    </Panel>
  );
}

/** The answer for the range of the URL. With a split two questions are asked: the groups, and the whole for the remainder. */
function useChartData(words: MeasureWords, field: string | null, scope: ChartScope) {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const [openedAtMs] = useState(() => Date.now());
  const { fromMs, toMs } = resolveRange(range, openedAtMs);
  const interval = intervalFor(toMs - fromMs, POINTS_MAX);
  const question = { ...scope, measures: [words.measure], from: range.from, to: range.to, interval: interval.text, time_zone: zone };
  const whole = useQuery({ ...metricsQuery(question), refetchInterval });
  const groups = useQuery({
    ...metricsQuery({ ...question, group_by: field === null ? [] : [field], limit: SERIES_MAX }),
    enabled: field !== null,
    refetchInterval,
  });
  const wholeRows = whole.data?.rows;
  const groupRows = field === null ? undefined : groups.data?.rows;
  // An answer to the question before may not have the columns of this one.
  const fits = wholeRows !== undefined && !whole.isPlaceholderData && (field === null || (groupRows !== undefined && !groups.isPlaceholderData));
  const fresh = useMemo(
    () => (fits && wholeRows !== undefined ? chartData(groupRows ?? [], wholeRows, words, field) : null),
    [fits, wholeRows, groupRows, words, field],
  );
  const [shown, setShown] = useState<{ data: ChartData; words: MeasureWords; field: string | null; scope: ChartScope } | null>(null);
  if (fresh !== null && shown?.data !== fresh) setShown({ data: fresh, words, field, scope });
  const kept = shown !== null && shown.words === words && shown.field === field && shown.scope === scope ? shown.data : null;
  const data = fresh ?? kept;
  return {
    data,
    interval,
    error: whole.error ?? (field === null ? null : groups.error),
    pending: data === null && (whole.isFetching || groups.isFetching),
    stale: fresh === null,
    retry: () => {
      void whole.refetch();
      if (field !== null) void groups.refetch();
    },
  };
}

function Chart({
  data,
  words,
  interval,
  onZoom,
}: {
  data: ChartData;
  words: MeasureWords;
  interval: Interval;
  onZoom: (fromMs: number, toMs: number) => void;
}) {
  const zone = useTimeZone();
  const series = useMemo(
    () =>
      data.series.map(({ label, values, exact }) => ({ label, values, text: (index: number) => formatQuantityOf(exact[index] ?? null, words.unit) })),
    [data, words],
  );
  return (
    <TimeChart
      times={data.times}
      series={series}
      shape={words.adds ? 'bars' : 'lines'}
      formatTick={(value) => formatTick(value, words.unit)}
      zone={zone}
      summary={`${words.label} per ${interval.words}. ${summaryOf(data, words, interval, zone)}`}
      onZoom={onZoom}
    />
  );
}

function Legend({ data, words, named, interval }: { data: ChartData; words: MeasureWords; named: boolean; interval: Interval }) {
  const zone = useTimeZone();
  return (
    <div className="chart-legend">
      {!named ? null : (
        <ul>
          {data.series.map(({ label }, index) => (
            <li key={label}>
              <i className={`chart-swatch chart-swatch-${index + 1}`} aria-hidden="true" />
              {label}
            </li>
          ))}
        </ul>
      )}
      <p>{summaryOf(data, words, interval, zone)}</p>
    </div>
  );
}

/** Nothing added up, or nothing measured: a rate of 0 is something. */
function isEmpty(data: ChartData, { adds }: MeasureWords): boolean {
  return data.series.every(({ values }) => values.every((value) => value === null || (adds && value === 0)));
}

/** A dragged range to whole seconds, one at least. */
function zoomed(fromMs: number, toMs: number): { from: string; to: string } {
  const from = Math.floor(fromMs / 1000) * 1000;
  const to = Math.max(from + 1000, Math.ceil(toMs / 1000) * 1000);
  return { from: utcText(from), to: utcText(to) };
}
