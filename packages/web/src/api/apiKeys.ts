import type { ApiKey, ApiKeyChanges, CreatedApiKey, NewApiKey } from '@sightglass/contract/routes/apiKeys';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/api-keys';
const PAGE_SIZE = 100;
/** Begins the key of everything that tells of keys. */
export const API_KEYS_KEY = ['api-keys'] as const;

/** The keys of the workspace, newest first, those that no longer work too. */
export const apiKeyPagesQuery = infiniteQueryOptions({
  queryKey: [...API_KEYS_KEY, 'pages'],
  queryFn: ({ pageParam, signal }) =>
    requestJson<{ items: ApiKey[]; next_cursor: string | null }>(PATH, { query: { limit: PAGE_SIZE, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next_cursor ?? undefined,
});

export const createApiKey = (body: NewApiKey) => requestJson<CreatedApiKey>(PATH, { method: 'POST', body });
export const changeApiKey = (id: string, body: ApiKeyChanges) => requestJson<ApiKey>(`${PATH}/${encodeURIComponent(id)}`, { method: 'PATCH', body });
export const revokeApiKey = (id: string) => requestJson<ApiKey>(`${PATH}/${encodeURIComponent(id)}/revoke`, { method: 'POST' });
