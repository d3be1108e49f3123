import type { AnomalyListQuery, AnomalyPage, AnomalySeries, Crossing, CrossingOperator, RuleProposal } from '@sightglass/contract/routes/anomalies';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/anomalies';
const PAGE_SIZE = 50;

export interface AnomalyQuestion {
  from: string;
  to: string;
  sensitivity: number;
  sort: AnomalyListQuery['sort'];
}

/** What was unusual in a range: cost, latency, failures and volume of the workspace and its busiest agents, page by page. */
export const anomalyPagesQuery = (question: AnomalyQuestion) =>
  infiniteQueryOptions({
    queryKey: ['anomalies', 'pages', question],
    queryFn: ({ pageParam, signal }) => requestJson<AnomalyPage>(PATH, { query: { ...question, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export interface SeriesQuestion {
  measure: string;
  agentId: string | undefined;
  sensitivity: number;
}

/** The last thirty days of a measure, hour by hour, beside what was expected. */
export const anomalySeriesQuery = ({ measure, agentId, sensitivity }: SeriesQuestion) =>
  queryOptions({
    queryKey: ['anomalies', 'series', measure, agentId, sensitivity],
    queryFn: ({ signal }) => requestJson<AnomalySeries>(`${PATH}/series`, { query: { measure, agent_id: agentId, sensitivity }, signal }),
    placeholderData: keepPreviousData,
  });

export const ruleProposalsQuery = queryOptions({
  queryKey: ['anomalies', 'proposals'],
  queryFn: async ({ signal }) => (await requestJson<{ items: RuleProposal[] }>(`${PATH}/proposals`, { signal })).items,
});

/** When the days of a measure will be beyond a threshold, which is in its unit. */
export const crossingQuery = (question: { measure: string; agentId: string | undefined; threshold: number; operator: CrossingOperator }) =>
  queryOptions({
    queryKey: ['anomalies', 'crossing', question],
    queryFn: ({ signal }) => {
      const { agentId, ...rest } = question;
      return requestJson<Crossing>(`${PATH}/crossing`, { query: { ...rest, agent_id: agentId }, signal });
    },
    placeholderData: keepPreviousData,
  });
