/**
 * The body of Alertmanager's webhook, version 4, so that what takes Prometheus' alerts takes these, too; with `severity message timestamp
 * details` beside it. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
import type { AlertMessage, MessageAlert } from '../../alertMessage.ts';
import { fitAlerts, jsonBytes } from '../fitAlerts.ts';
import type { MessageLinks } from '../sender.ts';
import { subject, usableLink } from '../wording.ts';

/** The receiver's own limit is not known; most take a megabyte. */
const BODY_BYTES_MAX = 1_000_000;
const ALERTS_MAX = 1_000;
/** How Alertmanager writes the end of what has none: the zero time of Go. */
const NO_END = '0001-01-01T00:00:00Z';

type Strings = Record<string, string>;

export interface WebhookBody {
  version: '4';
  groupKey: string;
  /** Alerts that did not fit. */
  truncatedAlerts: number;
  status: 'firing' | 'resolved';
  receiver: string;
  groupLabels: Strings;
  /** What all alerts have alike. */
  commonLabels: Strings;
  commonAnnotations: Strings;
  externalURL: string;
  alerts: {
    status: 'firing' | 'resolved';
    labels: Strings;
    annotations: Strings;
    startsAt: string;
    endsAt: string;
    generatorURL: string;
    fingerprint: string;
  }[];
  severity: string;
  message: string;
  timestamp: string;
  /** Of the gravest alert. */
  details: Readonly<Record<string, unknown>>;
}

export function composeWebhook(message: AlertMessage, links: MessageLinks): WebhookBody {
  const list = usableLink(links.alerts());
  const compose = (shown: readonly MessageAlert[], leftOut: number): WebhookBody => {
    const alerts = shown.map((alert) => alertOf(message, alert, links));
    return {
      version: '4',
      groupKey: message.groupKey,
      truncatedAlerts: leftOut,
      status: message.status,
      receiver: message.channelName,
      groupLabels: { ...message.groupLabels },
      commonLabels: common(alerts.map(({ labels }) => labels)),
      commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
      externalURL: list === undefined ? '' : new URL(list).origin,
      alerts,
      severity: message.severity,
      message: message.alerts.length === 1 ? (message.alerts[0]?.message ?? '') : subject(message),
      timestamp: message.at,
      details: shown[0]?.details ?? {},
    };
  };
  return fitAlerts(message.alerts, ALERTS_MAX, compose, (body) => jsonBytes(body) <= BODY_BYTES_MAX).body;
}

function alertOf({ workspace }: AlertMessage, alert: MessageAlert, links: MessageLinks): WebhookBody['alerts'][number] {
  const { status, startsAt, endsAt, fingerprint, alertId } = alert;
  const own = { alertname: alert.ruleName, severity: alert.severity, workspace: workspace.slug };
  return {
    status,
    labels: withOwn(alert.labels, own),
    annotations: withOwn(alert.tags, {
      summary: alert.message,
      ...(alert.description === '' ? {} : { description: alert.description }),
      ...(alert.value === null ? {} : { value: String(alert.value) }),
      ...(alert.threshold === null ? {} : { threshold: String(alert.threshold) }),
    }),
    startsAt,
    endsAt: endsAt ?? NO_END,
    generatorURL: usableLink(links.alert(alertId)) ?? '',
    fingerprint,
  };
}

/** Our own names hold; a label of telemetry that is called like one is kept as `exported_…`, as Prometheus does it. */
function withOwn(given: Readonly<Strings>, own: Strings): Strings {
  const renamed = Object.entries(given).map(([name, value]) => [Object.hasOwn(own, name) ? `exported_${name}` : name, value]);
  return { ...Object.fromEntries(renamed), ...own };
}

function common(all: readonly Strings[]): Strings {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((each) => Object.hasOwn(each, name) && each[name] === value)),
  );
}
