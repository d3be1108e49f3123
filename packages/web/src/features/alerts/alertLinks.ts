/** Where an alert leads: to what it is about, and to a silence for others like it. */
import type { Alert } from '@sightglass/contract/alert';
import { canFilterBy } from '../../filters/facets.ts';
import type { SearchText } from '../../routing/searchText.ts';
import { utcText } from '../../time/timeRange.ts';

const MINUTE_MS = 60_000;
/** Where the alert does not say over which window it looked. */
const WINDOW_MINUTES_USUAL = 15;

/** Labels that the list of traces can be narrowed by. */
const TRACE_LABELS = ['agent_id', 'model', 'user_id', 'session_id', 'provider', 'department', 'endpoint', 'environment'];
const LOG_LABELS = ['agent_id', 'user_id', 'session_id', 'department', 'endpoint', 'environment', 'run_id'];

/** What the rule looked at while the alert was open: from the beginning of the window that triggered it to its end, or now. */
export function windowOf({ triggered_at, resolved_at, details }: Pick<Alert, 'triggered_at' | 'resolved_at' | 'details'>): {
  from: string;
  to: string;
} {
  const minutes = typeof details.window_minutes === 'number' ? details.window_minutes : WINDOW_MINUTES_USUAL;
  return { from: utcText(Date.parse(triggered_at) - minutes * MINUTE_MS), to: resolved_at ?? 'now' };
}

const narrowed = (labels: Alert['labels'], known: readonly string[]): SearchText =>
  Object.fromEntries(known.flatMap((name) => (labels[name] !== undefined && canFilterBy(labels[name]) ? [[name, labels[name]]] : [])));

/** The traces in which it can be seen: those that failed, took long or cost much, where that is what it is about. */
export function traceSearch(alert: Pick<Alert, 'rule_kind' | 'labels' | 'triggered_at' | 'resolved_at' | 'details'>): SearchText {
  const { rule_kind: kind, labels } = alert;
  const isAbout = (...words: readonly string[]) => words.some((word) => `${kind} ${String(alert.details.measure ?? '')}`.includes(word));
  return {
    ...windowOf(alert),
    ...narrowed(labels, TRACE_LABELS),
    ...(isAbout('error', 'failure', 'provider_down')
      ? { status: 'error' }
      : isAbout('latency', 'duration')
        ? { sort: '-duration' }
        : isAbout('cost')
          ? { sort: '-cost' }
          : {}),
  };
}

export const logSearch = (alert: Pick<Alert, 'labels' | 'triggered_at' | 'resolved_at' | 'details'>): SearchText => ({
  ...windowOf(alert),
  ...narrowed(alert.labels, LOG_LABELS),
});

/** A silence for alerts of the same rule with the same labels. */
export const silenceSearch = ({ rule_name, labels }: Pick<Alert, 'rule_name' | 'labels'>): SearchText => ({
  rule_name,
  ...Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
});
