import type { CostForecast } from '@sightglass/contract/routes/costForecast';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { costForecastQuery } from '../../api/costForecast.ts';
import { isFeatureOff, ProblemState } from '../../api/ProblemState.tsx';
import { Page } from '../../shell/Page.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { CostsNav } from '../costs/CostsNav.tsx';
import { AccuracyPanel } from './AccuracyPanel.tsx';
import { ForecastTotals } from './ForecastTotals.tsx';
import { monthName } from './forecastWords.ts';
import { MonthPanel } from './MonthPanel.tsx';
import { ProjectionPanel } from './ProjectionPanel.tsx';
import './costForecast.css';

const REFRESH_MS = 60_000;

/** Where will this month's bill end, who drives it, and how far may that be trusted? */
export function CostForecastPage() {
  const { data, error, refetch } = useQuery({ ...costForecastQuery, refetchInterval: REFRESH_MS });
  return (
    <Page title="Cost forecast">
      <CostsNav />
      {data === undefined || isFeatureOff(error) ? (
        error === null ? (
          <div className="forecast" aria-busy="true">
            <Skeleton height="92px" />
            <Skeleton height="300px" />
            <Skeleton height="200px" />
          </div>
        ) : (
          <ProblemState error={error} what="The forecast could not be made" onRetry={() => void refetch()} />
        )
      ) : (
        <div className="forecast">
          {error === null ? null : <ProblemState error={error} what="The forecast could not be renewed" onRetry={() => void refetch()} />}
          {isEmpty(data) ? <NothingSpent month={data.month} /> : <Forecast forecast={data} />}
        </div>
      )}
    </Page>
  );
}

function Forecast({ forecast }: { forecast: CostForecast }) {
  const agents = forecast.by_agent.map(({ agent_id, ...projection }) => ({ name: agent_id, projection }));
  const models = forecast.by_model.map(({ model, ...projection }) => ({ name: model, projection }));
  return (
    <>
      <ForecastTotals forecast={forecast} />
      <MonthPanel forecast={forecast} />
      <div className="forecast-tables">
        <ProjectionPanel title="By agent" kind="agent" lines={agents} forecast={forecast} />
        <ProjectionPanel title="By model" kind="model" lines={models} forecast={forecast} />
      </div>
      <AccuracyPanel forecast={forecast} />
    </>
  );
}

function isEmpty({ workspace, by_agent, by_model }: CostForecast): boolean {
  return workspace.history_days === 0 && Number(workspace.spent_usd) === 0 && by_agent.length === 0 && by_model.length === 0;
}

function NothingSpent({ month }: { month: string }) {
  return (
    <EmptyState
      title={`Nothing was spent in ${monthName(month)} or the weeks before it`}
      actions={
        <Link to="/get-started" className={buttonClass()}>
          How to send data
        </Link>
      }
    >
      A projection appears seven finished days after the first call that cost something.
    </EmptyState>
  );
}
