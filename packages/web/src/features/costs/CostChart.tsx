import { Table2 } from 'lucide-react';
import { useMemo } from 'react';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { utcText } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Button } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import '../overview/chartPanel.css';
import { chartData } from '../overview/chartQuestion.ts';
import { ChartTable } from '../overview/ChartTable.tsx';
import { formatQuantityOf, formatTick, summaryOf } from '../overview/chartWords.ts';
import { labelOf } from './costDimensions.ts';
import { chartWordsOf } from './costQuestion.ts';
import { GROUP_FIELD, withGroupName } from './readCosts.ts';
import type { ShownCosts } from './useCosts.ts';

const SECOND_MS = 1000;

/** The foremost groups over time, as a chart or as a table. A drag zooms the whole page. */
export function CostChart({ question, costs }: ShownCosts) {
  const zone = useTimeZone();
  const { setRange } = useTimeRange();
  const setSearch = useSetSearchText();
  const asTable = useSearchText().as === 'table';
  const { interval, series } = costs;
  const words = useMemo(() => chartWordsOf(question), [question]);
  const data = useMemo(
    () => chartData(withGroupName(series.groups, question.dimensions), series.whole, words, GROUP_FIELD),
    [series, question, words],
  );
  const drawn = useMemo(
    () =>
      data.series.map(({ label, values, exact }) => ({ label, values, text: (index: number) => formatQuantityOf(exact[index] ?? null, words.unit) })),
    [data, words],
  );
  const title = `${words.label} per ${interval.words} by ${question.dimensions.map((name) => labelOf(name).toLowerCase()).join(' and ')}`;
  const summary = summaryOf(data, words, interval, zone);
  const zoom = (fromMs: number, toMs: number) => {
    const from = Math.floor(fromMs / SECOND_MS) * SECOND_MS;
    setRange({ from: utcText(from), to: utcText(Math.max(from + SECOND_MS, Math.ceil(toMs / SECOND_MS) * SECOND_MS)) });
  };
  return (
    <Panel
      className="chart-panel"
      title={title}
      note={words.unitWords}
      end={
        <Button variant="ghost" aria-pressed={asTable} onClick={() => setSearch({ as: asTable ? undefined : 'table' })}>
          <Table2 aria-hidden="true" />
          Table
        </Button>
      }
    >
      {data.series.length === 0 ? (
        <EmptyState title={`No ${words.label.toLowerCase()} in this range`}>Choose another measure or a longer range.</EmptyState>
      ) : (
        <div className="chart-panel-body">
          <div className="chart-legend">
            <ul>
              {data.series.map(({ label }, index) => (
                <li key={label}>
                  <i className={`chart-swatch chart-swatch-${index + 1}`} aria-hidden="true" />
                  <span className="truncate costs-legend" title={label}>
                    {label}
                  </span>
                </li>
              ))}
            </ul>
            <p>{summary}</p>
          </div>
          {asTable ? (
            <ChartTable data={data} words={words} intervalWords={interval.words} />
          ) : (
            <TimeChart
              times={data.times}
              series={drawn}
              shape={words.adds ? 'bars' : 'lines'}
              formatTick={(value) => formatTick(value, words.unit)}
              zone={zone}
              summary={`${title}. ${summary}`}
              onZoom={zoom}
            />
          )}
        </div>
      )}
    </Panel>
  );
}
