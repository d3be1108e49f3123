import type { Notification } from '@sightglass/contract/notification';
import { routeOf } from '../../lists/itemList.ts';

/** Where a notification leads: its alert, else its rule, else its channel. */
export function notificationLink(about: Pick<Notification, 'alert_id' | 'rule_id' | 'channel_id'> | null): ReturnType<typeof routeOf> {
  if (about === null) return routeOf({ to: '/alerts', params: {} });
  if (about.alert_id !== null) return routeOf({ to: '/alerts/$alertId', params: { alertId: about.alert_id } });
  if (about.rule_id !== null) return routeOf({ to: '/alerts/rules/$ruleId', params: { ruleId: about.rule_id } });
  return routeOf({ to: about.channel_id === null ? '/alerts' : '/alerts/channels', params: {} });
}
