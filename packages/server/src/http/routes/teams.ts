import { changeTeam, createTeam, deleteTeam, listTeams } from '@sightglass/contract/routes/teams';
import type { ControlConnection } from '../../control/connect.ts';
import { changeTeam as change, createTeam as create, deleteTeam as remove, listTeams as list } from '../../workspaces/teams/teams.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export function teamRoutes(app: App, control: Pick<ControlConnection, 'ofWorkspace'>): void {
  app.openapi(listTeams, async (c) => {
    const page = await list(control, c.var.caller, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createTeam, async (c) => {
    const created = await create(control, c.var.caller, c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(changeTeam, async (c) => {
    const changed = await change(control, c.var.caller, c.req.valid('param').id, c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(deleteTeam, async (c) => {
    const removed = await remove(control, c.var.caller, c.req.valid('param').id);
    return removed.ok ? c.body(null, 204) : problem(c, removed.error);
  });
}
