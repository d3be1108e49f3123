import type { PlanLimits, PlanName } from '@sightglass/contract/plan';
import type { Plan } from '@sightglass/contract/routes/plans';
import type { NewWorkspace, Workspace, WorkspaceChanges, WorkspaceDeletion } from '@sightglass/contract/routes/workspaces';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/workspaces';
const pathOf = (slug: string) => `${PATH}/${encodeURIComponent(slug)}`;

export const workspaceQuery = (slug: string) =>
  queryOptions({ queryKey: ['workspaces', slug], queryFn: ({ signal }) => requestJson<Workspace>(pathOf(slug), { signal }) });

export const createWorkspace = (body: Partial<NewWorkspace>) => requestJson<Workspace>(PATH, { method: 'POST', body });
export const changeWorkspace = (slug: string, body: WorkspaceChanges) => requestJson<Workspace>(pathOf(slug), { method: 'PATCH', body });

/** Resolves with the deletion while it goes on, with undefined when the workspace is gone. */
export const deleteWorkspace = (slug: string) =>
  requestJson<WorkspaceDeletion | undefined>(pathOf(slug), { method: 'DELETE', query: { confirm: slug } });

export const readDeletion = (workspaceId: string, signal?: AbortSignal) =>
  requestJson<WorkspaceDeletion>(`/api/obs/workspace-deletions/${encodeURIComponent(workspaceId)}`, { signal });

/** What each plan gives; for who manages the instance. */
export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: async ({ signal }) => (await requestJson<{ items: Plan[] }>('/api/obs/plans', { signal })).items,
});

export const putPlan = (plan: PlanName, body: PlanLimits) => requestJson<Plan>(`/api/obs/plans/${plan}`, { method: 'PUT', body });
