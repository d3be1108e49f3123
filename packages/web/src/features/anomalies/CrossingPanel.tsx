import type { Crossing, CrossingOperator } from '@sightglass/contract/routes/anomalies';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { crossingQuery } from '../../api/anomalies.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Button } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import '../overview/chartPanel.css';
import { crossingChart } from './anomalyChart.ts';
import type { AnomalyView } from './anomalySearch.ts';
import { crossingSentence, formatEstimate, OPERATORS } from './anomalyWords.ts';

const CHART_HEIGHT = 200;

const readNumber = (text: string | undefined): number | undefined => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || !Number.isFinite(Number(trimmed)) ? undefined : Number(trimmed);
};

/** When the trend of the chosen measure will cross a threshold. */
export function CrossingPanel({ view }: { view: AnomalyView }) {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const threshold = readNumber(search.threshold);
  const operator = OPERATORS.find(({ value }) => value === search.operator)?.value ?? '>';
  const [typed, setTyped] = useState(search.threshold ?? '');
  const isWrong = typed.trim() !== '' && readNumber(typed) === undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWrong) setSearch({ threshold: typed.trim() });
  };
  return (
    <Panel className="chart-panel" title="When will it cross a threshold?" note="the chosen measure, day by day, up to 30 days ahead">
      <div className="chart-panel-body">
        <form className="anomaly-choice" onSubmit={submit} aria-label="The threshold">
          <SelectField
            label="A day is"
            value={operator}
            options={OPERATORS}
            onChange={(next: CrossingOperator) => setSearch({ operator: next === '>' ? undefined : next })}
          />
          <TextField
            label="Threshold of a day"
            inputMode="decimal"
            placeholder="50"
            value={typed}
            onChange={setTyped}
            problem={isWrong ? 'Write a number, such as 50 or 0.05' : undefined}
          />
          <Button type="submit" disabled={isWrong || typed.trim() === ''}>
            Look ahead
          </Button>
        </form>
        {threshold === undefined ? (
          <p className="dim">Write a threshold in the unit of the measure: dollars, milliseconds, or a share such as 0.05 for 5 %.</p>
        ) : (
          <Ahead view={view} threshold={threshold} operator={operator} />
        )}
      </div>
    </Panel>
  );
}

function Ahead({ view, threshold, operator }: { view: AnomalyView; threshold: number; operator: CrossingOperator }) {
  const { measure, agentId } = view;
  const query = useQuery(crossingQuery({ measure, agentId, threshold, operator }));
  if (query.error !== null) return <ProblemState error={query.error} what="The forecast could not be made" onRetry={() => void query.refetch()} />;
  if (query.data === undefined) {
    return (
      <div aria-busy="true">
        <Skeleton height={`${CHART_HEIGHT}px`} />
      </div>
    );
  }
  return (
    <div className={query.isPlaceholderData ? 'anomalies-stale' : undefined} aria-busy={query.isPlaceholderData}>
      <Days crossing={query.data} />
    </div>
  );
}

function Days({ crossing }: { crossing: Crossing }) {
  const { times, series, band } = useMemo(() => crossingChart(crossing), [crossing]);
  const sentence = crossingSentence(crossing);
  return (
    <>
      <p role="status" className="anomaly-verdict">
        <b>{sentence}</b>
      </p>
      {times.length < 2 ? null : (
        <TimeChart
          times={times}
          series={series}
          shape="lines"
          {...(band === undefined ? {} : { band })}
          threshold={crossing.threshold}
          formatTick={(value) => formatEstimate(value, crossing.unit)}
          zone="UTC"
          height={CHART_HEIGHT}
          summary={`${crossing.title}, day by day, and its forecast. ${sentence}`}
        />
      )}
    </>
  );
}
