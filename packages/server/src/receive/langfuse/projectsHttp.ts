/**
 * What Langfuse's clients ask before they send: `GET /api/public/projects` behind `auth_check()`, and
 * `GET /api/public/health`. A workspace stands for a project.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Hono } from 'hono';
import type { AppVariables } from '../../http/appTypes.ts';
import type { Authenticate } from '../../http/authenticate.ts';
import { problem } from '../../http/problem.ts';
import { notAllowed } from '../admission.ts';

export const PROJECTS_PATH = '/api/public/projects';
export const HEALTH_PATH = '/api/public/health';

export interface ProjectsHttpDependencies {
  authenticate: Authenticate;
  nameOf(workspaceId: WorkspaceId): Promise<string>;
  /** Of Sightglass. */
  version: string;
}

export function projectsHttpRoutes(app: Hono<{ Variables: AppVariables }>, { authenticate, nameOf, version }: ProjectsHttpDependencies): void {
  app.get(PROJECTS_PATH, async (c) => {
    const caller = await authenticate(c);
    if (!caller.ok) return problem(c, caller.error);
    const forbidden = notAllowed(caller.value);
    if (forbidden !== undefined) return problem(c, forbidden);
    const { workspaceId } = caller.value;
    return c.json({ data: [{ id: workspaceId, name: await nameOf(workspaceId), metadata: {} }] });
  });
  app.get(HEALTH_PATH, (c) => c.json({ status: 'OK', version }));
}
