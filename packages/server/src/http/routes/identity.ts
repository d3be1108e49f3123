import { changeApiKey, createApiKey, listApiKeys, revokeApiKey } from '@sightglass/contract/routes/apiKeys';
import { getMe } from '@sightglass/contract/routes/workspace';
import type { ControlConnection } from '../../control/connect.ts';
import { actorOf } from '../../access/caller.ts';
import type { ApiKeyStore } from '../../apiKeys/apiKeys.ts';
import { describeCaller } from '../../access/describeCaller.ts';
import { createApiKeyIn } from '../../workspaces/workspaces.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface IdentityRouteDependencies {
  control: Pick<ControlConnection, 'instanceDb'>;
  keys: ApiKeyStore;
  authMode: 'local' | 'required';
  /** Of the running program, as `/api/obs/me` shows it. */
  version: string;
}

export function identityRoutes(app: App, deps: IdentityRouteDependencies): void {
  const { control, keys } = deps;
  const { instanceDb } = control;

  app.openapi(getMe, async (c) => c.json(await describeCaller(instanceDb, c.get('caller'), deps), 200));

  app.openapi(listApiKeys, async (c) => {
    const page = await keys.list(c.get('caller').workspaceId, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createApiKey, async (c) => {
    const created = await createApiKeyIn({ instanceDb, keys }, c.get('caller'), undefined, c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(changeApiKey, async (c) => {
    const { caller } = c.var;
    const changed = await keys.change(caller.workspaceId, actorOf(caller), c.req.valid('param').id, c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(revokeApiKey, async (c) => {
    const { caller } = c.var;
    const revoked = await keys.revoke(caller.workspaceId, actorOf(caller), c.req.valid('param').id);
    return revoked.ok ? c.json(revoked.value, 200) : problem(c, revoked.error);
  });
}
