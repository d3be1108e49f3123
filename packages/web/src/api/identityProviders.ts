import type {
  IdentityProvider,
  IdentityProviderCheck,
  IdentityProviderPatch,
  NewIdentityProvider,
} from '@sightglass/contract/routes/identityProviders';
import type { Person } from '@sightglass/contract/routes/profile';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PROVIDERS = '/api/obs/identity-providers';
const PEOPLE = '/api/obs/people';
const at = (id: string) => `${PROVIDERS}/${encodeURIComponent(id)}`;

export const identityProvidersQuery = queryOptions({
  queryKey: ['identity-providers'],
  queryFn: async ({ signal }) => (await requestJson<{ items: IdentityProvider[] }>(PROVIDERS, { signal })).items,
});

export const createIdentityProvider = (body: NewIdentityProvider) => requestJson<IdentityProvider>(PROVIDERS, { method: 'POST', body });
export const changeIdentityProvider = (id: string, body: IdentityProviderPatch) => requestJson<IdentityProvider>(at(id), { method: 'PATCH', body });
export const removeIdentityProvider = (id: string) => requestJson<undefined>(at(id), { method: 'DELETE' });
export const testIdentityProvider = (id: string) => requestJson<IdentityProviderCheck>(`${at(id)}/test`, { method: 'POST' });

/** Everybody who has an account, newest first. */
export const peopleQuery = infiniteQueryOptions({
  queryKey: ['people'],
  queryFn: ({ signal, pageParam }) =>
    requestJson<{ items: Person[]; next_cursor: string | null }>(PEOPLE, { query: { limit: 50, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
});
export const resetTwoFactor = (id: string) => requestJson<Person>(`${PEOPLE}/${encodeURIComponent(id)}/reset-two-factor`, { method: 'POST' });
