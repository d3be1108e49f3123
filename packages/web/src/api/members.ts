import type { AcceptInvitation, Invitation, NewInvitation, OfferedInvitation, SentInvitation } from '@sightglass/contract/routes/invitations';
import type { Member } from '@sightglass/contract/routes/members';
import type { NewRole, Role, RoleChanges } from '@sightglass/contract/routes/roles';
import type { NewTeam, Team, TeamChanges } from '@sightglass/contract/routes/teams';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

const PAGE_SIZE = 500;
/** Two thousand people are more than one looks through. */
const PAGES_MAX = 4;

/** Begins the key of everything that tells of who is in the workspace: a change of one of them shows in the others. */
export const MEMBERS_KEY = ['membership'] as const;

async function allPages<Item>(path: string, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { items: more, next_cursor } = await requestJson<Page<Item>>(path, { query: { limit: PAGE_SIZE, cursor }, signal });
    items.push(...more);
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  return items;
}

const PATHS = {
  members: '/api/obs/members',
  invitations: '/api/obs/invitations',
  roles: '/api/obs/roles',
  teams: '/api/obs/teams',
} as const;
const at = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`;

export const membersQuery = queryOptions({
  queryKey: [...MEMBERS_KEY, 'members'],
  queryFn: ({ signal }) => allPages<Member>(PATHS.members, signal),
});
export const invitationsQuery = queryOptions({
  queryKey: [...MEMBERS_KEY, 'invitations'],
  queryFn: ({ signal }) => allPages<Invitation>(PATHS.invitations, signal),
});
export const rolesQuery = queryOptions({
  queryKey: [...MEMBERS_KEY, 'roles'],
  queryFn: async ({ signal }) => (await requestJson<{ items: Role[] }>(PATHS.roles, { signal })).items,
});
export const teamsQuery = queryOptions({
  queryKey: [...MEMBERS_KEY, 'teams'],
  queryFn: ({ signal }) => allPages<Team>(PATHS.teams, signal),
});

export const changeMember = (userId: string, role: string) => requestJson<Member>(at(PATHS.members, userId), { method: 'PATCH', body: { role } });
export const removeMember = (userId: string) => requestJson<undefined>(at(PATHS.members, userId), { method: 'DELETE' });
export const leaveWorkspace = () => requestJson<undefined>(`${PATHS.members}/me`, { method: 'DELETE' });

export const invite = (body: NewInvitation) => requestJson<SentInvitation>(PATHS.invitations, { method: 'POST', body });
export const resendInvitation = (id: string) => requestJson<SentInvitation>(`${at(PATHS.invitations, id)}/resend`, { method: 'POST' });
export const revokeInvitation = (id: string) => requestJson<undefined>(at(PATHS.invitations, id), { method: 'DELETE' });

export const createRole = (body: NewRole) => requestJson<Role>(PATHS.roles, { method: 'POST', body });
export const changeRole = (id: string, body: RoleChanges) => requestJson<Role>(at(PATHS.roles, id), { method: 'PATCH', body });
export const deleteRole = (id: string) => requestJson<undefined>(at(PATHS.roles, id), { method: 'DELETE' });

export const createTeam = (body: NewTeam) => requestJson<Team>(PATHS.teams, { method: 'POST', body });
export const changeTeam = (id: string, body: TeamChanges) => requestJson<Team>(at(PATHS.teams, id), { method: 'PATCH', body });
export const deleteTeam = (id: string) => requestJson<undefined>(at(PATHS.teams, id), { method: 'DELETE' });

/** What the link offers; `asker` is who is signed in, because the answer depends on it. */
export const offerQuery = (token: string, asker: string | null) =>
  queryOptions({
    queryKey: ['invitation', token, asker],
    queryFn: ({ signal }) => requestJson<OfferedInvitation>('/api/auth/invitation', { method: 'POST', body: { token }, signal }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
export const acceptInvitation = (body: AcceptInvitation) =>
  requestJson<{ workspace: { slug: string; name: string } }>('/api/auth/invitation/accept', { method: 'POST', body });
