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
import {
  CHART_MEASURES,
  CHART_SPLITS,
  type ChartData,
  type ChartMeasure,
  type ChartSplit,
  chartData,
  MEASURE_WORDS,
  type MeasureWords,
  SERIES_MAX,
  SPLIT_FIELDS,
} from './chartQuestion.ts';
import { formatQuantityOf, formatTick, summaryOf } from './chartWords.ts';
import './chartPanel.css';

const POINTS_MAX = 100;
const SPLIT_LABELS: Readonly<Record<ChartSplit, string>> = {
  none: 'No split',
  model: 'By model',
  agent: 'By agent',
  provider: 'By provider',
  kind: 'By kind',
};

/** One quantity over the range of the page, as a chart or as a table. What is shown stands in the URL. */
export function ChartPanel() {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const measure = CHART_MEASURES.find((each) => each === search.chart) ?? 'cost';
  const split = CHART_SPLITS.find((each) => each === search.split) ?? 'none';
  const asTable = search.as === 'table';
  const words = MEASURE_WORDS[measure];
  const zone = useTimeZone();
  const { range, setRange } = useTimeRange();
  const { data, interval, error, pending, stale, retry } = useChartData(words, split);

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
            onChange={(event) => setSearch({ chart: event.target.value === 'cost' ? undefined : event.target.value })}
          >
            {CHART_MEASURES.map((each: ChartMeasure) => (
              <option key={each} value={each}>
                {MEASURE_WORDS[each].label}
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
            onChange={(event) => setSearch({ split: event.target.value === 'none' ? undefined : event.target.value })}
          >
            {CHART_SPLITS.map((each) => (
              <option key={each} value={each}>
                {SPLIT_LABELS[each]}
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
      ) : isEmpty(data) ? (
        <EmptyState title={`No ${words.label.toLowerCase()} in this range`}>Choose a longer range, or wait for the next call.</EmptyState>
      ) : (
        <div className={stale ? 'chart-panel-body chart-panel-stale' : 'chart-panel-body'}>
          <Legend data={data} words={words} split={split} interval={interval} />
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
function useChartData(words: MeasureWords, split: ChartSplit) {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const [openedAtMs] = useState(() => Date.now());
  const { fromMs, toMs } = resolveRange(range, openedAtMs);
  const interval = intervalFor(toMs - fromMs, POINTS_MAX);
  const field = split === 'none' ? null : SPLIT_FIELDS[split];
  const question = { measures: [words.measure], from: range.from, to: range.to, interval: interval.text, time_zone: zone };
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
  const [shown, setShown] = useState<{ data: ChartData; words: MeasureWords; split: ChartSplit } | null>(null);
  if (fresh !== null && shown?.data !== fresh) setShown({ data: fresh, words, split });
  const kept = shown !== null && shown.words === words && shown.split === split ? shown.data : null;
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

function Legend({ data, words, split, interval }: { data: ChartData; words: MeasureWords; split: ChartSplit; interval: Interval }) {
  const zone = useTimeZone();
  return (
    <div className="chart-legend">
      {split === 'none' ? null : (
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

function isEmpty(data: ChartData): boolean {
  return data.series.every(({ values }) => values.every((value) => value === null || value === 0));
}

/** A dragged range to whole seconds, one at least. */
function zoomed(fromMs: number, toMs: number): { from: string; to: string } {
  const from = Math.floor(fromMs / 1000) * 1000;
  const to = Math.max(from + 1000, Math.ceil(toMs / 1000) * 1000);
  return { from: utcText(from), to: utcText(to) };
}
