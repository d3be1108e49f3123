import type { Profile, ProfilePatch, Session } from '@sightglass/contract/routes/profile';
import type { Proof, TwoFactorEnrolment } from '@sightglass/contract/routes/signIn';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PROFILE = '/api/obs/profile';
const SESSIONS = '/api/auth/sessions';
const TWO_FACTOR = '/api/auth/two-factor';

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: ({ signal }) => requestJson<Profile>(PROFILE, { signal }),
});
export const sessionsQuery = queryOptions({
  queryKey: ['own-sessions'],
  queryFn: async ({ signal }) => (await requestJson<{ items: Session[] }>(SESSIONS, { signal })).items,
});

export const changeProfile = (body: ProfilePatch) => requestJson<Profile>(PROFILE, { method: 'PATCH', body });
export const confirmEmail = (token: string) => requestJson<Profile>(`${PROFILE}/confirm-email`, { method: 'POST', body: { token } });
export const changePassword = (body: { current_password?: string; new_password: string }) =>
  requestJson<undefined>('/api/auth/password', { method: 'POST', body });

export const endSession = (id: string) => requestJson<undefined>(`${SESSIONS}/${encodeURIComponent(id)}`, { method: 'DELETE' });
export const endOtherSessions = () => requestJson<{ ended: number }>(SESSIONS, { method: 'DELETE' });

export const beginTwoFactor = (password: string | undefined) =>
  requestJson<TwoFactorEnrolment>(`${TWO_FACTOR}/enrol`, { method: 'POST', body: password === undefined ? {} : { password } });
export const confirmTwoFactor = (code: string) =>
  requestJson<{ backup_codes: string[] }>(`${TWO_FACTOR}/confirm`, { method: 'POST', body: { code } });
export const renewBackupCodes = (proof: Proof) =>
  requestJson<{ backup_codes: string[] }>(`${TWO_FACTOR}/backup-codes`, { method: 'POST', body: proof });
export const removeTwoFactor = (proof: Proof) => requestJson<undefined>(`${TWO_FACTOR}/remove`, { method: 'POST', body: proof });
