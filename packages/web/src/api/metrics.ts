import type { Measure, QueryResult, QuerySpecInput } from '@sightglass/contract/querySpec';
import type { Overview } from '@sightglass/contract/routes/query';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestJson, requestText } from './request.ts';

/** Today, and the last seven days, in the workspace's calendar. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => requestJson<Overview>('/api/obs/metrics/overview', { signal }),
});

/** A question to the measure catalogue. While a changed question is on its way the answer before stays. */
export const metricsQuery = (spec: QuerySpecInput) =>
  queryOptions({
    queryKey: ['query', spec],
    queryFn: ({ signal }) => askCatalogue(spec, signal),
    placeholderData: keepPreviousData,
  });

/** The same question without a cache, for those that have to be asked of one moment together. */
export const askCatalogue = (spec: QuerySpecInput, signal: AbortSignal) =>
  requestJson<QueryResult>('/api/obs/query', { method: 'POST', body: spec, signal });

/** The answer as a file for a spreadsheet, every digit in it. */
export const readQueryCsv = (spec: QuerySpecInput): Promise<string> =>
  requestText('/api/obs/query', { method: 'POST', query: { format: 'csv' }, body: spec, accept: 'text/csv' });

/** Every measure of the catalogue by its name. It changes with the program only. */
export const measuresQuery = queryOptions({
  queryKey: ['measures'],
  queryFn: async ({ signal }) =>
    new Map((await requestJson<{ items: Measure[] }>('/api/obs/measures', { signal })).items.map((measure) => [measure.name, measure] as const)),
  staleTime: Number.POSITIVE_INFINITY,
});

export type QueryRow = QueryResult['rows'][number];

/** A number of a row; null for what is missing or is no number. Money is read as text with `textOf`. */
export function numberOf(row: QueryRow, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' ? value : null;
}

/** A text of a row: a group, or an exact decimal. */
export function textOf(row: QueryRow, name: string): string | null {
  const value = row[name];
  return value === null || value === undefined ? null : String(value);
}
