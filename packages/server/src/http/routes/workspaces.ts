import {
  changeWorkspace,
  createWorkspace,
  createWorkspaceApiKey,
  deleteWorkspace,
  getWorkspace,
  getWorkspaceDeletion,
  listWorkspaces,
} from '@sightglass/contract/routes/workspaces';
import { actorOf } from '../../access/caller.ts';
import type { ApiKeyStore } from '../../apiKeys/apiKeys.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { Sessions } from '../../identity/sessions.ts';
import type { PlanBook } from '../../plans/planBook.ts';
import type { WorkspaceDeletions } from '../../workspaces/deletion/workspaceDeletions.ts';
import * as operations from '../../workspaces/workspaces.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface WorkspaceRouteDependencies {
  control: Pick<ControlConnection, 'instanceDb' | 'changeInstance'>;
  keys: ApiKeyStore;
  planBook: Pick<PlanBook, 'refresh'>;
  deletions: Pick<WorkspaceDeletions, 'run' | 'find'>;
  sessions: Pick<Sessions, 'forget'>;
  clock: () => number;
  /** Absent: new workspaces are empty. */
  furnish?: operations.Furnish;
}

export function workspaceRoutes(app: App, { control, keys, planBook, deletions, sessions, clock, furnish }: WorkspaceRouteDependencies): void {
  const { instanceDb } = control;

  app.openapi(listWorkspaces, async (c) => {
    const page = await operations.listWorkspaces(instanceDb, c.var.caller, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createWorkspace, async (c) => {
    const created = await operations.createWorkspace(control, actorOf(c.var.caller), c.req.valid('json'), new Date(clock()), furnish);
    if (!created.ok) return problem(c, created.error);
    await planBook.refresh();
    // The person goes there at once: what is remembered of their memberships is old.
    sessions.forget(c.req.raw.headers);
    return c.json(created.value, 201);
  });
  app.openapi(getWorkspace, async (c) => {
    const found = await operations.findWorkspace(instanceDb, c.var.caller, c.req.valid('param').slug);
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
  app.openapi(changeWorkspace, async (c) => {
    const changed = await operations.changeWorkspace(control, c.var.caller, c.req.valid('param').slug, c.req.valid('json'));
    if (!changed.ok) return problem(c, changed.error);
    await planBook.refresh();
    sessions.forget(c.req.raw.headers);
    return c.json(changed.value, 200);
  });
  app.openapi(deleteWorkspace, async (c) => {
    const { slug } = c.req.valid('param');
    const deleted = await operations.deleteWorkspace({ instanceDb, deletions }, c.var.caller, slug, c.req.valid('query').confirm);
    if (!deleted.ok) return problem(c, deleted.error);
    return deleted.value.state === 'done' ? c.body(null, 204) : c.json(deleted.value, 202);
  });
  app.openapi(getWorkspaceDeletion, async (c) => {
    const found = await operations.findWorkspaceDeletion(deletions, c.var.caller, c.req.valid('param').workspace_id);
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
  app.openapi(createWorkspaceApiKey, async (c) => {
    const created = await operations.createApiKeyIn({ instanceDb, keys }, c.var.caller, c.req.valid('param').slug, c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
}
