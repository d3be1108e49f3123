import { changeMember, leaveWorkspace, listMembers, removeMember } from '@sightglass/contract/routes/members';
import type { ControlConnection } from '../../control/connect.ts';
import { changeMember as change, listMembers as list } from '../../workspaces/members/members.ts';
import { removeMember as remove } from '../../workspaces/members/removeMember.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export function memberRoutes(app: App, control: Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>): void {
  app.openapi(listMembers, async (c) => {
    const page = await list(control, c.var.caller, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(changeMember, async (c) => {
    const changed = await change(control, c.var.caller, c.req.valid('param').user_id, c.req.valid('json').role);
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(leaveWorkspace, async (c) => {
    const { caller } = c.var;
    if (caller.kind !== 'member') throw new Error('A route of persons was reached by something else');
    const left = await remove(control, caller, caller.userId);
    return left.ok ? c.body(null, 204) : problem(c, left.error);
  });
  app.openapi(removeMember, async (c) => {
    const removed = await remove(control, c.var.caller, c.req.valid('param').user_id);
    return removed.ok ? c.body(null, 204) : problem(c, removed.error);
  });
}
