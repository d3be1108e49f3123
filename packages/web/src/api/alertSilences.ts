import type { Alert } from '@sightglass/contract/alert';
import type { Silence } from '@sightglass/contract/alertSilence';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ALERTS_KEY } from './alerts.ts';
import { requestJson } from './request.ts';

const PATH = '/api/obs/alerts/silences';
const PAGE_SIZE = 100;
/** Begins the key of everything that tells of silences. */
export const SILENCES_KEY = ['alert-silences'] as const;

/** Silences and maintenance windows, newest first; all of them without `state`. */
export const silencePagesQuery = (state: Silence['state'] | undefined) =>
  infiniteQueryOptions({
    queryKey: [...SILENCES_KEY, state ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      requestJson<{ items: Silence[]; next_cursor: string | null }>(PATH, { query: { state, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const createSilence = (body: unknown) => requestJson<Silence>(PATH, { method: 'POST', body });
/** Ends it: alerts that are still open and were never told are told then. */
export const deleteSilence = (id: string) => requestJson<undefined>(`${PATH}/${encodeURIComponent(id)}`, { method: 'DELETE' });

const OPEN_MAX = 500;

/** Open alerts: which of them a silence would mean. */
export const openAlertsToSilenceQuery = queryOptions({
  queryKey: [...ALERTS_KEY, 'to-silence'],
  queryFn: async ({ signal }) =>
    (await requestJson<{ items: Alert[] }>('/api/obs/alerts', { query: { status: 'active,acknowledged', limit: OPEN_MAX }, signal })).items,
});
