/** What a rule would have seen and done, as a chart and as a list of alerts. */
import type { RulePreview } from '@sightglass/contract/alertRule';
import { formatMeasure, type MeasureUnit } from '../../measures/formatMeasure.ts';
import { epochMs } from '../../ui/formatTime.ts';
import type { TimeChartSeries } from '../../ui/TimeChart.tsx';
import { fieldWords } from './ruleWords.ts';

/** More lines cannot be told apart. */
const GROUPS_SHOWN_MAX = 6;
const MINUTE_MS = 60_000;

/** An alert that would have been open; `toMs` is null when it still would be. */
export interface WouldBeAlert {
  group: string;
  fromMs: number;
  toMs: number | null;
}

export interface PreviewChart {
  times: number[];
  /** Groups that would have alerted first, then those with the greatest values. */
  series: TimeChartSeries[];
  /** Oldest first. */
  alerts: WouldBeAlert[];
  /** While any of the groups would have had an open alert. */
  stretches: { fromMs: number; toMs: number }[];
  groups: number;
}

type Point = RulePreview['points'][number];

const UNITS: readonly string[] = ['usd', 'tokens', 'ms', 'count', 'ratio', 'score', 'bytes', 'none'] satisfies MeasureUnit[];
/** A SQL rule has no unit: its number is shown with the digits that matter. */
export const previewUnit = (unit: string): MeasureUnit => (UNITS.includes(unit) && unit !== 'none' ? (unit as MeasureUnit) : 'score');

const groupWords = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${fieldWords(name)} ${value === '' ? '(none)' : value}`)
    .join(', ');

export function previewChart({ points, unit: unitName, step_minutes, to }: RulePreview): PreviewChart {
  const unit = previewUnit(unitName);
  const byGroup = new Map<string, Point[]>();
  for (const point of points) {
    const group = groupWords(point.labels);
    const its = byGroup.get(group);
    if (its === undefined) byGroup.set(group, [point]);
    else its.push(point);
  }
  const times = [...new Set(points.map(({ at }) => epochMs(at)))].sort((a, b) => a - b);
  const foremost = [...byGroup].sort(([, a], [, b]) => firingCount(b) - firingCount(a) || greatest(b) - greatest(a));
  const series = foremost.slice(0, GROUPS_SHOWN_MAX).map(([group, its], index): TimeChartSeries => {
    const byTime = new Map(its.map(({ at, value }) => [epochMs(at), value]));
    const values = times.map((time) => byTime.get(time) ?? null);
    return { label: group === '' ? 'Value' : group, values, colour: index + 1, text: (at) => formatMeasure(values[at], unit) };
  });
  const alerts = [...byGroup].flatMap(([group, its]) => alertsOf(group, its, step_minutes * MINUTE_MS)).sort((a, b) => a.fromMs - b.fromMs);
  return {
    times,
    series,
    alerts,
    stretches: alerts.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? epochMs(to) })),
    groups: byGroup.size,
  };
}

const firingCount = (points: readonly Point[]) => points.filter(({ firing }) => firing).length;
const greatest = (points: readonly Point[]) => points.reduce((most, { value }) => Math.max(most, value ?? Number.NEGATIVE_INFINITY), -Infinity);

/** Each stretch of moments in which an alert of the group would have been open. */
function alertsOf(group: string, points: readonly Point[], stepMs: number): WouldBeAlert[] {
  const alerts: WouldBeAlert[] = [];
  let openedMs: number | null = null;
  for (const { at, firing } of points) {
    const atMs = epochMs(at);
    if (firing) openedMs ??= atMs;
    else if (openedMs !== null) {
      alerts.push({ group, fromMs: openedMs, toMs: Math.max(atMs, openedMs + stepMs) });
      openedMs = null;
    }
  }
  if (openedMs !== null) alerts.push({ group, fromMs: openedMs, toMs: null });
  return alerts;
}
