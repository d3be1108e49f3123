import { changeRole, createRole, deleteRole, listRoles } from '@sightglass/contract/routes/roles';
import type { ControlConnection } from '../../control/connect.ts';
import { changeRole as change, createRole as create, deleteRole as remove, listRoles as list } from '../../workspaces/roles/roles.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export function roleRoutes(app: App, control: Pick<ControlConnection, 'ofWorkspace'>): void {
  app.openapi(listRoles, async (c) => c.json({ items: await list(control, c.var.caller.workspaceId), next_cursor: null }, 200));
  app.openapi(createRole, async (c) => {
    const created = await create(control, c.var.caller, c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(changeRole, async (c) => {
    const changed = await change(control, c.var.caller, c.req.valid('param').id, c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(deleteRole, async (c) => {
    const removed = await remove(control, c.var.caller, c.req.valid('param').id);
    return removed.ok ? c.body(null, 204) : problem(c, removed.error);
  });
}
