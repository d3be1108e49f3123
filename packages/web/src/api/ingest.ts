import type { IngestHealth, Quarantined } from '@sightglass/contract/routes/ingest';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

/** What became of everything received in a range. While another range is on its way the numbers before stay. */
export const ingestHealthQuery = ({ from, to }: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['ingest-health', from, to],
    queryFn: async ({ signal }) => (await requestJson<{ items: IngestHealth[] }>('/api/obs/ingest/health', { query: { from, to }, signal })).items,
    placeholderData: keepPreviousData,
  });

/** What was acknowledged and could not be stored, newest first, whatever the range. */
export const quarantineQuery = queryOptions({
  queryKey: ['ingest-quarantine'],
  queryFn: async ({ signal }) => (await requestJson<{ items: Quarantined[] }>('/api/obs/ingest/quarantine', { signal })).items,
});
