/**
 * What a rule would have seen and done over a range: the same conditions and states as the evaluation's, at moments evenly apart. What
 * has no past that can be asked (silence of agents, SQL with time bounds of its own) is looked at now only.
 */
import type { NewAlertRule, RulePreview } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { formatUsd, parseUsd } from '@sightglass/contract/money';
import { HOUR_MS } from '../../anomalies/hoursOfWeek.ts';
import { HISTORY_WEEKS, hourlyValues } from '../../anomalies/judgeLatest.ts';
import { readHourlySeries } from '../../anomalies/readHourlySeries.ts';
import { judgeHours } from '../../anomalies/seasonalBaseline.ts';
import { shapeOf } from '../../anomalies/seriesShape.ts';
import type { ControlConnection } from '../../control/connect.ts';
import { MEASURES } from '../../explore/measures/catalogue.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { askCatalogue, askSliding, type QueryRow } from '../../explore/runQuery.ts';
import type { TimeRange } from '../../explore/timeRange.ts';
import { dateIn, isoDate } from '../../explore/timeZone.ts';
import { fail, ok, type Result } from '../../result.ts';
import { type AnomalyCondition, conditionOf, type MeasureCondition } from '../conditions/condition.ts';
import { labelsOfFilters, observe, observeRows, type Observations } from '../conditions/observation.ts';
import { advanceRule, type KnownGroup, thresholdOf } from './advanceRule.ts';
import { observeSilence, readHeardAgents } from './askSilence.ts';
import { type AskSql, observeSql } from './askSql.ts';

const MINUTE_MS = 60_000;
const NS_PER_MS = 1_000_000n;
const MOMENTS_MAX = 400;
/** Each row is counted in as many windows as it falls into; more overlap costs more than it shows. */
const OVERLAP_MAX = 8;
const GROUPS_MAX = 20;
export const PREVIEW_DAYS_MAX = 35;

export interface PreviewRule {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  /** Of whoever asks, so that nothing is shown that is hidden from them. */
  reader: TelemetryReader;
  askSql: AskSql;
  hiddenAgents: readonly string[];
  timeZone: string;
  nowMs: number;
}

interface Moment {
  atMs: number;
  seen: Observations;
}

export async function previewRule(deps: PreviewRule, workspaceId: WorkspaceId, rule: NewAlertRule, range: TimeRange): Promise<Result<RulePreview>> {
  const fromMs = Number(range.fromNs / NS_PER_MS);
  const toMs = Math.min(Number(range.toNs / NS_PER_MS), deps.nowMs);
  if (toMs - fromMs > PREVIEW_DAYS_MAX * 24 * HOUR_MS)
    return fail('invalid-request', `A preview covers at most ${PREVIEW_DAYS_MAX} days.`, [
      { pointer: '/from', message: `must be at most ${PREVIEW_DAYS_MAX} days before to` },
    ]);
  const moments = await momentsOf(deps, workspaceId, rule, { fromMs, toMs: Math.max(fromMs, toMs) });
  if (!moments.ok) return moments;
  const { points, wouldHaveFired } = replay(rule, moments.value.moments);
  return ok({
    points,
    would_have_fired: wouldHaveFired,
    threshold: thresholdOf(rule),
    unit: unitOf(rule),
    step_minutes: moments.value.stepMinutes,
    from: iso(fromMs),
    to: iso(toMs),
  });
}

const iso = (ms: number) => new Date(ms).toISOString();

function unitOf(rule: NewAlertRule): string {
  const condition = conditionOf(rule);
  if (condition.type === 'silence') return 'minutes';
  return condition.type === 'measure' || condition.type === 'anomaly' ? (MEASURES.get(condition.measure)?.unit ?? 'none') : 'none';
}

interface Span {
  fromMs: number;
  toMs: number;
}

async function momentsOf(
  deps: PreviewRule,
  workspaceId: WorkspaceId,
  rule: NewAlertRule,
  span: Span,
): Promise<Result<{ moments: Moment[]; stepMinutes: number }>> {
  const condition = conditionOf(rule);
  switch (condition.type) {
    case 'measure':
      if (condition.window === 'day') return daysSoFar(deps, condition, span);
      return condition.source === 'metric_points' ? windowsInARow(deps, condition, rule, span) : overlappingWindows(deps, condition, rule, span);
    case 'anomaly':
      return judgedHours(deps, condition, span);
    case 'silence': {
      const heard = (await readHeardAgents(deps.control, workspaceId)).filter(({ agentId }) => !deps.hiddenAgents.includes(agentId));
      return onlyNow(deps, ok(observeSilence(condition, heard, { nowMs: deps.nowMs, listeningSinceMs: 0, ruleSinceMs: deps.nowMs })));
    }
    case 'sql':
      return onlyNow(deps, await observeSql(deps.askSql, workspaceId, condition));
    case 'budget':
      return fail('not-found', `There is no budget ${condition.budgetId}.`);
  }
}

const onlyNow = ({ nowMs }: PreviewRule, seen: Result<Observations>) =>
  seen.ok ? ok({ moments: [{ atMs: nowMs, seen: seen.value }], stepMinutes: 0 }) : seen;

const specOf = ({ source, measure, atLeast, groupBy, filters }: MeasureCondition) => ({
  source,
  measures: [measure, ...(atLeast === undefined ? [] : [atLeast.measure])],
  group_by: [...groupBy],
  filters: [...filters],
  time_zone: 'UTC',
  limit: GROUPS_MAX,
});

/** Minutes between moments: as often as the rule looks, if the range allows. */
const stepOf = (rule: NewAlertRule, { fromMs, toMs }: Span, leastMinutes: number) =>
  Math.max(rule.check_interval_minutes, Math.ceil((toMs - fromMs) / MINUTE_MS / MOMENTS_MAX), Math.ceil(leastMinutes));

async function overlappingWindows(deps: PreviewRule, condition: MeasureCondition, rule: NewAlertRule, span: Span) {
  const windowMinutes = condition.window === 'day' ? 1_440 : condition.window;
  const stepMinutes = stepOf(rule, span, windowMinutes / OVERLAP_MAX);
  const ends = evenly(span, stepMinutes);
  const lengthNs = BigInt(windowMinutes * MINUTE_MS) * NS_PER_MS;
  const startsNs = ends.map((endMs) => BigInt(endMs) * NS_PER_MS - lengthNs);
  const [first] = startsNs;
  const last = startsNs.at(-1);
  if (first === undefined || last === undefined) return ok({ moments: [], stepMinutes });
  const rows = await askSliding(deps.reader, specOf(condition), { fromNs: first, toNs: last + lengthNs }, { startsNs, lengthNs });
  return rows.ok ? ok({ moments: byMoment(rows.value, condition, Number(lengthNs / NS_PER_MS)), stepMinutes }) : rows;
}

/** Moments that end with the range. */
function evenly({ fromMs, toMs }: Span, stepMinutes: number): number[] {
  const count = Math.floor((toMs - fromMs) / (stepMinutes * MINUTE_MS)) + 1;
  return Array.from({ length: count }, (_, i) => toMs - (count - 1 - i) * stepMinutes * MINUTE_MS);
}

/** Points of metrics become increases between one another: their windows stand side by side. */
async function windowsInARow(deps: PreviewRule, condition: MeasureCondition, rule: NewAlertRule, span: Span) {
  const stepMinutes = stepOf(rule, span, condition.window === 'day' ? 1_440 : condition.window);
  const answer = await askCatalogue(deps.reader, { ...specOf(condition), interval: `${stepMinutes}m` }, nsOf(span));
  return answer.ok ? ok({ moments: byMoment(answer.value.rows, condition, stepMinutes * MINUTE_MS), stepMinutes }) : answer;
}

const nsOf = ({ fromMs, toMs }: Span): TimeRange => ({ fromNs: BigInt(fromMs) * NS_PER_MS, toNs: BigInt(toMs) * NS_PER_MS });

/** `rows` carry the beginning of their window as `time`; the rule would have looked at its end. */
function byMoment(rows: readonly QueryRow[], condition: MeasureCondition, windowMs: number): Moment[] {
  const byStart = new Map<string, QueryRow[]>();
  for (const row of rows) {
    const time = String(row.time);
    const others = byStart.get(time);
    if (others === undefined) byStart.set(time, [row]);
    else others.push(row);
  }
  return [...byStart].map(([time, ofMoment]) => ({ atMs: Date.parse(time) + windowMs, seen: observeRows(condition, ofMoment) }));
}

/** Hour by hour what the day had cost so far. */
async function daysSoFar(deps: PreviewRule, condition: MeasureCondition, span: Span) {
  const fromMs = Math.floor(span.fromMs / HOUR_MS) * HOUR_MS;
  const answer = await askCatalogue(deps.reader, { ...specOf(condition), interval: '1h' }, nsOf({ fromMs, toMs: span.toMs }));
  if (!answer.ok) return answer;
  const sums = new Map<string, { day: string; picoUsd: bigint }>();
  const rows = answer.value.rows.map((row) => {
    const key = JSON.stringify(condition.groupBy.map((name) => row[name]));
    const day = isoDate(dateIn(deps.timeZone, Date.parse(String(row.time))));
    const before = sums.get(key);
    const picoUsd = (before?.day === day ? before.picoUsd : 0n) + (parseUsd(String(row[condition.measure] ?? '0')) ?? 0n);
    sums.set(key, { day, picoUsd });
    return { ...row, [condition.measure]: formatUsd(picoUsd) };
  });
  return ok({ moments: byMoment(rows, condition, HOUR_MS), stepMinutes: 60 });
}

async function judgedHours(deps: PreviewRule, condition: AnomalyCondition, span: Span) {
  const measure = MEASURES.get(condition.measure);
  if (measure === undefined) return fail('not-found', `There is no measure ${condition.measure}.`);
  const [fromMs, toMs] = [Math.ceil(span.fromMs / HOUR_MS) * HOUR_MS, Math.floor(span.toMs / HOUR_MS) * HOUR_MS];
  const historyMs = fromMs - HISTORY_WEEKS * 168 * HOUR_MS;
  const { groupBy, filters } = condition;
  const series = await readHourlySeries(deps.reader, { measures: [measure], groupBy, filters, fromMs: historyMs, toMs, groupsMax: GROUPS_MAX });
  if (!series.ok) return series;
  const hours = (toMs - fromMs) / HOUR_MS;
  const moments: Moment[] = Array.from({ length: Math.max(0, hours) }, (_, i) => ({
    atMs: fromMs + (i + 1) * HOUR_MS,
    seen: { groups: [], absent: { outcome: 'no_data', value: null }, isCut: false },
  }));
  for (const { labels, points } of series.value) {
    const values = hourlyValues(points.get(measure.name) ?? [], historyMs / HOUR_MS, (toMs - historyMs) / HOUR_MS, deps.timeZone);
    const judged = judgeHours(values, shapeOf(measure), condition.sensitivity, values.length - hours);
    for (const [i, moment] of moments.entries()) {
      const judgement = judged[i] ?? null;
      const value = values[values.length - hours + i]?.value ?? null;
      const outcome = judgement === null || value === null ? 'no_data' : judgement.isAnomaly ? 'breach' : 'clear';
      moment.seen.groups.push(observe({ ...labelsOfFilters(filters), ...labels }, { outcome, value, details: {} }));
    }
  }
  return ok({ moments, stepMinutes: 60 });
}

/** The states that the groups would have gone through. */
function replay(rule: NewAlertRule, moments: readonly Moment[]): { points: RulePreview['points']; wouldHaveFired: number } {
  let known: KnownGroup[] = [];
  let wouldHaveFired = 0;
  const points: RulePreview['points'] = [];
  for (const { atMs, seen } of moments) {
    const advance = advanceRule(rule, known, seen, atMs);
    wouldHaveFired += advance.opened.length;
    const changed = new Map(advance.groups.map((group) => [group.fingerprint, { ...group, alertId: group.fingerprint }]));
    const gone = new Set(advance.forgotten);
    known = [...known.filter(({ fingerprint }) => !changed.has(fingerprint) && !gone.has(fingerprint)), ...changed.values()];
    const states = new Map(known.map(({ fingerprint, state }) => [fingerprint, state]));
    for (const { fingerprint, labels, value, outcome } of seen.groups) {
      const state = states.get(fingerprint);
      points.push({
        at: iso(atMs),
        labels: { ...labels },
        value,
        breaches: outcome === 'breach',
        firing: state === 'firing' || state === 'keep_firing',
      });
    }
  }
  return { points, wouldHaveFired };
}
