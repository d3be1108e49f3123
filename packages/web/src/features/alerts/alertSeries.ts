/** The measure behind an alert over time: which range is looked at, and which points are the alert's own. Pure. */
import type { Alert } from '@sightglass/contract/alert';
import type { AlertRule, RulePreview } from '@sightglass/contract/alertRule';
import { utcText } from '../../time/timeRange.ts';
import { epochMs } from '../../ui/formatTime.ts';
import { takesGroups } from '../alertRules/ruleWords.ts';

const MINUTE_MS = 60_000;
const LEAD_MS_MIN = 30 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Of an alert that is open for longer, the beginning and what came before is no longer shown. */
const RANGE_MS_MAX = 14 * DAY_MS;

/** Around the alert: what led to it, and what came after. Whole minutes, so that it is not asked for anew each second. */
export function seriesRange(
  { triggered_at, resolved_at }: Pick<Alert, 'triggered_at' | 'resolved_at'>,
  windowMinutes: number,
  nowMs: number,
): { from: string; to: string } {
  const startMs = Date.parse(triggered_at);
  const endMs = resolved_at === null ? nowMs : Date.parse(resolved_at);
  const leadMs = Math.min(3 * DAY_MS, Math.max(LEAD_MS_MIN, 2 * windowMinutes * MINUTE_MS, (endMs - startMs) / 2));
  const toMs = Math.ceil(Math.min(nowMs, resolved_at === null ? nowMs : endMs + leadMs / 2) / MINUTE_MS) * MINUTE_MS;
  const fromMs = Math.floor(Math.max(startMs - leadMs, toMs - RANGE_MS_MAX) / MINUTE_MS) * MINUTE_MS;
  return { from: utcText(fromMs), to: utcText(Math.min(toMs, nowMs)) };
}

/** Filters that a rule may have. */
const FILTERS_MAX = 20;

/** The rule, asked about the group of the alert alone: of a rule with many groups only some are answered. */
export function ownRule(rule: AlertRule, labels: Alert['labels']): AlertRule {
  if (!takesGroups(rule.kind)) return rule;
  const isFiltered = (name: string) => rule.filters.some(({ field, op }) => field === name && op === '=');
  const own = Object.entries(labels).flatMap(([field, value]) => (value === '' || isFiltered(field) ? [] : [{ field, op: '=' as const, value }]));
  return { ...rule, filters: [...rule.filters, ...own].slice(0, FILTERS_MAX) };
}

export interface OwnSeries {
  times: number[];
  values: (number | null)[];
}

/** The points with the alert's labels, oldest first, and the end of the range, so that an alert that has just begun is seen. */
export function ownSeries({ points, to }: Pick<RulePreview, 'points' | 'to'>, labels: Alert['labels']): OwnSeries {
  const own = points.filter((point) => sameLabels(point.labels, labels)).map(({ at, value }) => ({ time: epochMs(at), value }));
  own.sort((a, b) => a.time - b.time);
  const last = own.at(-1);
  if (last !== undefined && last.time < epochMs(to)) own.push({ time: epochMs(to), value: null });
  return { times: own.map(({ time }) => time), values: own.map(({ value }) => value) };
}

function sameLabels(a: Alert['labels'], b: Alert['labels']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
