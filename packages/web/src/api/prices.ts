import type { NewPriceInput, PriceItem } from '@sightglass/contract/price';
import type {
  EstimateResult,
  PriceFile,
  PriceImportResult,
  PriceList,
  RecomputeInput,
  RecomputeJob,
  RecomputeResult,
  UnpricedModel,
} from '@sightglass/contract/routes/pricing';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { TimeRange } from '../time/timeRange.ts';
import { requestJson } from './request.ts';

const PATH = '/api/obs/pricing';
/** Begins the key of everything that changes when a price does. */
export const PRICES_KEY = ['prices'] as const;
const BOOK_PAGE_SIZE = 100;
const JOBS_PAGE_SIZE = 20;

export interface PriceFilters {
  q?: string;
  provider?: string;
  model?: string;
  origin?: 'override' | 'bundled';
  history?: 'true';
  sort?: 'spread' | 'name';
}

/** The price book, page by page. */
export const priceBookQuery = (filters: PriceFilters) =>
  infiniteQueryOptions({
    queryKey: [...PRICES_KEY, 'book', filters],
    queryFn: ({ pageParam, signal }) => requestJson<PriceList>(PATH, { query: { ...filters, limit: BOOK_PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

/** The first prices that match. */
export const pricesQuery = (filters: PriceFilters, limit: number) =>
  queryOptions({
    queryKey: [...PRICES_KEY, 'some', filters, limit],
    queryFn: async ({ signal }) => (await requestJson<PriceList>(PATH, { query: { ...filters, limit }, signal })).items,
  });

export const setPrice = (body: NewPriceInput) => requestJson<PriceItem>(PATH, { method: 'POST', body });
export const removePrice = (id: string) => requestJson<undefined>(`${PATH}/${encodeURIComponent(id)}`, { method: 'DELETE' });
export const readPriceFile = () => requestJson<PriceFile>(`${PATH}/export`);
export const importPrices = (body: unknown) => requestJson<PriceImportResult>(`${PATH}/import`, { method: 'POST', body });

/** What a call would cost. `body` is a cost estimate request. */
export const estimateQuery = (body: Readonly<Record<string, unknown>>) =>
  queryOptions({
    queryKey: [...PRICES_KEY, 'estimate', body],
    queryFn: ({ signal }) => requestJson<EstimateResult>(`${PATH}/estimate`, { method: 'POST', body, signal }),
    // Every number that is typed makes an entry of its own.
    gcTime: 10_000,
    retry: false,
  });

/** No more are listed. */
export const UNPRICED_MAX = 500;

/** Models that were called in a range and have no price. */
export const unpricedQuery = ({ from, to }: TimeRange) =>
  queryOptions({
    queryKey: [...PRICES_KEY, 'unpriced', from, to],
    queryFn: async ({ signal }) =>
      (await requestJson<{ items: UnpricedModel[] }>(`${PATH}/unpriced`, { query: { from, to, limit: UNPRICED_MAX }, signal })).items,
  });

/** A result when it ends at once, else the job that goes on. */
export const recompute = (body: RecomputeInput) => requestJson<RecomputeResult | RecomputeJob>(`${PATH}/recompute`, { method: 'POST', body });

export const recomputeJobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['recompute-job', jobId],
    queryFn: ({ signal }) => requestJson<RecomputeJob>(`${PATH}/recompute/${encodeURIComponent(jobId)}`, { signal }),
  });

/** What it has written stays. */
export const cancelRecompute = (jobId: string) =>
  requestJson<RecomputeJob>(`${PATH}/recompute/${encodeURIComponent(jobId)}/cancel`, { method: 'POST' });

export const recomputeJobsQuery = infiniteQueryOptions({
  queryKey: ['recompute-jobs'],
  queryFn: ({ pageParam, signal }) =>
    requestJson<{ items: RecomputeJob[]; next_cursor: string | null }>(`${PATH}/recompute`, {
      query: { limit: JOBS_PAGE_SIZE, cursor: pageParam },
      signal,
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next_cursor ?? undefined,
});
