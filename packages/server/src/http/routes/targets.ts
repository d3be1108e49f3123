import { getTargets, patchTargets, putTargets } from '@sightglass/contract/routes/targets';
import { actorOf } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { changeTargets, readTargets, replaceTargets } from '../../targets/targets.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export function targetRoutes(app: App, { control }: { control: Pick<ControlConnection, 'ofWorkspace'> }): void {
  app.openapi(getTargets, async (c) => c.json(await readTargets(control, c.var.caller.workspaceId), 200));
  app.openapi(putTargets, async (c) => {
    const { caller } = c.var;
    const changed = await replaceTargets(control, caller.workspaceId, actorOf(caller), c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(patchTargets, async (c) => {
    const { caller } = c.var;
    const changed = await changeTargets(control, caller.workspaceId, actorOf(caller), c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
}
