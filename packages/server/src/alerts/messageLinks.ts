/** Where messages lead: pages of this instance, and the link by which whoever got the message acknowledges the alert. */
import type { MessageLinks } from './channels/sender.ts';
import { type AlertLinks, LINK_MS } from './lifecycle/alertLinks.ts';

/** `base`: undefined when the address of this instance is not known; then messages have no links. */
export function messageLinks(
  base: string | undefined,
  links: Pick<AlertLinks, 'tokenOf'>,
  { workspaceId, channelName, nowMs }: { workspaceId: string; channelName: string; nowMs: number },
): MessageLinks {
  if (base === undefined) return { alert: () => '', acknowledge: () => '', alerts: () => '' };
  return {
    alert: (alertId) => `${base}/alerts/${encodeURIComponent(alertId)}`,
    acknowledge: (alertId) => `${base}/acknowledge/${links.tokenOf(workspaceId, alertId, channelName, nowMs + LINK_MS)}`,
    alerts: () => `${base}/alerts`,
  };
}
