import type { AgentChanges, JudgedAgent, NewAgentInput } from '@sightglass/contract/agent';
import type { AgentEvent } from '@sightglass/contract/event';
import type { Run } from '@sightglass/contract/run';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { TimeRange } from '../time/timeRange.ts';
import { requestJson } from './request.ts';

const PATH = '/api/obs/agents';
const PAGE_SIZE = 100;
/** Begins the key of everything that tells of agents. */
export const AGENTS_KEY = ['agents'] as const;

const pathOf = (agentId: string) => `${PATH}/${encodeURIComponent(agentId)}`;

/** Filters of the list, by the names of the API. */
export type AgentFilters = Readonly<Record<string, string>>;

/** The agents of the workspace, newest first, page by page. While another filter is on its way the list before stays. */
export const agentPagesQuery = (filters: AgentFilters) =>
  infiniteQueryOptions({
    queryKey: [...AGENTS_KEY, 'pages', filters],
    queryFn: ({ pageParam, signal }) =>
      requestJson<{ items: JudgedAgent[]; next_cursor: string | null }>(PATH, { query: { ...filters, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** One agent with its health now. */
export const agentQuery = (agentId: string) =>
  queryOptions({ queryKey: [...AGENTS_KEY, 'one', agentId], queryFn: ({ signal }) => requestJson<JudgedAgent>(pathOf(agentId), { signal }) });

export const createAgent = (body: NewAgentInput) => requestJson<JudgedAgent>(PATH, { method: 'POST', body });
export const changeAgent = (agentId: string, body: AgentChanges) => requestJson<JudgedAgent>(pathOf(agentId), { method: 'PATCH', body });
export const deleteAgent = (agentId: string) => requestJson<undefined>(pathOf(agentId), { method: 'DELETE' });

/** The newest runs and events of an agent in a range. */
export const agentRunsQuery = (agentId: string, { from, to }: TimeRange, limit: number) =>
  queryOptions({
    queryKey: [...AGENTS_KEY, 'runs', agentId, from, to, limit],
    queryFn: async ({ signal }) =>
      (await requestJson<{ items: Run[] }>('/api/obs/runs', { query: { agent_id: agentId, from, to, limit }, signal })).items,
    placeholderData: keepPreviousData,
  });

export const agentEventsQuery = (agentId: string, { from, to }: TimeRange, limit: number) =>
  queryOptions({
    queryKey: [...AGENTS_KEY, 'events', agentId, from, to, limit],
    queryFn: async ({ signal }) =>
      (await requestJson<{ items: AgentEvent[] }>('/api/obs/events', { query: { agent_id: agentId, from, to, limit }, signal })).items,
    placeholderData: keepPreviousData,
  });
