import { listNotifications, readNotifications } from '@sightglass/contract/routes/notifications';
import type { ControlConnection } from '../../control/connect.ts';
import * as list from '../../notifications/notifications.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface NotificationRouteDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  /** Unix milliseconds. */
  nowMs(): number;
}

/** What there is to know, and what of it the caller has read. */
export function notificationRoutes(app: App, { control, nowMs }: NotificationRouteDeps): void {
  app.openapi(listNotifications, async (c) => {
    const page = await list.listNotifications(control, c.var.caller, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(readNotifications, async (c) => {
    const read = await list.readNotifications(control, c.var.caller, c.req.valid('json').ids, nowMs());
    return read.ok ? c.json(read.value, 200) : problem(c, read.error);
  });
}
