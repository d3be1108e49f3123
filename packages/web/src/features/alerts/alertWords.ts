/** Alerts in words: how they stand, what was measured against what, what happened to them. */
import type { Alert, AlertEvent, AlertStatus } from '@sightglass/contract/alert';
import type { ChannelKind } from '@sightglass/contract/alertChannel';
import type { Operator, RuleKind } from '@sightglass/contract/alertRule';
import { formatMeasure, type MeasureUnit } from '../../measures/formatMeasure.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import type { Tone } from '../../ui/Tag.tsx';
import { type MeasuresByName, minutesWords, OPERATOR_WORDS } from '../alertRules/ruleWords.ts';

export const STATUS_WORDS: Readonly<Record<AlertStatus, { label: string; tone: Tone }>> = {
  active: { label: 'Active', tone: 'crit' },
  acknowledged: { label: 'Acknowledged', tone: 'info' },
  resolved: { label: 'Resolved', tone: 'ok' },
};

export const CHANNEL_KIND_WORDS: Readonly<Record<ChannelKind, string>> = {
  slack: 'Slack',
  webhook: 'Webhook',
  email: 'E-mail',
  pagerduty: 'PagerDuty',
  discord: 'Discord',
  teams: 'Teams',
  telegram: 'Telegram',
};

/** Silence is measured in minutes and a budget in percent; everything else in a unit of the catalogue. */
export type AlertUnit = MeasureUnit | 'minutes' | 'percent';

type Measured = Pick<Alert, 'rule_kind' | 'value' | 'threshold' | 'details'>;

/** The unit of the value and the threshold. `measures`: the catalogue, which knows those of rules about any measure. */
export function unitOfAlert({ rule_kind, details }: Pick<Alert, 'rule_kind' | 'details'>, measures: MeasuresByName): AlertUnit {
  switch (rule_kind as RuleKind) {
    case 'cost_per_day':
    case 'cost_threshold':
      return 'usd';
    case 'error_rate':
      return 'ratio';
    case 'latency':
      return 'ms';
    case 'no_heartbeat':
      return 'minutes';
    case 'budget':
      return 'percent';
    case 'error_count':
    case 'provider_down':
    case 'cache_unavailable':
      return 'count';
    case 'metric_threshold':
    case 'anomaly':
      return measures.get(String(details.measure))?.unit ?? 'score';
    default:
      return 'score';
  }
}

export function formatAlertValue(value: number | null, unit: AlertUnit): string {
  if (value === null) return NOT_SENT;
  if (unit === 'minutes') return minutesWords(value);
  return unit === 'percent' ? formatMeasure(value / 100, 'ratio') : formatMeasure(exact(value), unit);
}

/** Dollars come as a double here; as text it must not carry an exponent. */
const exact = (value: number) => (Number.isInteger(value) || Math.abs(value) >= 1e-6 ? value : value.toFixed(12));

/** What the value is compared with: `above 5 %`; empty where there is no fixed limit. */
export function thresholdWords({ rule_kind, threshold, details }: Measured, unit: AlertUnit): string {
  if (threshold === null || rule_kind === 'cache_unavailable') return '';
  const operator = operatorOf(rule_kind, details);
  return `${operator === undefined ? 'against' : OPERATOR_WORDS[operator]} ${formatAlertValue(threshold, unit)}`;
}

function operatorOf(kind: string, details: Alert['details']): Operator | undefined {
  if (kind === 'no_heartbeat' || kind === 'budget') return '>=';
  if (kind === 'anomaly') return undefined;
  const { operator } = details;
  return typeof operator === 'string' && Object.hasOwn(OPERATOR_WORDS, operator) ? (operator as Operator) : '>';
}

/** How long it was open: `12 min`; of an open one until now. */
export function openFor({ triggered_at, resolved_at }: Pick<Alert, 'triggered_at' | 'resolved_at'>, nowMs: number): string {
  const endMs = resolved_at === null ? nowMs : Date.parse(resolved_at);
  const seconds = Math.max(0, Math.round((endMs - Date.parse(triggered_at)) / 1000));
  return seconds < 60 ? `${seconds} s` : formatDurationMs(seconds * 1000);
}

const EVENT_WORDS: Readonly<Record<AlertEvent['kind'], string>> = {
  triggered: 'Triggered',
  severity_changed: 'The severity changed',
  acknowledged: 'Acknowledged',
  snoozed: 'Snoozed',
  silenced: 'Silenced: nobody is told',
  keep_firing: 'The condition has ended; kept open for a while',
  no_data: 'No data',
  notified: 'Channels were told',
  resolved: 'Resolved',
};

/** What happened, and by whom: `Acknowledged by ada@example.com`, `Resolved by itself`. */
export function eventWords({ kind, by }: Pick<AlertEvent, 'kind' | 'by'>): string {
  if (by !== null) return `${EVENT_WORDS[kind]} by ${by}`;
  return kind === 'resolved' ? 'Resolved by itself' : EVENT_WORDS[kind];
}
