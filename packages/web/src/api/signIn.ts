import type { SignInMethods } from '@sightglass/contract/routes/signIn';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/auth';

/** What the first step came to: a session, or the question for a code. */
export type FirstStep = { user: { id: string; email: string; name: string } } | { second_factor_needed: true };

export const signInMethodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  queryFn: ({ signal }) => requestJson<SignInMethods>(`${PATH}/methods`, { signal }),
  staleTime: 60_000,
});

const post = <T>(path: string, body: object) => requestJson<T>(`${PATH}${path}`, { method: 'POST', body });

export const signInWithPassword = (credentials: { email: string; password: string }) => post<FirstStep>('/sign-in/email', credentials);
export const signInWithLink = (token: string) => post<FirstStep>('/sign-in/link/redeem', { token });
export const signInWithCode = (code: string) => post<FirstStep>('/sign-in/second-factor', { code });
export const mailSignInLink = (email: string) => post<{ accepted: true }>('/sign-in/link', { email });
export const mailPasswordReset = (email: string) => post<{ accepted: true }>('/password/forgot', { email });
export const resetPassword = (token: string, newPassword: string) => post<undefined>('/password/reset', { token, new_password: newPassword });

/** Where single sign-on begins; the browser goes there and comes back to `returnTo`. */
export const singleSignOnAddress = (providerId: string, returnTo: string): string =>
  `${PATH}/oidc/${encodeURIComponent(providerId)}/start?return_to=${encodeURIComponent(returnTo)}`;
