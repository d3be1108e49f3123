import type { Me } from '@sightglass/contract/routes/workspace';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

export const ME_KEY = ['me'] as const;

/** Who is signed in, and in which workspace; 401 when nobody is. */
export const meQuery = queryOptions({
  queryKey: ME_KEY,
  queryFn: ({ signal }) => requestJson<Me>('/api/obs/me', { signal }),
  staleTime: 60_000,
});
