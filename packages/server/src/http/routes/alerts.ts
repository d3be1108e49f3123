import type { AlertDetail } from '@sightglass/contract/alert';
import {
  acknowledgeAlert,
  acknowledgeByLink,
  getAlert,
  getLinkedAlert,
  type LinkedAlert,
  listAlerts,
  resolveAlert,
  snoozeAlert,
} from '@sightglass/contract/routes/alerts';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { AlertLink, AlertLinks } from '../../alerts/lifecycle/alertLinks.ts';
import * as change from '../../alerts/lifecycle/changeAlert.ts';
import * as read from '../../alerts/lifecycle/readAlerts.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { App } from '../appTypes.ts';
import { peerAddress } from '../loopback.ts';
import { problem } from '../problem.ts';

export interface AlertRouteDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  links: AlertLinks;
  /** Whether a workspace is being deleted or is deleted: nothing of it is shown. */
  isGone(workspaceId: WorkspaceId): boolean;
  /** Unix nanoseconds. */
  now(): bigint;
}

/** The same words for whatever is wrong with a link, so that none tells of what there is. */
const NO_SUCH_LINK = fail('not-found', 'The link is not one of ours, or is older than seven days. Open the alert in Sightglass instead.');

/** Alerts, and what people do about them. Registered after what else begins with its path: `{id}` would take `silences` for an alert. */
export function alertRoutes(app: App, { control, links, isGone, now }: AlertRouteDeps): void {
  const nowMs = () => Number(now() / 1_000_000n);

  app.openapi(listAlerts, async (c) => {
    const page = await read.listAlerts(control, c.var.caller, c.req.valid('query'), now());
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(getAlert, async (c) => {
    const alert = await read.readAlert(control, c.var.caller, c.req.valid('param').id, nowMs());
    return alert.ok ? c.json(alert.value, 200) : problem(c, alert.error);
  });
  app.openapi(acknowledgeAlert, async (c) => {
    const { id } = c.req.valid('param');
    const alert = await change.acknowledgeAlert(control, c.var.caller, id, c.req.valid('json').notes, nowMs());
    return alert.ok ? c.json(alert.value, 200) : problem(c, alert.error);
  });
  app.openapi(resolveAlert, async (c) => {
    const { id } = c.req.valid('param');
    const alert = await change.resolveAlert(control, c.var.caller, id, c.req.valid('json').notes, nowMs());
    return alert.ok ? c.json(alert.value, 200) : problem(c, alert.error);
  });
  app.openapi(snoozeAlert, async (c) => {
    const { id } = c.req.valid('param');
    const alert = await change.snoozeAlert(control, c.var.caller, id, c.req.valid('json').until, nowMs());
    return alert.ok ? c.json(alert.value, 200) : problem(c, alert.error);
  });

  const linkOf = (token: string): Result<AlertLink> => {
    const link = links.read(token, nowMs());
    return link === undefined || isGone(link.workspaceId) ? NO_SUCH_LINK : ok(link);
  };
  app.openapi(getLinkedAlert, async (c) => {
    const link = linkOf(c.req.valid('param').token);
    if (!link.ok) return problem(c, link.error);
    const { workspaceId, alertId } = link.value;
    const alert = await read.readAlert(control, { workspaceId, hiddenAgents: [] }, alertId, nowMs());
    return alert.ok ? c.json(linkedAlert(alert.value), 200) : problem(c, NO_SUCH_LINK.error);
  });
  app.openapi(acknowledgeByLink, async (c) => {
    const link = linkOf(c.req.valid('param').token);
    if (!link.ok) return problem(c, link.error);
    const alert = await change.acknowledgeLinked(control, link.value, peerAddress(c) ?? null, nowMs());
    if (alert.ok) return c.json(linkedAlert(alert.value), 200);
    return problem(c, alert.error.code === 'not-found' ? NO_SUCH_LINK.error : alert.error);
  });
}

const linkedAlert = ({ rule_name, severity, status, message, triggered_at, acknowledged_at, acknowledged_by }: AlertDetail): LinkedAlert => ({
  rule_name,
  severity,
  status,
  message,
  triggered_at,
  acknowledged_at,
  acknowledged_by,
});
