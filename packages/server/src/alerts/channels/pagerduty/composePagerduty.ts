/**
 * Events of PagerDuty's Events API v2, one for each alert: PagerDuty keeps and ends each by itself. Limits: 1024 characters for the
 * summary, 255 for the dedup_key, 512 KB for the whole (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/).
 */
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import { jsonBytes } from '../fitAlerts.ts';
import type { MessageLinks } from '../sender.ts';
import { cut, oneLine, usableLink } from '../wording.ts';

const SUMMARY_CHARS_MAX = 1_024;
const KEY_CHARS_MAX = 255;
const EVENT_BYTES_MAX = 500_000;
const TEXT_CHARS_MAX = 4_000;

export interface PagerdutyEvent {
  routing_key: string;
  event_action: 'trigger' | 'resolve';
  dedup_key: string;
  client: 'Sightglass';
  client_url?: string;
  links: { href: string; text: string }[];
  payload: {
    summary: string;
    source: string;
    severity: 'critical' | 'warning' | 'info';
    timestamp: string;
    class: string;
    group: string;
    component?: string;
    custom_details: Record<string, unknown>;
  };
}

export function composePagerduty(routingKey: string, message: AlertMessage, alert: MessageAlert, links: MessageLinks): PagerdutyEvent {
  const open = usableLink(links.alert(alert.alertId));
  const acknowledge = alert.status === 'firing' && message.reason !== 'test' ? usableLink(links.acknowledge(alert.alertId)) : undefined;
  const component = alert.labels.agent_id ?? alert.labels.model;
  const event: PagerdutyEvent = {
    routing_key: routingKey,
    event_action: alert.status === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: cut(alert.fingerprint, KEY_CHARS_MAX),
    client: 'Sightglass',
    ...(open === undefined ? {} : { client_url: open }),
    links: [
      ...(open === undefined ? [] : [{ href: open, text: 'Open in Sightglass' }]),
      ...(acknowledge === undefined ? [] : [{ href: acknowledge, text: 'Acknowledge in Sightglass' }]),
    ],
    payload: {
      summary: cut(oneLine(`${alert.ruleName}: ${alert.message}`), SUMMARY_CHARS_MAX),
      source: message.workspace.slug,
      severity: alert.severity,
      timestamp: alert.endsAt ?? alert.startsAt,
      class: alert.ruleName,
      group: cut(message.groupKey, SUMMARY_CHARS_MAX),
      ...(component === undefined ? {} : { component: cut(component, SUMMARY_CHARS_MAX) }),
      custom_details: {
        description: cut(alert.description, TEXT_CHARS_MAX),
        value: alert.value,
        threshold: alert.threshold,
        labels: alert.labels,
        tags: alert.tags,
        details: alert.details,
      },
    },
  };
  if (jsonBytes(event) <= EVENT_BYTES_MAX) return event;
  const { description, value, threshold } = event.payload.custom_details;
  const short = { description, value, threshold, left_out: 'labels, tags and details, because the event would be larger than PagerDuty takes' };
  return { ...event, payload: { ...event.payload, custom_details: short } };
}
