import {
  changeAlertChannel,
  createAlertChannel,
  deleteAlertChannel,
  getAlertChannel,
  listAlertChannels,
  testAlertChannel,
} from '@sightglass/contract/routes/alertChannels';
import { actorOf } from '../../access/caller.ts';
import type { ChannelStore } from '../../alerts/channels/channels.ts';
import { testLinks } from '../../alerts/channels/testMessage.ts';
import type { BaseAddressOf } from '../../baseAddress.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export function alertChannelRoutes(app: App, { channels, baseAddressOf }: { channels: ChannelStore; baseAddressOf: BaseAddressOf }): void {
  app.openapi(listAlertChannels, async (c) => {
    const page = await channels.list(c.var.caller.workspaceId, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createAlertChannel, async (c) => {
    const { caller } = c.var;
    const created = await channels.create(caller.workspaceId, actorOf(caller), c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(getAlertChannel, async (c) => {
    const found = await channels.get(c.var.caller.workspaceId, c.req.valid('param').id);
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
  app.openapi(changeAlertChannel, async (c) => {
    const { caller } = c.var;
    const changed = await channels.change(caller.workspaceId, actorOf(caller), c.req.valid('param').id, c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(deleteAlertChannel, async (c) => {
    const { caller } = c.var;
    const removed = await channels.remove(caller.workspaceId, actorOf(caller), c.req.valid('param').id);
    return removed.ok ? c.body(null, 204) : problem(c, removed.error);
  });
  app.openapi(testAlertChannel, async (c) => {
    const { caller } = c.var;
    const links = testLinks(baseAddressOf(c.req.header('host')));
    const tested = await channels.test(caller.workspaceId, actorOf(caller), c.req.valid('param').id, links);
    return tested.ok ? c.json(tested.value, 200) : problem(c, tested.error);
  });
}
