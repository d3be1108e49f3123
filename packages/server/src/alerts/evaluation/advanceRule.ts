/** One rule, what is known of its groups and what it sees now → what is to be written. Pure. */
import type { GroupState, NewAlertRule } from '@sightglass/contract/alertRule';
import { conditionOf } from '../conditions/condition.ts';
import type { Observations, Outcome } from '../conditions/observation.ts';
import { advanceGroup, INACTIVE, type Standing, type Timing } from './advanceGroup.ts';
import { alertMessage } from './alertWords.ts';

const MINUTE_MS = 60_000;

export interface KnownGroup extends Standing {
  fingerprint: string;
  labels: Readonly<Record<string, string>>;
  /** The open alert. */
  alertId: string | null;
}

export interface NewAlert {
  fingerprint: string;
  labels: Readonly<Record<string, string>>;
  message: string;
  value: number | null;
  threshold: number | null;
  details: Readonly<Record<string, unknown>>;
}

export interface OpenAlertNews {
  alertId: string;
  value: number | null;
  details: Readonly<Record<string, unknown>>;
  /** It is kept open from now on, though the condition has ended. */
  isKept: boolean;
}

export interface RuleAdvance {
  /** Groups whose standing has changed. */
  groups: (Standing & { fingerprint: string; labels: Readonly<Record<string, string>>; state: 'inactive' | GroupState })[];
  /** Groups of which nothing need be remembered any more. */
  forgotten: string[];
  opened: NewAlert[];
  closed: string[];
  news: OpenAlertNews[];
}

export function advanceRule(rule: NewAlertRule, known: readonly KnownGroup[], observations: Observations, nowMs: number): RuleAdvance {
  const timing = timingOf(rule);
  const threshold = thresholdOf(rule);
  const advance: RuleAdvance = { groups: [], forgotten: [], opened: [], closed: [], news: [] };
  const knownByPrint = new Map(known.map((group) => [group.fingerprint, group]));
  const step = (
    group: KnownGroup | undefined,
    {
      fingerprint,
      labels,
      outcome,
      value,
      details,
    }: {
      fingerprint: string;
      labels: Readonly<Record<string, string>>;
      outcome: Outcome;
      value: number | null;
      details: Readonly<Record<string, unknown>>;
    },
  ) => {
    const before = group ?? INACTIVE;
    const { next, effect } = advanceGroup(before, outcome, timing, nowMs);
    if (effect === 'open') {
      advance.opened.push({ fingerprint, labels, message: alertMessage({ rule, labels, value, threshold }), value, threshold, details });
    } else if (group?.alertId != null) {
      if (effect === 'close') advance.closed.push(group.alertId);
      else advance.news.push({ alertId: group.alertId, value, details, isKept: next.state === 'keep_firing' && before.state === 'firing' });
    }
    const isOver = next.state === 'inactive' && (next.triggeredAtMs === null || nowMs - next.triggeredAtMs >= timing.cooldownMs);
    if (isOver) {
      if (group !== undefined) advance.forgotten.push(fingerprint);
    } else if (group === undefined || next.state !== group.state || next.sinceMs !== group.sinceMs) {
      advance.groups.push({ ...next, fingerprint, labels });
    }
  };
  const seen = new Set<string>();
  for (const observation of observations.groups) {
    // Labels that differ for the engine may be the same as text.
    if (seen.has(observation.fingerprint)) continue;
    seen.add(observation.fingerprint);
    step(knownByPrint.get(observation.fingerprint), observation);
  }
  for (const group of known) {
    if (!seen.has(group.fingerprint)) step(group, { ...group, ...observations.absent, details: {} });
  }
  return advance;
}

export const timingOf = (rule: Pick<NewAlertRule, 'pending_minutes' | 'keep_firing_minutes' | 'cooldown_minutes' | 'no_data'>): Timing => ({
  pendingMs: rule.pending_minutes * MINUTE_MS,
  keepFiringMs: rule.keep_firing_minutes * MINUTE_MS,
  cooldownMs: rule.cooldown_minutes * MINUTE_MS,
  noData: rule.no_data,
});

/** As a number to show; null where the condition has none. */
export function thresholdOf(rule: NewAlertRule): number | null {
  const condition = conditionOf(rule);
  switch (condition.type) {
    case 'measure':
    case 'sql':
      return Number(condition.threshold);
    case 'silence':
      return condition.minutes;
    case 'budget':
      return condition.percent;
    case 'anomaly':
      return null;
  }
}
